"""transports/httpx_transport.py: an answer that takes time keeps no event loop from its work."""

import threading

import anyio
import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.wire.messages import Response


class Slow:
    """A backend that answers once something else was done; it notes the threads that ask."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.threads = []

    def handle(self, request):
        """Answer a request."""
        self.threads.append(threading.current_thread())
        assert self.done.wait(timeout=5)
        return Response(status=200, body=b"{}")


@pytest.fixture
def slow():
    """A backend whose answers take time."""
    return Slow()


@pytest.fixture
def transport(slow):
    """Makes the transport of one that waits, or not."""

    def transport(*, waits):
        observed = ObservedBackend(slow, journals=list, strict=lambda: True)
        return BackendTransport(observed, overrides=lambda: None, waits=lambda: waits)

    return transport


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_the_loop_works_while_a_service_answers(slow, transport, compose, library):
    """In any event loop."""
    answers = []

    async def ask():
        message = compose("GET", "/v1/Users/ada")
        answers.append(await transport(waits=True).handle_message_async(message))

    async def both():
        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await anyio.sleep(0.01)
            slow.done.set()  # which a loop that is kept from its work never comes to

    anyio.run(both, backend=library)

    assert [answer.status for answer in answers] == [200]
    assert threading.main_thread() not in slow.threads


def test_no_thread_is_taken_where_answers_are_there(slow, transport, compose):
    """The stub and replay answer at once."""
    slow.done.set()
    message = compose("GET", "/v1/Users/ada")
    anyio.run(transport(waits=False).handle_message_async, message)
    assert slow.threads == [threading.current_thread()]
