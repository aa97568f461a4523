"""Delivers webhooks around a request: what is told before a change is made, or after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from pytest_twilio_users.backends.observed import Note, ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import BOOLEANS
from pytest_twilio_users.contract.refusals import WEBHOOK_REFUSED
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ENABLED = BOOLEANS[0]

T = TypeVar("T")


class Delivering:
    """Tells an application of what a request asks for, and hears whether it may be done.

    No lock is held meanwhile: an application that hears of a change may ask in its turn.
    """

    def __init__(self, stub: StubBackend, acting: Callable[[], Deliveries | None]) -> None:
        """Deliver for a stub.

        Args:
            stub: which makes the events.
            acting: the deliveries of who is acting; None where the stub does not answer, or
                nobody acts.
        """
        self._stub = stub
        self._acting = acting

    def deliveries_of(self, request: Request) -> Deliveries | None:
        """What delivers if an application may hear of a request, which takes its time."""
        deliveries = self._acting() if _is_asked(request) else None
        return deliveries if deliveries is not None and deliveries.has_targets() else None

    def answer(self, request: Request, backend: ObservedBackend) -> Response:
        """Answer a request, and have it told of if it asks for that."""
        deliveries = self._acting() if _is_asked(request) else None
        if deliveries is None:
            return backend.handle(request)
        if self._is_told_before(request, deliveries):
            with _noted(request, backend) as note:
                if not deliveries.deliver_before(request):
                    return self._refuse(request, note)
        response = backend.handle(request)
        if deliveries.is_new(request):
            deliveries.deliver_after(request)
        return response

    async def answer_async(
        self, request: Request, backend: ObservedBackend, deliveries: Deliveries
    ) -> Response:
        """The same; applications are told from threads, and the loop goes on meanwhile.

        What the stub does itself it does here, so that requests are answered in their order.
        """
        if self._is_told_before(request, deliveries):
            with _noted(request, backend) as note:
                if not await _in_a_thread(deliveries.deliver_before, request):
                    return self._refuse(request, note)
        response = backend.handle(request)
        if deliveries.is_new(request):
            await _in_a_thread(deliveries.deliver_after, request)
        return response

    def _is_told_before(self, request: Request, deliveries: Deliveries) -> bool:
        self._stub.tell_before(request)
        return deliveries.is_new(request)

    def _refuse(self, request: Request, note: Note) -> Response:
        response = self._stub.refuse(request, WEBHOOK_REFUSED)
        note(response)
        return response


@contextmanager
def _noted(request: Request, backend: ObservedBackend) -> Iterator[Note]:
    """Have noted what a request comes to before the backend has it: refused, or cancelled."""
    note = backend.noting(request)
    try:
        yield note
    except BaseException as error:
        note(None, error=type(error).__name__)
        raise
    finally:
        note.drop()


async def _in_a_thread(deliver: Callable[[Request], T], request: Request) -> T:
    # Its own: applications may need all the threads that there are for such work.
    return await to_thread.run_sync(deliver, request, limiter=CapacityLimiter(1))


def _is_asked(request: Request) -> bool:
    """Whether a request asks that an application be told of it."""
    call = decode(request)
    return isinstance(call, Call) and call.webhook_enabled == ENABLED
