"""Catches the requests of Twilio's own SDK that go to Twilio's Conversations."""

from __future__ import annotations

from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.transports.catch import Catch, Target, bound
from pytest_twilio_users.transports.sdk_messages import LetPass, is_caught

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response

    from pytest_twilio_users.transports.httpx_transport import BackendTransport

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class SdkCatch(Catch):
    """While started, the SDK's HTTP client asks a backend.

    What the application put around it still runs: hooks, headers and retries of its session.
    """

    module = "twilio.http.http_client"

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.http_client import TwilioHttpClient

        return ((TwilioHttpClient, "request", self._wrap),)

    def _wrap(self, beneath: Callable[..., Response]) -> Callable[..., Response]:
        from pytest_twilio_users.transports.sdk_requests import ask, goes_to_the_network

        @wraps(beneath)
        def request(
            client: TwilioHttpClient, method: str, url: str, *args: Any, **given: Any
        ) -> Response:
            # A patch that somebody restored after `stop` must not catch.
            if self.started and is_caught(url) and goes_to_the_network(client, url):
                try:
                    return ask(self._transport, client, method, url, *args, **given)
                except LetPass:
                    pass  # and have it logged once more
            send: Callable[..., Response] = bound(beneath, client)
            return send(method, url, *args, **given)

        return request


class AsyncSdkCatch(Catch):
    """While started, the SDK's async HTTP client asks a backend."""

    module = "twilio.http.async_http_client"

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient

        return ((AsyncTwilioHttpClient, "request", self._wrap),)

    def _wrap(
        self, beneath: Callable[..., Awaitable[Response]]
    ) -> Callable[..., Awaitable[Response]]:
        from pytest_twilio_users.transports.sdk_aiohttp import ask, goes_to_the_network

        @wraps(beneath)
        async def request(
            client: AsyncTwilioHttpClient, method: str, url: str, *args: Any, **given: Any
        ) -> Response:
            if self.started and is_caught(url) and goes_to_the_network(client):
                try:
                    return await ask(self._transport, client, method, url, *args, **given)
                except LetPass:
                    pass  # and have it logged once more
            send: Callable[..., Awaitable[Response]] = bound(beneath, client)
            return await send(method, url, *args, **given)

        return request


def missing_sdk(asked: str) -> str:
    """The sentence for who asked for the SDK and has none; an empty text if there is one."""
    if find_spec("twilio"):
        return ""
    return f'{asked} needs Twilio\'s SDK: pip install "pytest-twilio-users[sdk]".'
