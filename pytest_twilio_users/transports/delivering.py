"""Delivers webhooks around a request: what is told before a change is made, or after it."""

from collections.abc import Callable

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import BOOLEANS
from pytest_twilio_users.contract.refusals import WEBHOOK_REFUSED
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ENABLED = BOOLEANS[0]


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

    def takes_time(self, request: Request) -> bool:
        """Whether an application may hear of a request, which takes the time that it takes."""
        deliveries = self._acting() if _is_asked(request) else None
        return deliveries is not None and deliveries.has_targets()

    def answer(self, request: Request, backend: ObservedBackend) -> Response:
        """Answer a request, and have it told of if it asks for that."""
        deliveries = self._acting() if _is_asked(request) else None
        if deliveries is None:
            return backend.handle(request)
        self._stub.tell_before(request)
        if not deliveries.deliver_before(request):
            response = self._stub.refuse(request, WEBHOOK_REFUSED)
            backend.noting(request)(response)
            return response
        response = backend.handle(request)
        deliveries.deliver_after(request)
        return response


def _is_asked(request: Request) -> bool:
    """Whether a request asks that an application be told of it."""
    call = decode(request)
    return isinstance(call, Call) and call.webhook_enabled == ENABLED
