"""An httpx transport that asks a backend instead of the network."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import httpx

from pytest_twilio_users.backends.observed import Note, ObservedBackend
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.transports.effects import is_response
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    lower_headers,
    raw_headers,
    read_response,
    to_httpx_request,
)
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.streams import NotedStream, body_of
from pytest_twilio_users.transports.told_errors import errors_of
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `overrides` gives the author's, or None where nobody made any; `waits` tells whether
    an answer takes time, so that async callers get it from a thread.
    """

    def __init__(
        self,
        backend: ObservedBackend,
        *,
        overrides: Callable[[], Overrides | None],
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self.backend = backend
        self.overrides = overrides
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
        message.note_sender()  # in the thread, nobody knows
        from anyio.to_thread import run_sync  # it brings asyncio, which the stub never needs

        return await run_sync(self.backend.handle, message)

    def answer_message(self, message: Request) -> Response | None:
        """Answer any library's request; None means that an override lets it pass to the network."""
        overrides = self.overrides()
        if overrides is None:
            return self.backend.handle(message)
        return _as_message(self._answer(overrides, to_httpx_request(message), message))

    async def answer_message_async(self, message: Request) -> Response | None:
        """The same, for overrides that are async."""
        overrides = self.overrides()
        if overrides is None:
            return await self.handle_message_async(message)
        request = to_httpx_request(message)
        return _as_message(await self._answer_async(overrides, request, message))

    def lets_pass(self, method: str, url: str, *, headers: Any = None, note: bool = False) -> bool:
        """Whether an author's route lets a request pass, as far as this tells of it.

        If so, it is in the journal where `note` asks for it.
        """
        overrides = self.overrides()
        if overrides is None:
            return False
        request = httpx.Request(method, url, headers=headers)
        message = from_httpx_request(request)
        passes = overrides.lets_pass(request, _operation_of(message))
        if passes and note:
            self.backend.noting(message)(None, error="passed through")
        return passes

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        request.read()
        message = from_httpx_request(request)
        overrides = self.overrides()
        if overrides is None:
            return _unread(self.backend.handle(message))
        telling = partial(errors_of, httpx, request)
        with telling():
            return _as_httpx(self._answer(overrides, request, message), telling)

    async def answer_async(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        await request.aread()
        message = from_httpx_request(request)
        overrides = self.overrides()
        if overrides is None:
            return _unread(await self.handle_message_async(message))
        telling = partial(errors_of, httpx, request)
        with telling():
            return _as_httpx(await self._answer_async(overrides, request, message), telling)

    def _answer(
        self, overrides: Overrides, request: httpx.Request, message: Request
    ) -> httpx.Response | Response | None:
        """The author's answer, or else the backend's; None where the author lets it pass."""
        with self._noting(message) as note:
            found = overrides.answer(request, _operation_of(message))
            if inspect.isawaitable(found):
                if inspect.iscoroutine(found):
                    found.close()  # else Python warns that nobody awaited it
                raise KitError(
                    f"{_asked(request)}: the route's side effect is async, and the client that"
                    " asks is sync. Give it a plain function."
                )
            if found is not None:
                return _given(found, request, note, to_async=False)
        return self.backend.handle(message)

    async def _answer_async(
        self, overrides: Overrides, request: httpx.Request, message: Request
    ) -> httpx.Response | Response | None:
        with self._noting(message) as note:
            found = overrides.answer(request, _operation_of(message))
            if inspect.isawaitable(found):
                found = await found
            if found is not None:
                return _given(found, request, note, to_async=True)
        return await self.handle_message_async(message)

    @contextmanager
    def _noting(self, message: Request) -> Iterator[Note]:
        """Have noted what an override gives, and whatever ends it: cancelled, say."""
        note = self.backend.noting(message)
        try:
            yield note
        except BaseException as error:
            note(None, error=type(error).__name__)
            raise
        finally:
            note.drop()


def _operation_of(message: Request) -> OperationName | None:
    call = decode(message)
    return call.operation.name if isinstance(call, Call) else None


def _given(
    found: Any, request: httpx.Request, note: Note, *, to_async: bool
) -> httpx.Response | None:
    """Note what an override gave; a response is for the client, its body still to be read.

    Raises:
        KitError: the author can't have meant it, or the client can't read it.
    """
    if isinstance(found, httpx.Request):
        note(None, error="passed through")
        return None
    if not is_response(found):
        raise KitError(
            f"{_asked(request)}: the route's side effect gave {brief(found)}. Give an"
            " httpx.Response, or None to leave the request to the stub."
        )
    body = body_of(found)
    stream: httpx.ByteStream | NotedStream
    if isinstance(body, bytes):
        note(read_response(found, body))
        stream = httpx.ByteStream(body)
    elif body.is_async and not to_async:
        raise KitError(
            f"{_asked(request)}: the body of the route's response is async, and the client that"
            " asks is sync. Give it bytes, or a plain iterator of them."
        )
    else:
        note(read_response(found, b""))

        def end(read: bytes, error: str) -> None:
            note.end_body(read_response(found, read).body, error=error)

        stream = NotedStream(body, on_end=end)
    return httpx.Response(
        found.status_code, headers=found.headers.raw, stream=stream, extensions=found.extensions
    )


def _as_message(answer: httpx.Response | Response | None) -> Response | None:
    if not isinstance(answer, httpx.Response):
        return answer
    stream: Any = answer.stream
    if isinstance(stream, httpx.ByteStream):
        return read_response(answer, b"".join(stream))
    return Response(status=answer.status_code, headers=lower_headers(answer), stream=stream)


def _as_httpx(
    answer: httpx.Response | Response | None, telling: Callable[[], AbstractContextManager[None]]
) -> httpx.Response | None:
    if isinstance(answer, Response):
        return _unread(answer)
    if answer is not None and isinstance(answer.stream, NotedStream):
        answer.stream.telling = telling
    return answer


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
