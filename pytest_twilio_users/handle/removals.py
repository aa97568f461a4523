"""Deletes what a test, an example or a fixture made on a live account, when it ends."""

from collections.abc import Callable

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.ledger_lines import Entry
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.scopes.scope import Scope


class Removals:
    """Knows how to delete a user, and whom to tell what can't be deleted."""

    def __init__(
        self,
        isolation: Isolation,
        *,
        remove: Callable[[Entry], None],
        warn: Callable[[str], None],
    ) -> None:
        self._isolation = isolation
        self._remove = remove
        self._warn = warn

    def plan(self, entry: Entry) -> None:
        """Have a user deleted at the end of who is acting."""
        scope = self._isolation.current
        scope.on_end(lambda: self._attempt(entry, scope))

    def _attempt(self, entry: Entry, scope: Scope) -> None:
        try:
            self._remove(entry)
        except KitError as error:
            self._warn(str(error))
        except BaseException:  # interrupted: it is tried once more when the run ends
            scope.on_end(lambda: self._attempt(entry, scope))
            raise
