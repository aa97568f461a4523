"""An httpx transport that asks a backend instead of the network."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial
from math import inf
from typing import Any

import httpx

from pytest_twilio_users.backends.crowd import LONG_ENOUGH, Crowd
from pytest_twilio_users.backends.observed import Note, ObservedBackend
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.faults.fault_table import is_of_state
from pytest_twilio_users.transports.delivering import Delivering, Handle, Noted
from pytest_twilio_users.transports.fault_courses import Course, Step
from pytest_twilio_users.transports.given_answers import (
    asked,
    at_once,
    awaited,
    given,
    nowhere_to_pass,
    read_whole,
    read_whole_async,
)
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_request,
    httpx_headers,
    lower_headers,
    read_response,
    to_httpx_request,
)
from pytest_twilio_users.transports.overrides import Overrides, TakenFault
from pytest_twilio_users.transports.passing_time import pass_for, waits_for_ever
from pytest_twilio_users.transports.real_faults import Peer, why_unserved
from pytest_twilio_users.transports.streams import NotedStream
from pytest_twilio_users.transports.told_errors import errors_of
from pytest_twilio_users.transports.turns import give_way, here, in_own_thread
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers httpx's requests from a backend, sync and async.

    `overrides` gives the author's, or None where nobody made any and no `crowd` counts;
    `waits` tells whether an answer takes time, so that async callers get it from a thread.
    `let_pass` moves the stub's clock on, by seconds. `delivering` has applications told of
    changes.
    """

    def __init__(
        self,
        backend: ObservedBackend,
        *,
        overrides: Callable[[], Overrides | None],
        waits: Callable[[], bool] = lambda: False,
        crowd: Callable[[], Crowd | None] = lambda: None,
        let_pass: Callable[[float], None] = lambda _: None,
        delivering: Delivering | None = None,
    ) -> None:
        self.backend = backend
        self.overrides = overrides
        self._waits = waits
        self._crowd = crowd
        self.let_pass = let_pass
        self._delivering = delivering

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

    def handle_message(self, message: Request) -> Response:
        """Ask the backend, overrides or not."""
        return self._ask(self.backend.handle, message, noted=self.backend.noted)

    async def handle_message_async(self, message: Request) -> Response:
        """Ask the backend, overrides or not, and leave the event loop to others meanwhile."""
        return await self._ask_async(self.backend.handle, message, noted=self.backend.noted)

    def _ask(self, answer: Handle, message: Request, *, noted: Noted) -> Response:
        """Have a request answered, and applications told of it."""
        if self._delivering is None:
            return answer(message)
        return self._delivering.answer(message, answer, noted=noted)

    async def _ask_async(self, answer: Handle, message: Request, *, noted: Noted) -> Response:
        if self._delivering is not None and self._delivering.takes_time(message):
            return await self._delivering.answer_async(message, answer, noted=noted)
        if not self._waits():
            return self._ask(answer, message, noted=noted)
        message.note_sender()  # in the thread, nobody knows
        from anyio.to_thread import run_sync  # it brings asyncio, which the stub never needs

        return await run_sync(answer, message)

    def answer_message(self, message: Request) -> Response | None:
        """Answer any library's request; None means that an override lets it pass to the network."""
        overrides = self.overrides()
        if overrides is None:
            return self.handle_message(message)
        return _as_message(self._take(overrides, to_httpx_request(message), message))

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
        return _as_message(await self._take_async(overrides, request, message, peer))

    def lets_pass(self, method: str, url: str, *, headers: Any = None, note: bool = False) -> bool:
        """Whether an author's route lets a request pass; `note` has it in the journal, if so."""
        overrides = self.overrides()
        if overrides is None:
            return False
        message = from_httpx_request(request := httpx.Request(method, url, headers=headers))
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
            return _unread(self.handle_message(message))
        telling = partial(errors_of, httpx, request)
        with telling():
            return _as_httpx(self._take(overrides, request, message), telling)

    async def answer_async(self, request: httpx.Request) -> httpx.Response | None:
        """Answer a request; None means that an override lets it pass to the network."""
        await request.aread()
        message = from_httpx_request(request)
        overrides = self.overrides()
        if overrides is None:
            return _unread(await self.handle_message_async(message))
        telling = partial(errors_of, httpx, request)
        with telling():
            return _as_httpx(await self._take_async(overrides, request, message), telling)

    def _take(
        self, overrides: Overrides, request: httpx.Request, message: Request
    ) -> httpx.Response | Response | None:
        """Answer, unless too many requests are under way."""
        crowd = self._crowd()
        if crowd is None:
            return self._answer(overrides, request, message)
        with crowd.entered(message) as refused:
            if refused is None:
                return self._answer(overrides, request, message)
            self.backend.noting(message)(refused)
            return refused

    async def _take_async(
        self,
        overrides: Overrides,
        request: httpx.Request,
        message: Request,
        peer: Peer | None = None,
    ) -> httpx.Response | Response | None:
        async with self.under_way(message) as refused:
            return refused or await self._answer_async(overrides, request, message, peer)

    @asynccontextmanager
    async def under_way(self, message: Request) -> AsyncIterator[Response | None]:
        """Have a request under way; gives its answer, if it is one too many.

        Requests of other tasks come meanwhile, as over a network.
        """
        crowd = self._crowd()
        if crowd is None:
            yield None
            return
        with crowd.entered(message) as refused:
            with self.backend.noted(message) as note:
                await give_way(LONG_ENOUGH if message.is_served else 0)
                if refused is not None:
                    note(refused)
            yield refused

    def _answer(
        self, overrides: Overrides, request: httpx.Request, message: Request
    ) -> httpx.Response | Response | None:
        """The author's answer, or else the backend's; None where the author lets it pass."""
        operation = _operation_of(message)
        ask = partial(overrides.answer, request, operation, on_met=message.note_answerer)
        with self.backend.noted(message) as note:
            taken = overrides.take_fault(request, operation)
            if taken is not None:
                course = _begin(taken, message, is_async=False)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        self._pass(course.step, message)
                        course.go_on(None)
                    else:
                        found = at_once(ask(), request)
                        answer = _knowing_no_state(read_whole(found, request), message)
                        course.go_on(
                            answer or self._ask(self.backend.ask, message, noted=_elsewhere)
                        )
                return _end(course, taken, message, note)
            found = at_once(ask(), request)
            if found is not None:
                return given(found, request, note, to_async=False)
        message.note_answerer(None)
        return self.handle_message(message)

    async def _answer_async(
        self,
        overrides: Overrides,
        request: httpx.Request,
        message: Request,
        peer: Peer | None,
    ) -> httpx.Response | Response | None:
        operation = _operation_of(message)
        call = here if peer is None else in_own_thread
        ask = partial(overrides.answer, request, operation, on_met=message.note_answerer)
        with self.backend.noted(message) as note:
            taken = await call(partial(overrides.take_fault, request, operation))
            if taken is not None:
                course = _begin(taken, message, is_async=True, peer=peer)
                while course.step is not Step.DONE:
                    if isinstance(course.step, float):
                        await self._pass_async(course.step, message, peer, note)
                        course.go_on(None)
                    else:
                        found = await awaited(await call(ask))
                        whole = await read_whole_async(found, request)
                        answer = _knowing_no_state(whole, message)
                        course.go_on(
                            answer
                            or await self._ask_async(self.backend.ask, message, noted=_elsewhere)
                        )
                return _end(course, taken, message, note)
            found = await awaited(await call(ask))
            if found is not None:
                return given(found, request, note, to_async=True)
        message.note_answerer(None)
        return await self.handle_message_async(message)

    def _pass(self, seconds: float, message: Request) -> None:
        """Let time pass for a sync caller: nobody sleeps."""
        if seconds == inf:
            raise waits_for_ever(message)
        self.let_pass(seconds)

    async def _pass_async(
        self, seconds: float, message: Request, peer: Peer | None, note: Note
    ) -> None:
        if peer is None:
            await pass_for(message, seconds, on_passed=self.let_pass)
        elif seconds != inf:  # else there is no answer, and `break_off` waits in its place
            note.wait()  # who gives up looks at the journal at once
            await peer.wait(seconds)


def _elsewhere(_message: Request) -> AbstractContextManager[Callable[[Response], None]]:
    """Note nothing: who changes the answer does."""
    return nullcontext(lambda _: None)


def _operation_of(message: Request) -> OperationName | None:
    call = decode(message)
    return call.operation.name if isinstance(call, Call) else None


def _begin(
    taken: TakenFault, message: Request, *, is_async: bool, peer: Peer | None = None
) -> Course:
    """Begin what a request meets.

    Raises:
        KitError: it can't come from a server, and did.
    """
    message.note_fault(taken.plan, is_async=is_async)
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


def _knowing_no_state(given: Response | None, message: Request) -> Response | None:
    """An override's answer, if there is one, to which no fault of the stub's state can happen."""
    if given is None:
        message.note_answerer(None)
    elif is_of_state(message.fault):
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
    headers = httpx_headers(response.headers)
    stream = response.stream or httpx.ByteStream(response.body)
    answer = httpx.Response(response.status, headers=headers, stream=stream)
    answer.headers = headers  # its own copy does not know their encoding
    return answer
