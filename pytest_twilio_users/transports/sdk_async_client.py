"""The handle's own client for the SDK's async methods; it takes aiohttp."""

from typing import Any

import aiohttp
from aiohttp.connector import Connection
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client

from pytest_twilio_users.transports.aiohttp_connection import connect
from pytest_twilio_users.transports.asked import asking
from pytest_twilio_users.transports.httpx_transport import BackendTransport
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
        async with aiohttp.ClientSession(connector=_BackendConnector(self._transport)) as session:
            one_loop = AsyncTwilioHttpClient(pool_connections=False, logger=self.logger)
            one_loop.session = session
            with asking(url):
                answer: SdkResponse = await one_loop.request(method, url, *args, **given)
        self._test_only_last_request = one_loop._test_only_last_request  # noqa: SLF001  # as the SDK's own code does
        self._test_only_last_response = answer
        return answer


class _BackendConnector(aiohttp.BaseConnector):
    """A connector of aiohttp's that leads to a backend."""

    allowed_protocol_schema_set = frozenset(("http", "https", ""))

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Connection:  # noqa: ARG002  # aiohttp's
        """Connect to a backend."""
        return connect(self._transport, self, req, timeout=timeout)


def async_sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK whose async methods ask a backend alone."""
    return client_of(AsyncBackendHttpClient(transport), account_sid, auth_token)
