"""The handle's own client of Twilio's SDK, for its async methods."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_aiohttp import ask
from pytest_twilio_users.transports.sdk_messages import LetPass

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class AsyncBackendHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK shows mypy no types
    """An HTTP client for the SDK that asks a backend alone; bound to no event loop."""

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__(pool_connections=False)
        self._transport = transport

    async def request(self, method: str, url: str, *args: Any, **given: Any) -> Response:
        """Answer a request of the SDK.

        Raises:
            KitError: an override lets it pass, and there is no network behind.
        """
        try:
            return await ask(self._transport, self, method, url, *args, **given)
        except LetPass:
            raise KitError(
                f"{method} {urlsplit(url).path} may pass through, but twilio_users_async_sdk has"
                " no network behind it in stub mode. Send it from a twilio.rest.Client of your own."
            ) from None


def async_sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK that asks a backend alone; bound to no event loop."""
    client = Client(account_sid, auth_token, http_client=AsyncBackendHttpClient(transport))
    client.edge = client.region = None  # whatever the environment says
    return client
