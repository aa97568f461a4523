"""What happens, step by step, to a request that meets a planned fault."""

from collections.abc import Callable, Generator
from enum import Enum
from errno import ECONNREFUSED, ECONNRESET
from math import inf
from typing import cast

import httpx

from pytest_twilio_users.contract.refusals import known_refusal
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.transports.faulty_bodies import BODY_CHANGES, proxys_page, refusal
from pytest_twilio_users.transports.streams import CutBody
from pytest_twilio_users.transports.told_errors import because_of, network_says
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

GIVEN_UP = 127.0
"""After how many seconds Linux gives up to connect; others take about as long."""


class Step(Enum):
    """The next step of a fault, other than letting time pass."""

    ANSWER = "have the request answered, and go on with the response"
    DONE = "give the response"


Steps = Generator[float | Step, Response | None, Response]


class Course:
    """The steps of one request through its fault. The caller sends the requests and waits.

    `step` says what is to be done before `go_on`: a number is how many seconds are to pass.
    A fault that can't happen to this request is taken off it.
    """

    def __init__(self, fault: Fault, request: Request) -> None:
        self._steps = _COURSES[fault.name](fault, request)
        self.step: float | Step
        self.response: Response
        self.go_on(None)

    def go_on(self, answer: Response | None) -> None:
        """Go on with the answer that was asked for.

        Raises:
            httpx.TransportError: the client gets no answer.
        """
        try:
            self.step = self._steps.send(answer)
        except StopIteration as end:
            self.step, self.response = Step.DONE, end.value


def _failure(fault: Fault, kind: str, told: str | Exception) -> Exception:
    """An error of httpx, with what lies beneath it as on a network."""
    import httpcore  # httpx loads it for the network alone

    error: Exception = getattr(httpx, kind)(str(told))
    error.fault = fault  # type: ignore[attr-defined]  # see `fault_of`
    return because_of(error, getattr(httpcore, kind)(told))


def _refuse(fault: Fault, request: Request) -> Steps:
    yield from ()
    return refusal(
        known_refusal(fault["name"]),
        request,
        retry_after=fault["retry_after"],
        problem_details=fault["problem_details"],
    )


def _connect_error(fault: Fault, request: Request) -> Steps:
    yield from ()
    if request.is_async:
        raise _failure(fault, "ConnectError", OSError("All connection attempts failed"))
    raise _failure(fault, "ConnectError", network_says(ECONNREFUSED, ""))


def _connect_timeout(fault: Fault, request: Request) -> Steps:
    limit = request.timeouts.to_connect
    yield GIVEN_UP if limit is None else float(limit)
    raise _timed_out(fault, "ConnectTimeout", request)


def _read_timeout(fault: Fault, request: Request) -> Steps:
    limit = request.timeouts.to_read
    yield inf if limit is None else float(limit)
    raise _timed_out(fault, "ReadTimeout", request)


def _timed_out(fault: Fault, kind: str, request: Request) -> Exception:
    return _failure(fault, kind, TimeoutError(*() if request.is_async else ("timed out",)))


def _reset(fault: Fault, request: Request) -> Steps:
    yield from ()
    if request.is_async:
        from anyio import BrokenResourceError  # it brings asyncio

        raise _failure(fault, "ReadError", BrokenResourceError())
    raise _failure(fault, "ReadError", network_says(ECONNRESET, ""))


def _lose_answer(fault: Fault, _: Request) -> Steps:
    yield Step.ANSWER
    raise _failure(fault, "RemoteProtocolError", "Server disconnected without sending a response.")


def _be_slow(fault: Fault, request: Request) -> Steps:
    response = yield Step.ANSWER
    seconds, limit = float(fault["seconds"]), request.timeouts.to_read
    if limit is not None and limit < seconds:
        yield float(limit)
        raise _timed_out(fault, "ReadTimeout", request)
    yield seconds
    return cast("Response", response)


def _cut_body(fault: Fault, request: Request) -> Steps:
    response = cast("Response", (yield Step.ANSWER))
    whole = len(response.body)
    if not whole:
        request.note_fault(None)
        return response
    arrives = response.body[: min(fault["after"], whole - 1)]
    text = (
        "peer closed connection without sending complete message body"
        f" (received {len(arrives)} bytes, expected {whole})"
    )
    return Response(
        status=response.status,
        headers=response.headers,
        body=arrives,
        stream=CutBody(arrives, _failure(fault, "RemoteProtocolError", text)),
    )


def _show_page(fault: Fault, _: Request) -> Steps:
    yield from ()
    return proxys_page(fault["status"])


def _change_body(fault: Fault, request: Request) -> Steps:
    response = cast("Response", (yield Step.ANSWER))
    changed = BODY_CHANGES[fault.name](fault, response)
    if changed is None:
        request.note_fault(None)
    return changed or response


def _leave_to_stub(_: Fault, __: Request) -> Steps:
    """Have the stub answer, which does it."""
    return cast("Response", (yield Step.ANSWER))


_COURSES: dict[str, Callable[[Fault, Request], Steps]] = {
    "refused": _refuse,
    "connect_error": _connect_error,
    "connect_timeout": _connect_timeout,
    "read_timeout": _read_timeout,
    "connection_reset": _reset,
    "answer_lost": _lose_answer,
    "slow": _be_slow,
    "body_cut": _cut_body,
    "html_body": _show_page,
    "stale_read": _leave_to_stub,
    "page_shifts": _leave_to_stub,
    "repeated_page": _leave_to_stub,
    **dict.fromkeys(BODY_CHANGES, _change_body),
}
