"""Delivers webhooks around a request: what is told before a change is made, or after it."""

from collections.abc import Callable, Generator
from typing import cast

from anyio import CapacityLimiter, to_thread

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import BOOLEANS
from pytest_twilio_users.contract.refusals import WEBHOOK_REFUSED
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ENABLED = BOOLEANS[0]

_Deliver = Callable[[Request], bool]


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
        steps, done = self._steps(request, backend, deliveries), None
        while True:
            try:
                deliver = steps.send(done)
            except StopIteration as end:
                return cast("Response", end.value)
            done = deliver(request)

    async def answer_async(
        self, request: Request, backend: ObservedBackend, deliveries: Deliveries
    ) -> Response:
        """The same; applications are told from threads, and the loop goes on meanwhile.

        What the stub does itself it does here, so that requests are answered in their order.
        """
        steps, done = self._steps(request, backend, deliveries), None
        while True:
            try:
                deliver = steps.send(done)
            except StopIteration as end:
                return cast("Response", end.value)
            # Applications may need all the threads that there are: this one is beside those.
            done = await to_thread.run_sync(deliver, request, limiter=CapacityLimiter(1))

    def _steps(
        self, request: Request, backend: ObservedBackend, deliveries: Deliveries
    ) -> Generator[_Deliver, bool | None, Response]:
        """What is delivered, and when; each is sent whether the change may be made."""
        self._stub.tell_before(request)
        if deliveries.is_new(request) and not (yield deliveries.deliver_before):
            response = self._stub.refuse(request, WEBHOOK_REFUSED)
            backend.noting(request)(response)
            return response
        response = backend.handle(request)
        if deliveries.is_new(request):
            yield deliveries.deliver_after
        return response


def _is_asked(request: Request) -> bool:
    """Whether a request asks that an application be told of it."""
    call = decode(request)
    return isinstance(call, Call) and call.webhook_enabled == ENABLED
