"""Catches the requests of every httpx client in the process that go to Twilio's Conversations."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import httpx

from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import HOST

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class HttpxCatch:
    """While started, httpx's network transports hand these requests to a backend.

    The patch sits where a request leaves httpx for the network. So the
    application's own transports (retries, authentication, logging) still run,
    and requests to other hosts go on to whatever lies beneath: the network, or
    the mocks of respx and pytest-httpx.
    """

    def __init__(self, transport: BackendTransport) -> None:
        self._transport = transport
        self.started = False
        # Each patch with what it lies on; forgotten with the patch.
        self._beneath: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def start(self) -> None:
        """Begin to catch."""
        self.started = True
        self.stay_on_top()

    def stay_on_top(self) -> None:
        """Put the patch over one that somebody set since, such as pytest-httpx's."""
        if not self.started:
            return
        for owner, name, wrapper in self._targets():
            current = vars(owner)[name]
            if current not in self._beneath:
                patch = wrapper(current)
                self._beneath[patch] = current
                setattr(owner, name, patch)

    def stop(self) -> None:
        """Stop catching, and put back what lay beneath."""
        self.started = False
        for owner, name, _ in self._targets():
            current = vars(owner)[name]
            while current in self._beneath:
                current = self._beneath[current]
            setattr(owner, name, current)

    def _targets(self) -> tuple[tuple[type, str, Callable[[Any], Any]], ...]:
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
            return beneath(transport, request) if response is None else response

        return handle_request

    def _wrap_async(self, beneath: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(beneath)
        async def handle_async_request(
            transport: httpx.AsyncHTTPTransport, request: httpx.Request
        ) -> httpx.Response:
            caught = self._catches(request)
            response = await self._transport.answer_async(request) if caught else None
            return await beneath(transport, request) if response is None else response

        return handle_async_request
