"""Sweeps the users that ledgers name."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live import creations
from pytest_twilio_users.live.ledger_files import (
    LedgerFile,
    LedgerWriter,
    claim_ledger,
    read_ledgers,
    require_folder,
)
from pytest_twilio_users.live.ledger_lines import Entry, Head, mark_of, note_line
from pytest_twilio_users.live.sweep.progress import NotDeleted, Progress
from pytest_twilio_users.live.sweep.sweep_client import delete, fetch, iter_all
from pytest_twilio_users.state.supplies import Clock

SETTLED = timedelta(seconds=creations.SETTLED)
"""A create that was under way when its run died did its work by then, or never."""

MAY_TAKE = timedelta(minutes=1)
"""How long after it was sent a create may have come to be, by a clock that is ahead."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much Twilio's clock may be behind this one."""

_NO_TIME = timedelta()


class LedgerSweep:
    """Removes what the ledgers of runs that are over say is left."""

    def __init__(
        self,
        client: UsersClient,
        progress: Progress,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._progress = progress
        self._clock = clock
        self._sleep = sleep
        self._began = clock()
        self._listed: dict[str | None, list[User]] = {}

    def sweep(self, folder: Path) -> None:
        """Sweep the ledgers of a folder; one with nothing left is deleted.

        Raises:
            KitError: there is no such folder.
        """
        require_folder(folder)
        progress = self._progress
        files = [file for file in read_ledgers(folder) if not self._is_left_alone(file)]
        self._began = self._clock()  # after the look: no run that is swept died later
        progress.found = sum(len(file.left) for file in files)
        for file in files:
            try:
                now, writer = claim_ledger(file.path)
            except KitError as error:
                progress.fail(str(error))
                continue
            with closing(writer):
                progress.found += len(now.left) - len(file.left)
                if self._empty(now, writer):
                    writer.delete()

    def _is_left_alone(self, file: LedgerFile) -> bool:
        """Whether it is not this sweep's to touch, which is said."""
        progress, client = self._progress, self._client
        if file.damage:
            progress.fail(file.damage)
            return True
        if file.running:
            progress.say(f"{file.path}: its run is not over yet, so the sweep skipped it.")
            return True
        head = file.head
        if head is None or not file.left:
            return False
        if (head.account_sid, head.origin) == (client.username, client.origin):
            return False
        progress.fail(
            f"{file.path} belongs to account {head.account_sid} at {head.origin}, but the"
            f" credentials belong to {client.username} at {client.origin}. The sweep skipped it."
            f" To sweep it, use the credentials of its account and --base-url {head.origin}"
        )
        return True

    def _empty(self, file: LedgerFile, writer: LedgerWriter) -> bool:
        """Remove what is left in a ledger that is held; whether nothing is left then."""
        if file.damage:
            self._progress.fail(file.damage)
            return False
        head = file.head
        if head is None:
            return True
        outcomes = [
            self._progress.attempt(
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
            delete(self._client, entry.service_sid, user.sid)
            outcome = "deleted"
        else:
            outcome = "was never made; another user has its identity"
        writer.write(note_line("gone", entry.number))
        return outcome

    def _find(self, entry: Entry, head: Head) -> User | None:
        """The user, fetched. If it may yet turn up, that is waited for."""
        if entry.service_sid == "":
            raise NotDeleted("its request named no valid service.")
        if entry.sent is None and entry.sid is None:
            return None
        user = self._fetch(entry, head)
        wait = self._began + SETTLED - self._clock()
        recent = self._began - (entry.sent or entry.at) < MAY_TAKE
        if user is None and entry.sid is None and recent and wait > _NO_TIME:
            self._progress.begin(
                f"waiting {wait.total_seconds():.0f} s, as a user may still be made"
            )
            self._sleep(wait.total_seconds())
            self._listed.clear()
            user = self._fetch(entry, head)
        return user

    def _fetch(self, entry: Entry, head: Head) -> User | None:
        """The user as it is now, by its SID or identity, or by the digest of its identity."""
        named = entry.sid or entry.identity or self._sid_by_digest(entry, head)
        return None if named is None else fetch(self._client, entry.service_sid, named)

    def _sid_by_digest(self, entry: Entry, head: Head) -> str | None:
        service_sid = entry.service_sid
        if service_sid not in self._listed:
            self._progress.begin("looking through the service's users")
            self._listed[service_sid] = list(iter_all(self._client, service_sid))
        return next(
            (
                user.sid
                for user in self._listed[service_sid]
                if head.digest(user.identity) == entry.digest
            ),
            None,
        )


def _is_own(user: User, entry: Entry, head: Head) -> bool:
    """Whether the user that was found is the one that was noted; not, if it was made elsewhere.

    Raises:
        NotDeleted: it can't be told.
    """
    same_account = user.account_sid == head.account_sid
    same_service = entry.service_sid in (None, user.chat_service_sid)
    same_user = head.digest(user.identity) == entry.digest and entry.sid in (None, user.sid)
    if not (same_account and same_service and same_user):
        raise NotDeleted("the user that exists is not the one in the ledger.")
    if entry.sid is not None or user.identity.startswith(f"{head.run}-"):
        return True
    # An identity of somebody's own: others may have made a user of it.
    if head.digest(mark_of(user.friendly_name, user.attributes)) != entry.mark:
        return False
    # Twilio's times are whole seconds, so that of the create is taken as one, too.
    late = user.date_created - (entry.sent or entry.at).replace(microsecond=0)
    if -CLOCKS_DIFFER < late < _NO_TIME:
        raise NotDeleted(
            f"{user.sid} has its identity, and was made at about the same time. If it is the"
            " run's, delete it by hand."
        )
    return _NO_TIME <= late <= MAY_TAKE
