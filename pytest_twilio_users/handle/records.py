"""What each scope did: changes, journal, SIDs, made-up identities, overrides, time."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.errors import NotTheirs
from pytest_twilio_users.scopes.isolation import FORKED, Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.shelf import Changes
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import SidSupply, SteadyClock, wall_clock
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.violations import Violation

RECENT = 10
"""How many exchanges the report of a failing test shows."""


@dataclass(kw_only=True, slots=True, eq=False)
class Record:
    """What one scope did.

    `numbers` counts the identities made up for each service, `reported` the violations
    that the author was told of.
    """

    scope: Scope
    journal: Journal
    sids: SidSupply
    clock: SteadyClock
    number_before: int
    overrides: Overrides
    changes: Changes[StoredUser] = field(default_factory=dict)
    router: UsersRouter | None = None
    numbers: Counter[str] = field(default_factory=Counter)
    reported: int = 0

    def next_name(self, service_sid: str) -> str:
        """An identity for one more user of a service: `user-1`, `user-2`."""
        self.numbers[service_sid] += 1
        name = f"user-{self.numbers[service_sid]}"
        if not self.scope.outlives_tests:
            return name
        # Else a test's names would depend on which wide fixtures were set up before.
        return f"{name}-{derive_sid(SidKind.USER, self.scope.cassette_name)[-6:]}"

    def report(self) -> list[tuple[Exchange, Violation]]:
        """The violations that were not reported yet. Without strictness there are none."""
        violations = self.journal.violations[self.reported :]
        self.reported += len(violations)
        return violations if self.scope.settings.strict else []


class Records:
    """The records of the scopes that live. The account acts for the scope of the moment."""

    def __init__(self, isolation: Isolation, account: Account) -> None:
        self._isolation = isolation
        self._account = account
        self._records: dict[Scope, Record] = {}
        self._current: Record | None = None
        self._routed: list[Record] = []
        self._of_the_past: list[tuple[Exchange, Violation]] = []
        self._ahead = timedelta()
        self.recent = Journal(limit=RECENT)
        self.warn: Callable[[str], None] = lambda _: None
        self._lock = threading.RLock()
        isolation.on_fork(self._renew_locks)

    def use(self) -> Record:
        """Use the kit now: the account acts for the scope of the moment, whose record is given.

        Raises:
            NotTheirs: a process that was forked asks, or a thread that outlived its test.
        """
        isolation = self._isolation
        if isolation.copied:
            raise NotTheirs(f"The kit does not answer: {FORKED}")
        if not isolation.active:
            if isolation.left.test_of_this:
                raise NotTheirs(
                    "The kit does not answer: this thread was left running by"
                    f" {isolation.left.test_of_this}, and nobody would undo what it does. End the"
                    " thread before its test ends."
                )
            isolation.use()
        return self.current

    def journals(self) -> tuple[Journal, Journal]:
        """Where an exchange of this moment is noted."""
        record = self.use()
        self._warn_of_stranger()
        return record.journal, self.recent

    def _warn_of_stranger(self) -> None:
        """What a thread of another test sends now is this test's: nobody can tell it apart."""
        test, running = self._isolation.left.test_of_this, self._isolation.test
        if test and running is not None and test != running.name:
            self.warn(
                f"A request came from a thread that {test} left running. End the thread before"
                " its test ends."
            )

    def forget_recent(self) -> None:
        """Begin `recent` anew."""
        if self.recent:
            self.recent = Journal(limit=RECENT)

    def now(self) -> datetime:
        """The time of the acting scope, with what it let pass."""
        return self.current.clock() + self._ahead

    def let_pass(self, passed: timedelta) -> None:
        """Move the time on, until the acting scope ends.

        Raises:
            InvalidArgument: no date can show it.
        """

        def turn_back() -> None:
            self._ahead -= passed

        scope = self.use().scope
        if passed > datetime.max.replace(tzinfo=UTC) - wall_clock() - self._ahead:
            allowed = "with what has passed, no date after 9999, Python's last year"
            raise refused(passed, name="seconds", allowed=allowed)
        self._ahead += passed
        scope.on_end(turn_back)

    @property
    def current(self) -> Record:
        """The record of the scope that is acting; what changes from now on goes there."""
        current = self._current
        if current is None or current.scope is not self._isolation.current:
            with self._lock:
                current = self._switch(self._isolation.current)
        return current

    @property
    def overrides(self) -> Overrides | None:
        """The overrides that count for the acting scope, if anybody made some."""
        current = self.current
        return current.overrides if self._routed else None

    def open_router(self) -> UsersRouter:
        """The acting scope's own overrides."""
        current = self.current
        if current.router is None:
            current.router = UsersRouter(
                lambda: self.current.journal,
                around=lambda: (r for r in self._routers(current) if r is not current.router),
                acting=self.open_router,
            )
            self._routed.append(current)
        return current.router

    def _routers(self, record: Record) -> Iterator[UsersRouter]:
        """Those that count for a record: its own, those around it, and the newest before it."""
        scope: Scope | None = record.scope
        around = []
        while scope is not None:
            around.append(scope)
            found = self._records.get(scope)
            if found is not None and found.router is not None:
                yield found.router
            scope = scope.within
        # A wide fixture that is set up late has nothing to do with the test's overrides.
        wide = [routed for routed in self._routed if routed.scope.within is None]
        for routed in reversed(wide):
            if routed.scope is not self._isolation.test and routed.scope not in around:
                yield cast("UsersRouter", routed.router)

    def take_violations(self, scope: Scope | None = None) -> list[tuple[Exchange, Violation]]:
        """The violations of a scope, or of all, that the author was not told of yet."""
        if scope is not None:
            record = self._records.get(scope)
            if record is None:
                return []
            record.journal.settle()
            return record.report()
        for record in self._records.values():
            self._of_the_past += record.report()
        found, self._of_the_past = self._of_the_past, []
        return found

    def _renew_locks(self) -> None:
        self._lock, self._account.lock = threading.RLock(), threading.RLock()

    def _switch(self, scope: Scope) -> Record:
        record = self._records.get(scope) or self._open(scope)
        if self._current is not None:
            self._account.store.untrack(self._current.changes)
        self._account.store.track(record.changes)
        self._account.sids = record.sids
        self._account.settings = scope.settings
        self._current = record
        return record

    def _open(self, scope: Scope) -> Record:
        record = self._records[scope] = Record(
            scope=scope,
            journal=Journal(
                limit=scope.settings.journal_limit, limit_bytes=scope.settings.journal_bytes
            ),
            sids=SidSupply(scope.name),
            clock=SteadyClock(),
            number_before=self._account.store.last_number,
            overrides=Overrides(lambda: self._routers(record)),
        )
        scope.on_end(lambda: self._close(record))
        return record

    def _close(self, record: Record) -> None:
        newest = next(reversed(self._records.values()))
        del self._records[record.scope]
        if record in self._routed:
            self._routed.remove(record)
        if self._current is not None:  # undoing is nobody's change
            self._account.store.untrack(self._current.changes)
            self._current = None
        self._account.store.undo(record.changes)
        if record is newest:  # else users of a later scope may have later numbers
            self._account.store.rewind(record.number_before)
        record.journal.settle()
        if record.scope.within is None:  # an example's are told by its failure
            self._of_the_past += record.report()
