"""Catches the requests of every httpx client in the process that go to Twilio's Conversations."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import httpx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target, bound
from pytest_twilio_users.transports.httpx_transport import BackendTransport

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class HttpxCatch(Catch):
    """While started, httpx's network transports hand these requests to a backend."""

    module = "httpx"

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def targets(self) -> Iterable[Target]:
        """The two network transports of httpx."""
        return (
            (httpx.HTTPTransport, "handle_request", self._wrap),
            (httpx.AsyncHTTPTransport, "handle_async_request", self._wrap_async),
        )

    def _catches(self, request: httpx.Request) -> bool:
        # A patch that somebody restored after `stop` must not catch.
        return self.started and HOST.fullmatch(request.url.host) is not None

    def _wrap(self, beneath: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
        @wraps(beneath)
        def handle_request(
            transport: httpx.HTTPTransport, request: httpx.Request
        ) -> httpx.Response:
            response = self._transport.answer(request) if self._catches(request) else None
            return bound(beneath, transport)(request) if response is None else response

        return handle_request

    def _wrap_async(self, beneath: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(beneath)
        async def handle_async_request(
            transport: httpx.AsyncHTTPTransport, request: httpx.Request
        ) -> httpx.Response:
            caught = self._catches(request)
            response = await self._transport.answer_async(request) if caught else None
            return await bound(beneath, transport)(request) if response is None else response

        return handle_async_request
