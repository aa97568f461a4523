"""Removes the users that a live run may have made."""

from pytest_twilio_users.errors import Leftover
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.creations import Creations
from pytest_twilio_users.live.ledger import Entry, Ledger
from pytest_twilio_users.live.outcomes import is_gone, is_missing, sid_of
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.paths import users_path

FIRST_PAUSE = 1.0
"""Seconds before a service that is out of order is asked again. It doubles each time."""


class Removal:
    """Deletes users by their entries in the ledger. Safe for threads."""

    def __init__(self, access: Access, ledger: Ledger, creations: Creations) -> None:
        self._access = access
        self._ledger = ledger
        self._creations = creations

    def remove(self, entry: Entry) -> None:
        """Delete a user that may have come to be; if it is gone or never was, all is well.

        Raises:
            Leftover: it could not be deleted, or whether it is there can't be told.
        """
        self._creations.wait_for(entry)
        current = self._ledger.current(entry)
        if current is None:
            return
        timing, pause = self._access.timing, FIRST_PAUSE
        end = timing.clock() + self._access.limits.deadline
        while True:
            try:
                failure = self._attempt(current)
            except Lost as lost:  # it was tried again until the deadline
                raise _leftover(current, f"no answer, {lost}") from None
            if failure is None:
                return
            asked, answer = failure
            if answer.status < 500 or timing.clock() + pause > end:
                raise _leftover(current, f"{asked} was answered {answer.status}")
            timing.sleep(pause)
            pause *= 2

    def _attempt(self, entry: Entry) -> tuple[str, Response] | None:
        """Delete it; gives what was asked and answered otherwise if that did not succeed.

        Raises:
            Lost: there was no answer.
        """
        sid = entry.sid
        if sid is None:
            found = self._creations.look_for(entry)
            made = self._creations.made(entry, found)
            if is_missing(found) or made is False:
                self._ledger.gone(entry)
                return None
            if made is None:
                return "its SID is unknown, and the look for it", found
            sid = sid_of(found)
            entry = self._ledger.created(entry, sid)
        answer = self._access.ask_own("DELETE", users_path(entry.service_sid, sid))
        if not is_gone(answer):
            return "its delete", answer
        self._ledger.gone(entry)
        return None


def _leftover(entry: Entry, reason: str) -> Leftover:
    named = f"User {entry.sid}" if entry.sid else "A user that may have been made"
    return Leftover(
        f"{named} for {entry.test} is left on the live account: {reason}."
        " `twilio-users sweep` removes it."
    )
