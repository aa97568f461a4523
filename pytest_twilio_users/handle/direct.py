"""The handle's own clients, whose requests need no HTTP library to reach the backend."""

import base64
from dataclasses import replace
from typing import TypeVar

from pytest_twilio_users.client import (
    AsyncUsersClient,
    CookielessAsyncClient,
    CookielessClient,
    UsersClient,
)
from pytest_twilio_users.client.reading import Parse, read
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class DirectClient(UsersClient):
    """Hands requests to the backend as they are; by httpx while an author looks at routes."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str, transport: BackendTransport
    ) -> None:
        http_client = CookielessClient(transport=transport)
        super().__init__(
            account_sid, auth_token, base_url=base_url, http_client=http_client, environ={}
        )
        self._authorization = _basic(account_sid, auth_token)
        self._transport = transport

    def _send(self, operation: str, request: Request, parse: Parse[T]) -> T:
        if self._transport.is_routed:
            return super()._send(operation, request, parse)
        sent = replace(request, authorization=self._authorization)
        return read(operation, (sent, self._transport.backend.handle(sent)), parse)


class AsyncDirectClient(AsyncUsersClient):
    """The same, async."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str, transport: BackendTransport
    ) -> None:
        http_client = CookielessAsyncClient(transport=transport)
        super().__init__(
            account_sid, auth_token, base_url=base_url, http_client=http_client, environ={}
        )
        self._authorization = _basic(account_sid, auth_token)
        self._transport = transport

    async def _send(self, operation: str, request: Request, parse: Parse[T]) -> T:
        if self._transport.is_routed:
            return await super()._send(operation, request, parse)
        sent = replace(request, authorization=self._authorization)
        return read(operation, (sent, await self._transport.handle_message_async(sent)), parse)


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
