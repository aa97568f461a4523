"""The backends, which answer requests through one port."""

from typing import Protocol

from pytest_twilio_users.wire.messages import Request, Response


class Backend(Protocol):
    """Answers requests. It never waits, so sync and async callers share it.

    The body of a response is as its content type says, never compressed.
    """

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        ...


class Beside(Backend, Protocol):
    """Answers requests that no operation answers, without evidence."""

    def neighbour(self, request: Request) -> str | None:
        """What it would answer for; None where it answers nothing."""
        ...

    def advise(self, request: Request) -> str:
        """How to have it answer a request that it does not; an empty text if it never does."""
        ...
