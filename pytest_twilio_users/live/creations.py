"""Follows the creates of this process up until their users are removed."""

import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from pytest_twilio_users.errors import Leftover
from pytest_twilio_users.live.access import Access, is_gone, is_missing, sid_of
from pytest_twilio_users.live.ending import told_to_end
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_lines import Entry, mark_of
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.paths import users_path

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

SETTLED = 3.0
"""Seconds: a create without an answer that did nothing by then will not any more."""

LEEWAY = 2.0
"""Seconds: Twilio tells times in whole ones, and its machines may differ by one."""

LOOK_AGAIN = 0.5
"""Seconds between two looks for a user that may yet turn up."""

FIRST_PAUSE = 1.0
"""Seconds before a service that is out of order is asked again for a delete. It doubles."""


class Creation:
    """A create: when its last attempt was sent and when that ended, by the run's clock.

    `note` writes down that an attempt is sent; `mark` tells the user from another of its
    identity. `over` is set once nothing of it is under way.
    """

    def __init__(self, clock: Callable[[], float], *, note: Callable[[], None], mark: str) -> None:
        self.over = threading.Event()
        self._clock = clock
        self._note = note
        self._mark = mark
        self._sent = self._ended = clock()
        self._answered: datetime | None = None

    def begin(self) -> None:
        """An attempt is about to be sent."""
        self._note()
        self._sent = self._ended = self._clock()

    def end(self, answer: Response | None = None) -> None:
        """The attempt came to an answer, or to nothing, and none follows."""
        self._ended = self._clock()
        self._answered = None if answer is None else _date(answer)

    def unsettled(self) -> float:
        """For how many seconds the user may yet turn up."""
        return max(self._ended + SETTLED - self._clock(), 0.0)

    def made(self, found: Response) -> bool | None:
        """Whether it made the user that was fetched just now; None if that can't be told.

        Another user of the identity was there before, came later, or is not as it was asked
        for. All times are Twilio's own: the user's `date_created`, and the Date of answers;
        of this one less what passed here since.
        """
        user = json_object(found) or {}
        if found.status != 200 or not isinstance(user.get("sid"), str):
            return None
        try:
            created = datetime.fromisoformat(user["date_created"])
            age = parsedate_to_datetime(found.header("date") or "") - created
            after = created - (self._answered or created)
        except (KeyError, TypeError, ValueError):
            return None
        as_asked = mark_of(user.get("friendly_name"), user.get("attributes")) == self._mark
        before = age.total_seconds() > self._clock() - self._sent + LEEWAY
        return as_asked and not before and after.total_seconds() <= SETTLED + LEEWAY


def _date(answer: Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.header("date") or "")
    except ValueError:
        return None


class Creations:
    """The creates of this process, each by its entry in the ledger. Safe for threads."""

    def __init__(self, access: Access, ledger: Ledger) -> None:
        self._access = access
        self._ledger = ledger
        self._by_number: dict[int, Creation] = {}

    def begin(self, entry: Entry, *, mark: str) -> Creation:
        """A user is about to be asked for."""
        creation = Creation(
            self._access.timing.clock,
            note=lambda: self._ledger.sent(entry, mark=mark),
            mark=mark,
        )
        self._by_number[entry.number] = creation
        return creation

    def look_for(self, entry: Entry) -> Response:
        """Fetch a user by its identity, until it is there or will not turn up any more.

        Raises:
            Lost: there was no answer, or the run ends before it is known.
        """
        creation = self._by_number[entry.number]
        while True:
            found = self._access.ask_own("GET", users_path(entry.service_sid, entry.identity))
            wait = creation.unsettled()
            if not is_missing(found) or not wait:
                return found
            if self._access.timing.left() < wait:
                raise told_to_end()
            self._access.timing.sleep(min(wait, LOOK_AGAIN))

    def made(self, entry: Entry, found: Response) -> bool | None:
        """Whether a create made the user that was found; None if that can't be told."""
        owner = self._ledger.find(entry.service_sid, sid_of(found))
        if owner is not None and owner.number != entry.number:
            return False
        creation = self._by_number.get(entry.number)
        # There is none for a moment, between another thread's plan and its create.
        return None if creation is None else creation.made(found)

    def remove(self, entry: Entry) -> None:
        """Delete a user that may have come to be.

        Raises:
            Leftover: whether it is gone, or never was, can't be told.
        """
        timing, pause = self._access.timing, FIRST_PAUSE
        # A thread may still be at it.
        self._by_number[entry.number].over.wait(min(timing.left(), threading.TIMEOUT_MAX))
        current = self._ledger.current(entry)
        if current is None:
            return
        end = timing.clock() + self._access.limits.deadline
        try:
            while failure := self._attempt_removal(current):
                asked, answer = failure
                if answer.status < 500 or timing.clock() + pause > end:
                    raise _leftover(current, f"{asked} was answered {answer.status}")
                timing.sleep(pause)
                pause *= 2
        except Lost as lost:  # it was tried again until the deadline
            raise _leftover(current, f"no answer, {lost}") from None

    def _attempt_removal(self, entry: Entry) -> tuple[str, Response] | None:
        """Delete it; gives what was asked and answered otherwise if that did not succeed.

        Raises:
            Lost: there was no answer.
        """
        sid = entry.sid
        if sid is None:
            found = self.look_for(entry)
            made = self.made(entry, found)
            if is_missing(found) or made is False:
                self._ledger.gone(entry)
                return None
            if made is None:
                return "its SID is unknown, and the search for it", found
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
