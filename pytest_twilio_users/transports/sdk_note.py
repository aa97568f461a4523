"""Notes which user Twilio's own SDK was asked for, above the libraries that it sends by."""

from __future__ import annotations

from functools import wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.extras import missing
from pytest_twilio_users.transports.asked import asking
from pytest_twilio_users.transports.libraries import LIBRARIES
from pytest_twilio_users.transports.patching import Patcher, Place, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_LOWEST = next(library.since for library in LIBRARIES if library.distribution == "twilio")
_LOWEST_ASYNC = "8.0"  # which is the first to have async methods


class SdkNote(Patcher[Place]):
    """While started, the SDK's requests carry along whom they were asked for.

    It sends by requests, which normalises paths. There its requests are caught.
    """

    module = "twilio.http.http_client"

    def targets(self) -> Iterable[Place]:
        """The one method that sends."""
        from twilio.http.http_client import TwilioHttpClient

        return (Place(owner=TwilioHttpClient, name="request"),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # there is one
        """Make what notes, and goes on."""

        @wraps(beneath)
        def patch(client: object, method: str, url: str, *args: Any, **given: Any) -> Any:
            with asking(url):
                return bound(beneath, client)(method, url, *args, **given)

        return patch


class AsyncSdkNote(Patcher[Place]):
    """The same for the SDK's async HTTP client, which sends by aiohttp."""

    module = "twilio.http.async_http_client"

    def targets(self) -> Iterable[Place]:
        """The one method that sends."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient

        return (Place(owner=AsyncTwilioHttpClient, name="request"),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # there is one
        """Make what notes, and goes on."""

        @wraps(beneath)
        async def patch(client: object, method: str, url: str, *args: Any, **given: Any) -> Any:
            with asking(url):
                return await bound(beneath, client)(method, url, *args, **given)

        return patch


def missing_sdk(asked: str, *, is_async: bool = False) -> str:
    """The sentence for who asked for the SDK and has none, or one too old; empty if all is well."""
    if sentence := missing("sdk", asked=asked):
        return sentence
    found, lowest = version("twilio"), _LOWEST_ASYNC if is_async else _LOWEST
    if numbers(found) < numbers(lowest):
        return (
            f"{asked} needs Twilio's SDK {lowest} or later, and {found} is installed:"
            f' pip install "twilio>={lowest}".'
        )
    return ""


def numbers(text: str) -> tuple[int, ...]:
    """The first two numbers of a version, to compare it."""
    return tuple([int(part) for part in text.split(".")[:2] if part.isdecimal()])
