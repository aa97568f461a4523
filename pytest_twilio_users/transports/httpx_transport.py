"""An httpx transport that asks a backend instead of the network."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from math import inf
from typing import Any, TypeVar

import httpx

from pytest_twilio_users.backends.observed import Note, ObservedBackend
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.faults.fault_table import is_of_state
from pytest_twilio_users.transports.delivering import Delivering
from pytest_twilio_users.transports.effects import is_response
from pytest_twilio_users.transports.fault_courses import Course, Step
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    lower_headers,
    raw_headers,
    read_response,
    to_httpx_request,
)
from pytest_twilio_users.transports.overrides import Overrides, TakenFault
from pytest_twilio_users.transports.real_faults import Peer, why_unserved
from pytest_twilio_users.transports.streams import AuthorsStream, NotedStream, body_of, in_turn
from pytest_twilio_users.transports.told_errors import errors_of
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `overrides` gives the author's, or None where nobody made any; `waits` tells whether
    an answer takes time, so that async callers get it from a thread. `let_pass` moves the
    stub's clock on, for faults that take so many seconds. `delivering` has applications told
    of changes.
    """

    def __init__(
        self,
        backend: ObservedBackend,
        *,
        overrides: Callable[[], Overrides | None],
        waits: Callable[[], bool] = lambda: False,
        let_pass: Callable[[float], None] = lambda _: None,
        delivering: Delivering | None = None,
    ) -> None:
        self.backend = backend
        self.overrides = overrides
        self._waits = waits
        self._let_pass = let_pass
        self._delivering = delivering

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

    def handle_message(self, message: Request) -> Response:
        """Ask the backend, overrides or not."""
        if self._delivering is None:
            return self.backend.handle(message)
        return self._delivering.answer(message, self.backend.handle, noted=self.backend.noted)

    async def handle_message_async(self, message: Request) -> Response:
        """Ask the backend, overrides or not, and leave the event loop to others meanwhile."""
        if self._delivering is not None and self._delivering.takes_time(message):
            handle, noted = self.backend.handle, self.backend.noted
            return await self._delivering.answer_async(message, handle, noted=noted)
        if not self._waits():
            return self.handle_message(message)
        return await _in_thread(self.backend.handle, message)

    def _carry_out(self, message: Request) -> Response:
        """Ask the backend for what somebody else changes, and notes."""
        if self._delivering is None:
            return self.backend.ask(message)
        return self._delivering.answer(message, self.backend.ask, noted=_noted_elsewhere)

    async def _carry_out_async(self, message: Request) -> Response:
        if self._delivering is not None and self._delivering.takes_time(message):
            ask = self.backend.ask
            return await self._delivering.answer_async(message, ask, noted=_noted_elsewhere)
        if not self._waits():
            return self._carry_out(message)
        return await _in_thread(self.backend.ask, message)

    def answer_message(self, message: Request) -> Response | None:
        """Answer any library's request; None means that an override lets it pass to the network."""
        overrides = self.overrides()
        if overrides is None:
            return self.handle_message(message)
        return _as_message(self._answer(overrides, to_httpx_request(message), message))

    async def answer_message_async(
        self, message: Request, peer: Peer | None = None
    ) -> Response | None:
        """The same, for overrides that are async.

        Over the socket of a `peer`, faults are real, and what an override takes its time for
        holds up nobody else.
        """
        overrides = self.overrides()
        if overrides is None:
            return await self.handle_message_async(message)
        request = to_httpx_request(message)
        return _as_message(await self._answer_async(overrides, request, message, peer))

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        request.read()
        message = from_httpx_request(request)
        overrides = self.overrides()
        if overrides is None:
            return _unread(self.handle_message(message))
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
        operation = _operation_of(message)
        ask = partial(overrides.answer, request, operation, on_met=message.note_answerer)
        with self.backend.noted(message) as note:
            taken = overrides.take_fault(request, operation)
            if taken is not None:
                course = _begin(taken, message)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        self._pass(course.step, message)
                        course.go_on(None)
                    else:
                        found = _at_once(ask(), request)
                        body = b"".join(_parts(found, request, to_async=False))
                        course.go_on(_whole(found, body, message) or self._carry_out(message))
                return _end(course, taken, message, note)
            found = _at_once(ask(), request)
            if found is not None:
                return _given(found, request, note, to_async=False)
        message.note_answerer(None)
        return self.backend.handle(message)

    async def _answer_async(
        self,
        overrides: Overrides,
        request: httpx.Request,
        message: Request,
        peer: Peer | None = None,
    ) -> httpx.Response | Response | None:
        operation = _operation_of(message)
        call = _here if peer is None else _in_own_thread
        ask = partial(overrides.answer, request, operation, on_met=message.note_answerer)
        with self.backend.noted(message) as note:
            taken = await call(partial(overrides.take_fault, request, operation))
            if taken is not None:
                course = _begin(taken, message, peer)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        await self._pass_async(course.step, message, peer, note)
                        course.go_on(None)
                    else:
                        found = await _awaited(await call(ask))
                        parts = in_turn(_parts(found, request, to_async=True))
                        body = b"".join([part async for part in parts])
                        answer = _whole(found, body, message)
                        course.go_on(answer or await self._carry_out_async(message))
                return _end(course, taken, message, note)
            found = await _awaited(await call(ask))
            if found is not None:
                return _given(found, request, note, to_async=True)
        message.note_answerer(None)
        return await self.handle_message_async(message)

    def _pass(self, seconds: float, message: Request) -> None:
        if seconds == inf:
            raise KitError(
                f"{message.method} {message.path} would wait for ever: by {message.fault!r} no"
                " answer comes, and the client has set no timeout. Set one where it is made, or"
                " where it asks."
            )
        self._let_pass(seconds)

    async def _pass_async(
        self, seconds: float, message: Request, peer: Peer | None, note: Note
    ) -> None:
        if peer is None:
            self._pass(seconds, message)
        elif seconds != inf:  # else there is no answer, and `break_off` waits in its place
            note.wait()  # who gives up looks at the journal at once
            await peer.wait(seconds)


def _noted_elsewhere(_message: Request) -> AbstractContextManager[Callable[[Response], None]]:
    return nullcontext(lambda _: None)


def _operation_of(message: Request) -> OperationName | None:
    call = decode(message)
    return call.operation.name if isinstance(call, Call) else None


async def _in_thread(answer: Callable[[Request], Response], message: Request) -> Response:
    message.note_sender()  # in the thread, nobody knows
    from anyio.to_thread import run_sync  # it brings asyncio, which the stub never needs

    return await run_sync(answer, message)


def _at_once(found: Any, request: httpx.Request) -> Any:
    """What an author's route has for a sync client.

    Raises:
        KitError: it is to be awaited.
    """
    if inspect.isawaitable(found):
        if inspect.iscoroutine(found):
            found.close()  # else Python warns that nobody awaited it
        raise KitError(
            f"{_asked(request)}: the route's side effect is async, and the client that"
            " asks is sync. Give it a plain function."
        )
    return found


async def _awaited(found: Any) -> Any:
    return await found if inspect.isawaitable(found) else found


async def _here(call: Callable[[], T]) -> T:
    return call()


async def _in_own_thread(call: Callable[[], T]) -> T:
    """Call what may take its time, beside all else that does."""
    from anyio import CapacityLimiter, to_thread  # it brings asyncio, which the stub never needs

    return await to_thread.run_sync(call, limiter=CapacityLimiter(1))


def _begin(taken: TakenFault, message: Request, peer: Peer | None = None) -> Course:
    """Begin what a request meets.

    Raises:
        KitError: it can't come from a server, and did.
    """
    message.note_fault(taken.plan)
    if peer is not None and (why := why_unserved(taken.plan.fault)):
        raise KitError(f"{message.method} {message.path}: {why}")
    return Course(taken.plan.fault, message)


def _end(course: Course, taken: TakenFault, message: Request, note: Note) -> Response:
    """Note what the client is to hear, and leave a fault that could not happen to the next."""
    if message.fault is None:
        taken.give_back()
    response, cut = course.response, course.response.stream
    note(response, error="" if cut is None else type(cut.error).__name__)
    return response


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
    body = _body_of(found, request, to_async=to_async)
    stream: httpx.ByteStream | NotedStream
    if isinstance(body, bytes):
        note(read_response(found, body))
        stream = httpx.ByteStream(body)
    else:
        note(read_response(found, b""))

        def end(read: bytes, error: str) -> None:
            note.end_body(read_response(found, read).body, error=error)

        stream = NotedStream(body, on_end=end)
    return httpx.Response(
        found.status_code, headers=found.headers.raw, stream=stream, extensions=found.extensions
    )


def _body_of(found: Any, request: httpx.Request, *, to_async: bool) -> bytes | AuthorsStream:
    """The body of what an override gave.

    Raises:
        KitError: that is no response, or the client can't read it.
    """
    if not is_response(found):
        raise KitError(
            f"{_asked(request)}: the route's side effect gave {brief(found)}. Give an"
            " httpx.Response, or None to leave the request to the stub."
        )
    body = body_of(found)
    if isinstance(body, AuthorsStream) and body.is_async and not to_async:
        raise KitError(
            f"{_asked(request)}: the body of the route's response is async, and the client that"
            " asks is sync. Give it bytes, or a plain iterator of them."
        )
    return body


def _parts(found: Any, request: httpx.Request, *, to_async: bool) -> Any:
    """The parts of the body of what an override gave, which a fault is to meet.

    Raises:
        KitError: the author can't have meant it, or the client can't read it.
    """
    if found is None:
        return ()
    if isinstance(found, httpx.Request):
        raise KitError(
            f"{_asked(request)} may pass through, and is planned to fail. Plan one of both."
        )
    body = _body_of(found, request, to_async=to_async)
    return (body,) if isinstance(body, bytes) else body.parts


def _whole(found: Any, body: bytes, message: Request) -> Response | None:
    """What an override gave, which knows nothing of the stub's state; None if it gave nothing."""
    if found is None:
        message.note_answerer(None)
        return None
    if is_of_state(message.fault):
        message.note_fault(None)
    return read_response(found, body)


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
        stream=response.stream or httpx.ByteStream(response.body),
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
