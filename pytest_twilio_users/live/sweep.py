"""Deletes what live runs left behind: by their ledgers, or by the names that the kit gives."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from pytest_twilio_users.client import TwilioApiError, UsersClient
from pytest_twilio_users.contract.models import User, format_date
from pytest_twilio_users.contract.refusals import NOT_FOUND
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live import creations
from pytest_twilio_users.live.ledger_files import (
    LedgerFile,
    LedgerWriter,
    claim_ledger,
    read_ledgers,
)
from pytest_twilio_users.live.ledger_lines import (
    Entry,
    Head,
    gone_line,
)
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.scopes.run_name import RUN_NAME
from pytest_twilio_users.state.supplies import Clock, wall_clock

SETTLED = timedelta(seconds=creations.SETTLED)
"""A create that was under way when its run died did its work by then, or never."""

MAY_TAKE = timedelta(minutes=10)
"""How long after its plan a create may have come to be: it waits its turn, and is tried again."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much Twilio's clock may be behind this one."""

_NO_TIME = timedelta()

Say = Callable[[str], None]

_NAMED = re.compile(f"({RUN_NAME})-")


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepOptions:
    """What to sweep.

    By the ledgers in `folder`; or by `prefix`: the users of `service_sid` whose
    identity names a run and that are `older_than` hours old. Those are listed, and
    deleted with `yes` alone.
    """

    folder: Path
    prefix: bool = False
    older_than: float = 24.0
    yes: bool = False
    service_sid: str | None = None


def run_sweep(
    options: SweepOptions,
    client: UsersClient,
    say: Say,
    *,
    clock: Clock = wall_clock,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Delete what is left, and say each user and the total; 1 if something stays, else 0.

    A user is fetched before its delete, and has to be the one that was noted. Runs
    that go on are left alone. It may be interrupted at any time, and run again.

    Args:
        options: what to sweep.
        client: asks the account. Its username is to be the account's SID.
        say: shows a line.
        clock, sleep: the time, and how to let seconds pass.

    Raises:
        KitError: it is not told which service's users to look through.
    """
    broom = _Broom(client, say)
    try:
        if options.prefix:
            _sweep_names(broom, options, now=clock())
        else:
            _LedgerSweep(broom, clock=clock, sleep=sleep).sweep(options.folder)
    except KeyboardInterrupt:
        say(f"{broom.progress}, interrupted. The next sweep goes on from here.")
        return 1
    say(f"{broom.progress}.")
    return 1 if broom.troubled or broom.removed < broom.found else 0


class _Stays(Exception):
    """Why a user is not deleted."""


class _Broom:
    """Deletes user by user, and counts."""

    def __init__(self, client: UsersClient, say: Say) -> None:
        self.client = client
        self.say = say
        self.found = 0
        self.removed = 0
        self.troubled = False

    @property
    def progress(self) -> str:
        return f"{self.removed} of {self.found} removed"

    def trouble(self, line: str) -> None:
        self.troubled = True
        self.say(line)

    def attempt(self, named: str, remove: Callable[[], str]) -> bool:
        """Remove a user, and say what came of it. What can't be removed does not stop the rest."""
        try:
            outcome = remove()
        except _FAILURES as error:
            self.say(f"{self.progress}. {named} stays: {_reason(error)}")
            return False
        self.removed += 1
        self.say(f"{self.progress}. {named}: {outcome}")
        return True

    def fetch(self, service_sid: str | None, user: str) -> User | None:
        """The user, or None if Twilio says that there is none."""
        try:
            if service_sid is None:
                return self.client.fetch_user(user)
            return self.client.fetch_service_user(service_sid, user)
        except TwilioApiError as error:
            if error.code == NOT_FOUND.code:
                return None
            raise

    def delete(self, service_sid: str | None, sid: str) -> str:
        try:
            if service_sid is None:
                self.client.delete_user(sid)
            else:
                self.client.delete_service_user(service_sid, sid)
        except TwilioApiError as error:
            if error.code != NOT_FOUND.code:
                raise
        return "deleted"

    def list(self, service_sid: str | None) -> Iterator[User]:
        if service_sid is None:
            return self.client.iter_users()
        return self.client.iter_service_users(service_sid)


_UNANSWERED = (Lost, httpx.HTTPError)
_FAILURES = (_Stays, TwilioApiError, KitError, *_UNANSWERED)


def _reason(error: Exception) -> str:
    """Why it failed; without what Twilio said, which may hold somebody's data."""
    if isinstance(error, TwilioApiError):
        code = "" if error.code is None else f", code {error.code}"
        asked = " Are the credentials of the account, and of its region?"
        hint = asked if error.status == 401 else ""
        return f"{error.operation} was answered {error.status}{code}.{hint}"
    if isinstance(error, _UNANSWERED):
        return f"no answer, {error}."
    return str(error)


# By ledgers


class _LedgerSweep:
    """Removes what the ledgers of runs that are over say is left."""

    def __init__(self, broom: _Broom, *, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._broom = broom
        self._clock = clock
        self._sleep = sleep
        self._began = clock()
        self._listed: dict[str | None, list[User]] = {}

    def sweep(self, folder: Path) -> None:
        broom = self._broom
        if not folder.is_dir():
            broom.say(
                f"There is no folder {folder}, and no ledger. A run has its ledgers beside pytest's"
                " configuration file: sweep there, or name their folder, --ledger FOLDER."
            )
        files = [file for file in read_ledgers(folder) if not self._is_left_alone(file)]
        self._began = self._clock()
        broom.found = sum(len(file.left) for file in files)
        for file in files:
            try:
                now, writer = claim_ledger(file.path)
            except KitError as error:
                broom.trouble(str(error))
                continue
            with closing(writer):
                broom.found += len(now.left) - len(file.left)
                if self._empty(now, writer):
                    writer.delete()

    def _is_left_alone(self, file: LedgerFile) -> bool:
        broom = self._broom
        if file.damage:
            broom.trouble(file.damage)
            return True
        if file.running:
            broom.say(f"{file.path}: its run goes on, and was left alone.")
            return True
        head, client = file.head, broom.client
        if head is None or not file.left:
            return False
        if (head.account_sid, head.origin) == (client.username, client.origin):
            return False
        broom.trouble(
            f"{file.path} is of account {head.account_sid} at {head.origin}; the credentials are"
            f" of {client.username} at {client.origin}. It was left alone. To sweep it: the"
            f" credentials of its account, and --base-url {head.origin}"
        )
        return True

    def _empty(self, file: LedgerFile, writer: LedgerWriter) -> bool:
        """Remove what is left in a ledger that is held; whether nothing is left then."""
        if file.damage:
            self._broom.trouble(file.damage)
            return False
        head = file.head
        if head is None:
            return True
        outcomes = [
            self._broom.attempt(
                f"{entry.sid or 'A user that may have been made'} for {entry.test}",
                partial(self._remove, entry, head, writer),
            )
            for entry in file.left
        ]
        return all(outcomes)

    def _remove(self, entry: Entry, head: Head, writer: LedgerWriter) -> str:
        user = self._find(entry, head)
        if user is None:
            outcome = "was gone" if entry.sid else "was never made"
        elif _is_own(user, entry, head):
            outcome = self._broom.delete(entry.service_sid, user.sid)
        else:
            outcome = "was never made; another user has its identity"
        writer.write(gone_line(entry.number))
        return outcome

    def _find(self, entry: Entry, head: Head) -> User | None:
        """The user, fetched. If it may yet turn up, that is waited for."""
        if entry.service_sid == "":
            raise _Stays("what was asked for is no service.")
        user = self._look(entry, head)
        wait = self._began + SETTLED - self._clock()
        recent = self._began - entry.at < MAY_TAKE
        if user is None and entry.sid is None and recent and wait > _NO_TIME:
            self._sleep(wait.total_seconds())
            self._listed.clear()
            user = self._look(entry, head)
        return user

    def _look(self, entry: Entry, head: Head) -> User | None:
        named = entry.sid or entry.identity
        if named is None:
            service = entry.service_sid
            if service not in self._listed:
                self._listed[service] = list(self._broom.list(service))
            named = next(
                (
                    user.sid
                    for user in self._listed[service]
                    if head.digest(user.identity) == entry.digest
                ),
                None,
            )
        return None if named is None else self._broom.fetch(entry.service_sid, named)


def _is_own(user: User, entry: Entry, head: Head) -> bool:
    """Whether the user that was found is the one that was noted; not, if it was made elsewhere.

    Raises:
        _Stays: it can't be told.
    """
    same_place = user.account_sid == head.account_sid and entry.service_sid in (
        None,
        user.chat_service_sid,
    )
    if (
        not same_place
        or head.digest(user.identity) != entry.digest
        or entry.sid not in (None, user.sid)
    ):
        raise _Stays("the one that is there is not as the ledger says.")
    if entry.sid is not None or user.identity.startswith(f"{head.run}-"):
        return True
    # An identity of somebody's own: others may have made a user of it.
    late = user.date_created - entry.at.replace(microsecond=0)
    if -CLOCKS_DIFFER < late < _NO_TIME:
        raise _Stays(
            f"{user.sid} has its identity, and was made at about the same time. If it is the"
            " run's, delete it by hand."
        )
    return _NO_TIME <= late <= MAY_TAKE


# By names


def _sweep_names(broom: _Broom, options: SweepOptions, *, now: datetime) -> None:
    service_sid = options.service_sid
    if service_sid is None:
        raise KitError("--prefix looks through the users of one service: --service-sid IS…")
    ledgers = read_ledgers(options.folder)
    running = {file.head.run for file in ledgers if file.running and file.head is not None}
    latest = now - timedelta(hours=options.older_than)
    try:
        users = [
            user
            for user in broom.list(service_sid)
            if _run(user) not in {"", *running} and user.date_created <= latest
        ]
    except _FAILURES as error:
        broom.trouble(f"The users of {service_sid} can't be listed: {_reason(error)}")
        return
    broom.found = len(users)
    for user in users:
        named = f"{user.sid} of {_run(user)}, made {format_date(user.date_created)}"
        if options.yes:
            broom.attempt(named, partial(_remove_named, broom, service_sid, user))
        else:
            broom.say(named)
    if users and not options.yes:
        broom.say("Nothing was deleted. To delete these: --yes")


def _run(user: User) -> str:
    """The run whose name the identity begins with; an empty text if there is none."""
    found = _NAMED.match(user.identity)
    return found[1] if found else ""


def _remove_named(broom: _Broom, service_sid: str, listed: User) -> str:
    user = broom.fetch(service_sid, listed.sid)
    if user is None:
        return "was gone"
    if (user.sid, user.identity) != (listed.sid, listed.identity):
        raise _Stays("the one that is there is not the one that was listed.")
    return broom.delete(service_sid, user.sid)
