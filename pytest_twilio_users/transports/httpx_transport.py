"""An httpx transport that asks a backend instead of the network."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from math import inf
from typing import Any

import httpx

from pytest_twilio_users.backends.observed import Note, ObservedBackend
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.faults.fault_table import is_of_state
from pytest_twilio_users.transports.fault_courses import Course, Step
from pytest_twilio_users.transports.given_answers import (
    asked,
    at_once,
    awaited,
    given,
    read_whole,
    read_whole_async,
)
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    lower_headers,
    raw_headers,
    read_response,
    to_httpx_request,
)
from pytest_twilio_users.transports.overrides import Overrides, TakenFault
from pytest_twilio_users.transports.passing_time import pass_for, waits_for_ever
from pytest_twilio_users.transports.streams import NotedStream
from pytest_twilio_users.transports.told_errors import errors_of
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `overrides` gives the author's, or None where nobody made any; `waits` tells whether
    an answer takes time, so that async callers get it from a thread. `let_pass` moves the
    stub's clock on, for faults that take so many seconds, and `pass_for` has async callers
    wait so long.
    """

    def __init__(
        self,
        backend: ObservedBackend,
        *,
        overrides: Callable[[], Overrides | None],
        waits: Callable[[], bool] = lambda: False,
        let_pass: Callable[[float], None] = lambda _: None,
        pass_for: Callable[..., Awaitable[None]] = pass_for,
    ) -> None:
        self.backend = backend
        self.overrides = overrides
        self._waits = waits
        self._let_pass = let_pass
        self._pass_for = pass_for

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = self.answer(request)
        if response is None:
            raise nowhere_to_pass(asked(request))
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raise what an author's side effect raises."""
        response = await self.answer_async(request)
        if response is None:
            raise nowhere_to_pass(asked(request))
        return response

    async def handle_message_async(self, message: Request) -> Response:
        """Ask the backend, overrides or not, and leave the event loop to others meanwhile."""
        return await self._wait_for(self.backend.handle, message)

    async def _wait_for(self, answer: Callable[[Request], Response], message: Request) -> Response:
        if not self._waits():
            return answer(message)
        message.note_sender()  # in the thread, nobody knows
        from anyio.to_thread import run_sync  # it brings asyncio, which the stub never needs

        return await run_sync(answer, message)

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
        operation = _operation_of(message)
        with self._noting(message) as note:
            taken = overrides.take_fault(request, operation)
            if taken is not None:
                course = _begin(taken, message, is_async=False)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        self._pass(course.step, message)
                        course.go_on(None)
                    else:
                        found = at_once(overrides.answer(request, operation), request)
                        answer = _knowing_no_state(read_whole(found, request), message)
                        course.go_on(answer or self.backend.ask(message))
                return _end(course, taken, message, note)
            found = at_once(overrides.answer(request, operation), request)
            if found is not None:
                return given(found, request, note, to_async=False)
        return self.backend.handle(message)

    async def _answer_async(
        self, overrides: Overrides, request: httpx.Request, message: Request
    ) -> httpx.Response | Response | None:
        operation = _operation_of(message)
        with self._noting(message) as note:
            taken = overrides.take_fault(request, operation)
            if taken is not None:
                course = _begin(taken, message, is_async=True)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        await self._pass_for(message, course.step, on_passed=self._let_pass)
                        course.go_on(None)
                    else:
                        found = await awaited(overrides.answer(request, operation))
                        whole = await read_whole_async(found, request)
                        answer = _knowing_no_state(whole, message)
                        course.go_on(answer or await self._wait_for(self.backend.ask, message))
                return _end(course, taken, message, note)
            found = await awaited(overrides.answer(request, operation))
            if found is not None:
                return given(found, request, note, to_async=True)
        return await self.handle_message_async(message)

    def _pass(self, seconds: float, message: Request) -> None:
        """Let time pass for a sync caller: nobody sleeps."""
        if seconds == inf:
            raise waits_for_ever(message)
        self._let_pass(seconds)

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


def _begin(taken: TakenFault, message: Request, *, is_async: bool) -> Course:
    message.note_fault(taken.fault, is_async=is_async)
    return Course(taken.fault, message)


def _end(course: Course, taken: TakenFault, message: Request, note: Note) -> Response:
    """Note what the client is to hear, and leave a fault that could not happen to the next."""
    if message.fault is None:
        taken.give_back()
    response, cut = course.response, course.response.stream
    note(response, error="" if cut is None else type(cut.error).__name__)
    return response


def _knowing_no_state(given: Response | None, message: Request) -> Response | None:
    """An override's answer, if there is one, to which no fault of the stub's state can happen."""
    if given is not None and is_of_state(message.fault):
        message.note_fault(None)
    return given


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


def nowhere_to_pass(
    asked: str, *, client: str = "the kit's own client", own: str = "client"
) -> KitError:
    """What a client without a network behind it says where an override lets a request pass."""
    return KitError(
        f"{asked} may pass through, but {client} has no network behind it in stub mode."
        f" Send it from a {own} of your own."
    )
