"""An httpx transport that asks a backend instead of the network."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from respx.models import SideEffectError

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    from_httpx_response,
    to_httpx_response,
)
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `routers` gives the author's overrides, those that count first.
    """

    def __init__(
        self, backend: ObservedBackend, *, routers: Callable[[], Sequence[UsersRouter]]
    ) -> None:
        self._backend = backend
        self._routers = routers

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = self.answer(request)
        if response is None:
            raise _nowhere_to_pass(request)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = await self.answer_async(request)
        if response is None:
            raise _nowhere_to_pass(request)
        return response

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        request.read()
        message = from_httpx_request(request)
        override = self._overridden(request, message)
        if inspect.iscoroutine(override):
            override.close()
            raise KitError(
                f"{request.method} {request.url.path}: the route's side effect is async, and the"
                " client that asks is sync. Give it a plain function."
            )
        if isinstance(override, httpx.Response):
            override.read()
        return self._finish(message, override)

    async def answer_async(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        await request.aread()
        message = from_httpx_request(request)
        override = self._overridden(request, message)
        if inspect.isawaitable(override):
            try:
                override = await override
            except Exception as error:
                self._backend.note(message, None, error=type(error).__name__)
                raise
        if isinstance(override, httpx.Response):
            await override.aread()
        return self._finish(message, override)

    def _overridden(self, request: httpx.Request, message: Request) -> Any:
        routers = self._routers()
        if not routers:
            return None
        call = decode(message)
        operation = call.operation.name if isinstance(call, Call) else None
        try:
            overrides = (router.override(request, operation) for router in routers)
            return next((found for found in overrides if found is not None), None)
        except SideEffectError as error:
            self._backend.note(message, None, error=type(error.origin).__name__)
            raise error.origin from None

    def _finish(self, message: Request, override: Any) -> httpx.Response | None:
        if override is None:
            return to_httpx_response(self._backend.handle(message))
        if not isinstance(override, httpx.Response):
            self._backend.note(message, None, error="passed through")
            return None
        self._backend.note(message, from_httpx_response(override))
        return override


def _nowhere_to_pass(request: httpx.Request) -> KitError:
    return KitError(
        f"{request.method} {request.url.path} may pass through, but the kit's own client has"
        " no network behind it in stub mode. Send it from a client of your own."
    )
