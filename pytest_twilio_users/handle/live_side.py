"""What a live run adds to the handle: its backend, the prefix of identities, the clean-up."""

import sys

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.errors import KitError, LiveRefused
from pytest_twilio_users.handle.complaints import Complaints
from pytest_twilio_users.live.ledger_lines import Entry
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class LiveSide:
    """Without a run there is no backend, and nothing to remove."""

    def __init__(self, isolation: Isolation, run: LiveRun | None, complaints: Complaints) -> None:
        self._isolation = isolation
        self._complaints = complaints
        self.run = run
        if run is not None:
            self._backend, self._ledger = run.open_backend(
                acting=lambda: isolation.current.name, on_created=self._remove_at_end
            )

    def backend(self) -> Backend:
        """What asks the account; what it does not send, is complained of.

        Raises:
            KitError: there is none.
        """
        if self.run is None:
            mode = self._isolation.current.settings.mode.value
            raise KitError(f"mode={mode!r} needs an account, and this handle has none.")
        return self

    def handle(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            LiveRefused: it may not be sent.
        """
        try:
            return self._backend.handle(request)
        except LiveRefused as refused:
            self._complaints.stopped(str(refused))
            raise

    @property
    def changes_sent(self) -> int:
        """How many changes counted against what this process of a live run may send."""
        return self._backend.changes_sent

    def own_identity(self, name: str) -> str:
        """The name, on the account with a prefix of the run and of who is acting."""
        acting = self._isolation.current
        if self.run is None or not acting.settings.mode.is_live:
            return name
        return self.run.prefix(acting.name) + name

    def close(self) -> None:
        """End the run."""
        if self.run is not None:
            self._ledger.close()

    def _remove_at_end(self, entry: Entry) -> None:
        """What a test, an example or a fixture made is deleted at its end."""
        scope = self._isolation.current
        scope.on_end(lambda: self._remove(entry, scope))

    def _remove(self, entry: Entry, scope: Scope) -> None:
        run, interrupted = self.run, isinstance(sys.exception(), KeyboardInterrupt)
        if run is not None and interrupted and not run.ending.begun:
            run.ending.begin()  # a fixture's or an example's scope ends on the way out
        try:
            self._backend.remove(entry)
        except KitError as error:
            self._complaints.warn(str(error))
        except BaseException:  # interrupted: it is tried once more when the run ends
            scope.on_end(lambda: self._remove(entry, scope))
            raise
