"""The handle's own client for the SDK's async methods; it takes aiohttp."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client

from pytest_twilio_users.transports.httpx_transport import BackendTransport, nowhere_to_pass
from pytest_twilio_users.transports.sdk_aiohttp import ask
from pytest_twilio_users.transports.sdk_client import client_of

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class AsyncBackendHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK shows mypy no types
    """The same as `BackendHttpClient`, async; bound to no event loop."""

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__(pool_connections=False)
        self._transport = transport

    async def request(self, method: str, url: str, *args: Any, **given: Any) -> SdkResponse:
        """Answer a request of the SDK.

        Raises:
            KitError: an override lets it pass, and there is no network behind.
        """
        answer = await ask(self._transport, self, method, url, *args, **given)
        if answer is None:
            asked = f"{method} {urlsplit(url).path}"
            raise nowhere_to_pass(asked, client="twilio_users_async_sdk", own="twilio.rest.Client")
        return answer


def async_sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK whose async methods ask a backend alone."""
    return client_of(AsyncBackendHttpClient(transport), account_sid, auth_token)
