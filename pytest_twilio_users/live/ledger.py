"""What a run made on a live account that is not deleted yet."""

import os
import secrets
import threading
from dataclasses import replace
from pathlib import Path

from pytest_twilio_users.contract.models import format_date
from pytest_twilio_users.live.ledger_files import LedgerWriter, create_ledger
from pytest_twilio_users.live.ledger_lines import Entry, Head, note_line, planned_line
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.state.supplies import Clock, wall_clock


class Ledger:
    """The ledger of one process of a run, in a file of its own. Safe for threads.

    `run` is the run's name, `worker` that of pytest-xdist's worker. There is no file
    before a user is planned.

    What is noted is on disk when the call returns. Other identities than those that
    the kit makes up are not written there: a salted digest stands for them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        account: LiveAccount,
        worker: str = "main",
        clock: Clock = wall_clock,
    ) -> None:
        self._folder = folder
        self._name = f"{run}-{worker}-{os.getpid()}"
        self._head = Head(
            run=run,
            origin=account.base_url,
            account_sid=account.sid,
            pid=os.getpid(),
            at=clock(),
            salt=secrets.token_hex(16),
        )
        self._default_service_sid = account.default_service_sid
        self._clock = clock
        self._writer: LedgerWriter | None = None
        self._planned = 0
        self._left: dict[int, Entry] = {}
        self._lock = threading.Lock()

    @property
    def left(self) -> list[Entry]:
        """The users that may be there, in the order in which they were planned."""
        with self._lock:
            return [self._left[number] for number in sorted(self._left)]

    def current(self, entry: Entry) -> Entry | None:
        """The entry with what is known by now; None if its user is gone."""
        with self._lock:
            return self._left.get(entry.number)

    def plan(self, service_sid: str | None, identity: str, *, test: str) -> Entry:
        """Note a user that is about to be asked for.

        Raises:
            KitError: it can't be written, so the user must not be asked for.
        """
        with self._lock:
            entry = Entry(
                number=self._planned + 1,
                service_sid=service_sid,
                identity=identity,
                digest=self._head.digest(identity),
                sid=None,
                test=test.partition("[")[0],  # parameters may be somebody's data
                at=self._clock(),
            )
            if self._writer is None:
                self._writer = create_ledger(self._folder, self._name, self._head)
            self._writer.write(planned_line(entry, run=self._head.run))
            self._planned = entry.number
            self._left[entry.number] = entry
            return entry

    def sent(self, entry: Entry, *, mark: str) -> None:
        """Note that a user is asked for now; `mark` is as `mark_of` gives it.

        Raises:
            KitError: it can't be written, so the user must not be asked for.
        """
        with self._lock:
            now, digest = self._clock(), self._head.digest(mark)
            self._write(note_line("sent", entry.number, mark=digest, at=format_date(now)))
            self._left[entry.number] = replace(entry, sent=now, mark=digest)

    def created(self, entry: Entry, sid: str) -> Entry:
        """Note the SID of a user that came to be; gives the entry with it.

        Raises:
            KitError: it can't be written. It is known in memory all the same.
        """
        with self._lock:
            known = replace(self._left.get(entry.number, entry), sid=sid)
            if self._left.get(entry.number) != known:
                self._left[entry.number] = known
                self._write(note_line("created", entry.number, sid=sid))
            return known

    def gone(self, entry: Entry) -> None:
        """Note that a user was deleted or never came to be; a second time does nothing.

        Raises:
            KitError: it can't be written. It is known in memory all the same.
        """
        with self._lock:
            if self._left.pop(entry.number, None) is not None:
                self._write(note_line("gone", entry.number))

    def find(self, service_sid: str | None, user: str) -> Entry | None:
        """The entry of a user that is left, by its SID or identity.

        Of several plans for an identity the one that came to be, else the newest.
        """
        service_sid = self._service(service_sid)
        with self._lock:
            found = (
                entry
                for entry in self._left.values()
                if user  # an answer that named nobody is about nobody
                and user in (entry.identity, entry.sid)
                and self._service(entry.service_sid) == service_sid
            )
            return max(found, key=lambda entry: (entry.sid is not None, entry.number), default=None)

    def close(self) -> None:
        """End the run: if nothing is left, the file is deleted."""
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is None:
                return
            if self._left:
                writer.close()
            else:
                writer.delete()

    def _service(self, service_sid: str | None) -> str | None:
        """The default service has two paths, one without its SID."""
        return self._default_service_sid if service_sid is None else service_sid

    def _write(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
