"""The handle's own clients, whose requests need no HTTP library to reach the backend."""

from dataclasses import replace
from typing import Any

from pytest_twilio_users.client import (
    AsyncUsersClient,
    CookielessAsyncClient,
    CookielessClient,
    UsersClient,
)
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.wire.messages import Request


class DirectClient(UsersClient):
    """Hands requests to the backend as they are; by httpx while an author looks at routes."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str, transport: BackendTransport
    ) -> None:
        http = CookielessClient(transport=transport)
        super().__init__(account_sid, auth_token, base_url=base_url, http_client=http, environ={})
        self._transport = transport

    def _send(self, request: Request) -> Any:
        if self._transport.router() is not None:
            return super()._send(request)
        sent = replace(request, authorization=self._authorization)
        return sent, self._transport.backend.handle(sent)


class AsyncDirectClient(AsyncUsersClient):
    """The same, async."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str, transport: BackendTransport
    ) -> None:
        http = CookielessAsyncClient(transport=transport)
        super().__init__(account_sid, auth_token, base_url=base_url, http_client=http, environ={})
        self._transport = transport

    async def _send(self, request: Request) -> Any:
        if self._transport.router() is not None:
            return await super()._send(request)
        sent = replace(request, authorization=self._authorization)
        return sent, await self._transport.handle_message_async(sent)
