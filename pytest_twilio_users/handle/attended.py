"""The backend for requests of other threads or processes: it answers while a test runs."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pytest_twilio_users.backends import Backend, Beside
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.transports.asgi import refuse
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class AttendedBackend(ObservedBackend):
    """Answers 503 while no test uses the kit, as nothing would undo the request's changes.

    Nothing raises for strictness: the application at the other end gets what
    Twilio would answer.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        isolation: Isolation,
        journals: Callable[[], Sequence[Journal]],
        strict: Callable[[], bool],
        aliases: Callable[[], Aliases | None],
        beside: Beside,
    ) -> None:
        super().__init__(
            backend,
            journals=lambda: self.attend(journals) or (),
            strict=strict,
            raises=False,
            aliases=aliases,
            beside=beside,
        )
        self._isolation = isolation

    def attend(self, call: Callable[[], T]) -> T | None:
        """Call while a test or fixture acts that uses the kit, and have it not end meanwhile.

        None if there is no such test or fixture.
        """
        with self._isolation.lock:
            return call() if self._isolation.active and not self._isolation.idle else None

    def handle(self, request: Request) -> Response:
        """Answer a request and note the exchange."""
        handle = super().handle
        return self._attended(lambda: handle(request))

    def ask(self, request: Request) -> Response:
        """Answer a request that somebody else notes."""
        ask = super().ask
        return self._attended(lambda: ask(request))

    def _attended(self, answer: Callable[[], Response]) -> Response:
        return self.attend(answer) or refuse(
            503,
            "No test that uses twilio_users is running, so nothing would undo what this request"
            " changes. Send it while a test that uses twilio_users_server is running.",
        )
