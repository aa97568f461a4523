"""The handle's own clients, whose requests need no HTTP library to reach the backend."""

from dataclasses import replace
from typing import Any

from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.client.sending import AsyncHttpClient, Connection, HttpClient, HttpT
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class _Direct(Connection[HttpT]):
    """Hands requests to the backend as they are; by httpx while an author looks at routes."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str, transport: BackendTransport
    ) -> None:
        super().__init__(account_sid, auth_token, base_url=base_url, environ={})
        self._http = self._open(transport=transport)
        self._transport = transport


class DirectClient(_Direct[HttpClient], UsersClient):
    """The kit's client before a backend, sync."""

    def _send(self, request: Request) -> Any:
        if self._transport.overrides() is not None:
            return super()._send(request)
        sent = replace(request, authorization=self._authorization)
        return sent, self._transport.handle_message(sent)


class AsyncDirectClient(_Direct[AsyncHttpClient], AsyncUsersClient):
    """The same, async."""

    async def _send(self, request: Request) -> Any:
        if self._transport.overrides() is not None:
            return await super()._send(request)
        sent = replace(request, authorization=self._authorization)
        return sent, await self._transport.handle_message_async(sent)
