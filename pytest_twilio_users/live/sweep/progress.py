"""The progress of a sweep, user by user."""

from collections.abc import Callable

import httpx

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.retrying import Lost


class NotDeleted(Exception):
    """Why a user is not deleted."""


_UNANSWERED = (Lost, httpx.HTTPError)
FAILURES = (NotDeleted, TwilioApiError, KitError, *_UNANSWERED)
"""What goes wrong with one user, or one list of them, and is no reason to stop."""


class Progress:
    """Counts the users that were found and removed, and shows each line by `say`.

    `show` is told how many were removed, how many were found, and what is done next.
    """

    def __init__(self, say: Callable[[str], None], show: Callable[[int, int, str], None]) -> None:
        self.say = say
        self.found = 0
        self._show = show
        self._removed = 0
        self._failed = False

    def __str__(self) -> str:
        return f"{self._removed} of {self.found} removed"

    @property
    def is_complete(self) -> bool:
        """Whether nothing stays, and nothing went wrong."""
        return not self._failed and self._removed == self.found

    def begin(self, task: str) -> None:
        """Show what is done next, before it takes its time."""
        self._show(self._removed, self.found, task)

    def fail(self, line: str) -> None:
        """Say what went wrong, other than with one user."""
        self._failed = True
        self.say(line)

    def attempt(self, named: str, remove: Callable[[], str]) -> bool:
        """Remove a user, and say what came of it. What can't be removed does not stop the rest."""
        self.begin(named)
        try:
            outcome = remove()
        except FAILURES as error:
            self.say(f"{self}. {named} stays: {reason_of(error)}")
            return False
        self._removed += 1
        self.say(f"{self}. {named}: {outcome}")
        return True


def reason_of(error: Exception) -> str:
    """Why it failed; without what Twilio said, which may hold somebody's data."""
    if isinstance(error, TwilioApiError):
        code = "" if error.code is None else f", code {error.code}"
        asked = " Do the credentials belong to the account and its region?"
        hint = asked if error.status == 401 else ""
        return f"{error.operation} was answered {error.status}{code}.{hint}"
    if isinstance(error, _UNANSWERED):
        return f"no answer, {error}."
    return str(error)
