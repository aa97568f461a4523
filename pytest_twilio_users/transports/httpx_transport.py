"""An httpx transport that asks a backend instead of the network."""

import inspect
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, cast

import httpx
from respx.models import SideEffectError

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    from_httpx_response,
    raw_headers,
    to_httpx_request,
)
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `router` gives the author's overrides, or None where nobody looked at them;
    `waits` tells whether an answer takes time, so that async callers get it from a thread.
    """

    def __init__(
        self,
        backend: ObservedBackend,
        *,
        router: Callable[[], UsersRouter | None],
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self.backend = backend
        self.router = router
        self._waits = waits

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = self.answer(request)
        if response is None:
            raise nowhere_to_pass(_asked(request))
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = await self.answer_async(request)
        if response is None:
            raise nowhere_to_pass(_asked(request))
        return response

    async def handle_message_async(self, message: Request) -> Response:
        """Ask the backend, overrides or not, and leave the event loop to others meanwhile."""
        if not self._waits():
            return self.backend.handle(message)
        from anyio.to_thread import run_sync  # it brings asyncio, which the stub never needs

        return await run_sync(self.backend.handle, message)

    def answer_message(self, message: Request) -> Response | None:
        """Answer any library's request; None means that an override lets it pass to the network."""
        if self.router() is None:
            return self.backend.handle(message)
        response = self._answer(to_httpx_request(message), message)
        if response is None:
            return None
        response.read()
        return from_httpx_response(response)

    async def answer_message_async(self, message: Request) -> Response | None:
        """The same, for overrides that are async."""
        if self.router() is None:
            return await self.handle_message_async(message)
        response = await self._answer_async(to_httpx_request(message), message)
        if response is None:
            return None
        await response.aread()
        return from_httpx_response(response)

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        request.read()
        return self._answer(request, from_httpx_request(request))

    async def answer_async(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        await request.aread()
        return await self._answer_async(request, from_httpx_request(request))

    def _answer(self, request: httpx.Request, message: Request) -> httpx.Response | None:
        router = self.router()
        override = None if router is None else self._override(router, request, message)
        if override is None:
            return _unread(self.backend.handle(message))
        if inspect.iscoroutine(override):
            override.close()
            raise KitError(
                f"{_asked(request)}: the route's side effect is async, and the client that asks"
                " is sync. Give it a plain function."
            )
        if isinstance(override, httpx.Response):
            body = b"".join(cast("Iterable[bytes]", override.stream))
            return self._note_override(message, override, body)
        self._pass(request, message, override)
        return None

    async def _answer_async(
        self, request: httpx.Request, message: Request
    ) -> httpx.Response | None:
        router = self.router()
        override = None if router is None else self._override(router, request, message)
        if override is not None and inspect.isawaitable(override):
            try:
                override = await override
            except Exception as error:
                self.backend.note(message, None, error=type(error).__name__)
                raise
        if override is None:
            return _unread(await self.handle_message_async(message))
        if isinstance(override, httpx.Response):
            stream = cast("AsyncIterable[bytes]", override.stream)
            body = b"".join([part async for part in stream])
            return self._note_override(message, override, body)
        self._pass(request, message, override)
        return None

    def _override(self, router: UsersRouter, request: httpx.Request, message: Request) -> Any:
        """What an author's route has for the request."""
        call = decode(message)
        operation = call.operation.name if isinstance(call, Call) else ""
        try:
            return router.override(request, operation)
        except SideEffectError as error:
            self.backend.note(message, None, error=type(error.origin).__name__)
            raise error.origin from error.origin.__cause__

    def _note_override(
        self, message: Request, override: httpx.Response, body: bytes
    ) -> httpx.Response:
        """Note the author's response, and give it to the client."""
        read = httpx.Response(override.status_code, headers=override.headers, content=body)
        self.backend.note(message, from_httpx_response(read))
        return httpx.Response(
            override.status_code,
            headers=override.headers,
            stream=httpx.ByteStream(body),
            extensions=override.extensions,
        )

    def _pass(self, request: httpx.Request, message: Request, override: object) -> None:
        """Let the request pass to the network, as an override says."""
        if not isinstance(override, httpx.Request):
            raise KitError(
                f"{_asked(request)}: the route's side effect gave {override!r}. Give an"
                " httpx.Response, or None to leave the request to the stub."
            )
        self.backend.note(message, None, error="passed through")


def _unread(response: Response) -> httpx.Response:
    """A response whose body is still to be read, as from the network: it may be streamed."""
    return httpx.Response(
        response.status,
        headers=raw_headers(response.headers),
        stream=httpx.ByteStream(response.body),
    )


def _asked(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


def nowhere_to_pass(
    asked: str, *, client: str = "the kit's own client", own: str = "client"
) -> KitError:
    """What a client without a network behind it says where an override lets a request pass."""
    return KitError(
        f"{asked} may pass through, but {client} has no network behind it in stub mode."
        f" Send it from a {own} of your own."
    )
