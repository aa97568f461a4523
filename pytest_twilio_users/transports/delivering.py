"""Delivers webhooks before or after the change that a request makes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import cast

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import BOOLEANS
from pytest_twilio_users.contract.refusals import WEBHOOK_REFUSED
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.turns import in_own_thread
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ENABLED = BOOLEANS[0]

Handle = Callable[[Request], Response]
Noted = Callable[[Request], AbstractContextManager[Callable[[Response], None]]]


class Delivering:
    """Delivers the webhooks of a request, and lets the application refuse the change.

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
        deliveries = self._deliveries_of(request)
        return deliveries is not None and deliveries.has_targets()

    def answer(self, request: Request, handle: Handle, *, noted: Noted) -> Response:
        """Answer a request, and have it told of if it asks for that.

        Args:
            request: which is asked.
            handle: makes the change, and notes it.
            noted: notes what the request comes to before that.
        """
        deliveries = self._deliveries_of(request)
        if deliveries is None:
            return handle(request)
        if self._is_told_before(request, deliveries):
            with noted(request) as note:
                if not deliveries.deliver_before(request):
                    return self._refuse(request, note)
        response = handle(request)
        if deliveries.is_new(request):
            deliveries.deliver_after(request)
        return response

    async def answer_async(self, request: Request, handle: Handle, *, noted: Noted) -> Response:
        """The same where it takes time: applications are told from threads, and the loop goes on.

        What the stub does itself it does here, so that requests are answered in their order.
        """
        deliveries = cast("Deliveries", self._deliveries_of(request))
        if self._is_told_before(request, deliveries):
            with noted(request) as note:
                if not await in_own_thread(partial(deliveries.deliver_before, request)):
                    return self._refuse(request, note)
        response = handle(request)
        if deliveries.is_new(request):
            await in_own_thread(partial(deliveries.deliver_after, request))
        return response

    def _deliveries_of(self, request: Request) -> Deliveries | None:
        """Those of who is acting, if the request asks that an application be told of it."""
        call = decode(request)
        is_asked = isinstance(call, Call) and call.webhook_enabled == ENABLED
        return self._acting() if is_asked else None

    def _is_told_before(self, request: Request, deliveries: Deliveries) -> bool:
        self._stub.tell_before(request)
        return deliveries.is_new(request)

    def _refuse(self, request: Request, note: Callable[[Response], None]) -> Response:
        response = self._stub.refuse(request, WEBHOOK_REFUSED)
        note(response)
        return response
