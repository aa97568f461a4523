"""Catches the requests of Twilio's own SDK that go to Twilio's Conversations."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.transports.catch import Catch, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response


class SdkCatch(Catch):
    """While started, the SDK's HTTP client asks a backend.

    What the application put around it still runs: hooks, headers and retries of its session.
    """

    module = "twilio.http.http_client"

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.http_client import TwilioHttpClient

        from pytest_twilio_users.transports.sdk_messages import is_caught
        from pytest_twilio_users.transports.sdk_requests import ask, goes_to_the_network

        def answer(
            client: TwilioHttpClient, method: str, url: str, *args: Any, **given: Any
        ) -> Response | None:
            if is_caught(url) and goes_to_the_network(client, url):
                return ask(self._transport, client, method, url, *args, **given)
            return None

        return ((TwilioHttpClient, "request", answer),)


class AsyncSdkCatch(Catch):
    """While started, the SDK's async HTTP client asks a backend."""

    module = "twilio.http.async_http_client"

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient

        from pytest_twilio_users.transports.sdk_aiohttp import ask, goes_to_the_network
        from pytest_twilio_users.transports.sdk_messages import is_caught

        async def answer(
            client: AsyncTwilioHttpClient, method: str, url: str, *args: Any, **given: Any
        ) -> Response | None:
            if is_caught(url) and goes_to_the_network(client):
                return await ask(self._transport, client, method, url, *args, **given)
            return None

        return ((AsyncTwilioHttpClient, "request", answer),)


def missing_sdk(asked: str) -> str:
    """The sentence for who asked for the SDK and has none; an empty text if there is one."""
    if find_spec("twilio"):
        return ""
    return f'{asked} needs Twilio\'s SDK: pip install "pytest-twilio-users[sdk]".'
