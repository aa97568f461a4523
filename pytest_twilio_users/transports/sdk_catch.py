"""Catches the requests of Twilio's own SDK that go to Twilio's Conversations."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.contract.hosts import leads_to_twilio
from pytest_twilio_users.transports.catch import Catch, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class SdkCatch(Catch):
    """While started, the SDK's HTTP client asks a backend.

    What the application put around it still runs: hooks, headers and retries of its session.
    """

    module = "twilio.http.http_client"

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.http_client import TwilioHttpClient

        return ((TwilioHttpClient, "request", self._answer),)

    def load(self) -> None:
        """Load requests, which the SDK sends by."""
        from pytest_twilio_users.transports import sdk_requests

        self._sdk = sdk_requests

    def _answer(
        self, client: TwilioHttpClient, method: str, url: str, *args: Any, **given: Any
    ) -> Response | None:
        if leads_to_twilio(url) and self._sdk.goes_to_the_network(client, url):
            return self._sdk.ask(self._transport, client, method, url, *args, **given)
        return None


class AsyncSdkCatch(Catch):
    """While started, the SDK's async HTTP client asks a backend."""

    module = "twilio.http.async_http_client"

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient

        return ((AsyncTwilioHttpClient, "request", self._answer),)

    def load(self) -> None:
        """Load aiohttp, which the SDK sends by."""
        from pytest_twilio_users.transports import sdk_aiohttp

        self._sdk = sdk_aiohttp

    async def _answer(
        self, client: AsyncTwilioHttpClient, method: str, url: str, *args: Any, **given: Any
    ) -> Response | None:
        if leads_to_twilio(url) and self._sdk.goes_to_the_network(client):
            return await self._sdk.ask(self._transport, client, method, url, *args, **given)
        return None


def missing_sdk(asked: str) -> str:
    """The sentence for who asked for the SDK and has none; an empty text if there is one."""
    if find_spec("twilio"):
        return ""
    return f'{asked} needs Twilio\'s SDK: pip install "pytest-twilio-users[sdk]".'
