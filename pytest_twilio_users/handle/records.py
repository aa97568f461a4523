"""The records of the scopes that live: the account acts for one at a time."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.contract.webhooks import Event
from pytest_twilio_users.errors import NotTheirs
from pytest_twilio_users.faults import Plan
from pytest_twilio_users.handle.scope_record import Record
from pytest_twilio_users.scopes.isolation import FORKED, Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.load import Load
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import Pauses, SidSupply, SteadyClock, wall_clock
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.violations import Violation
from pytest_twilio_users.wire.webhook import Webhook

if TYPE_CHECKING:
    from pytest_twilio_users.transports.routes import UsersRouter
    from pytest_twilio_users.usage.tally import Tally

RECENT = 10
"""How many exchanges the report of a failing test shows."""


class Records:
    """The records of the scopes that live. The account acts for the scope of the moment."""

    def __init__(self, isolation: Isolation, account: Account) -> None:
        self._isolation = isolation
        self._account = account
        self._records: dict[Scope, Record] = {}
        self._current: Record | None = None
        self._routed: list[Record] = []
        self._of_the_past: list[tuple[Exchange, Violation]] = []
        self._unmet: list[str] = []
        self.ahead = timedelta()
        """What all scopes let pass."""
        self.recent = Journal(limit=RECENT)
        self.recent_webhooks: deque[Webhook] = deque(maxlen=RECENT)
        self.recent_plans: list[Plan] = []
        self.warn: Callable[[str], None] = lambda _: None
        self.tell_raised: Callable[[Webhook], None] = lambda _: None
        self.tally: Tally | None = None
        """What adds up what scopes use, if somebody asked for it."""
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
                    f"The kit does not answer: {isolation.left.test_of_this} left this thread"
                    " running, and nothing would undo its changes. End the thread before its"
                    " test ends."
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
        """Begin `recent` anew, and with it what was planned."""
        if self.recent:
            self.recent = Journal(limit=RECENT)
        self.recent_webhooks.clear()
        self.recent_plans.clear()

    def now(self) -> datetime:
        """The time of the acting scope, with what it let pass."""
        return self.current.clock() + self.ahead

    def let_pass(self, passed: timedelta) -> None:
        """Move the time on, until the acting scope ends.

        Raises:
            InvalidArgument: no date can show it.
        """
        record = self.use()
        with self._lock:  # threads that would sleep may let it pass
            if passed > datetime.max.replace(tzinfo=UTC) - wall_clock() - self.ahead:
                allowed = (
                    "a time that ends before the year 10000, with the time that has passed already"
                )
                raise refused(passed, name="seconds", allowed=allowed)
            self.ahead += passed
            record.ahead += passed

    def plan(self, plan: Plan) -> None:
        """Have requests meet faults, until the acting scope ends.

        Raises:
            InvalidArgument: a request can't meet its fault.
        """
        router = self.open_router()
        for operation, meetings in plan.by_operation():
            for taken, meeting in enumerate(meetings):
                # A request that meets a fault does not come by those that are planned later.
                passing = meeting.number - 1 - taken
                route = router.of(operation.name)
                route.fail(meeting.fault, times=1, after=passing, required=False)
        self.recent_plans.append(plan)

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
        """Those that count for the acting scope, if anybody made some, or requests are counted."""
        current = self.current
        return current.overrides if self._routed or current.is_counted else None

    def open_router(self) -> "UsersRouter":
        """The acting scope's own overrides."""
        from pytest_twilio_users.transports.routes import UsersRouter  # it brings respx

        current = self.current
        with self._lock:  # of two threads that ask first, one is to open it
            if current.router is None:
                current.router = UsersRouter(
                    lambda: self.current.journal,
                    around=lambda: (r for r in self._routers(current) if r is not current.router),
                    acting=self.open_router,
                )
                self._routed.append(current)
            return current.router

    def hear(self, event: Event, user: StoredUser, request: Request) -> Webhook:
        """Note an event of the acting scope."""
        hook = self.current.deliveries.note(event, user, request)
        self.recent_webhooks.append(hook)
        return hook

    def _routers(self, record: Record) -> "Iterator[UsersRouter]":
        for found in self._counting(record, self._routed):
            yield cast("UsersRouter", found.router)

    def _deliveries(self, record: Record) -> Iterator[Deliveries]:
        for found in self._counting(record, self._records.values()):
            yield found.deliveries

    def _counting(self, record: Record, among: Collection[Record]) -> Iterator[Record]:
        """Those that count for a record: its own, those around it, and the newest before it."""
        scope: Scope | None = record.scope
        around = []
        while scope is not None:
            around.append(scope)
            found = self._records.get(scope)
            if found is not None and found in among:
                yield found
            scope = scope.within
        # A wide fixture that is set up late has nothing to do with what the test says.
        wide = [found for found in among if found.scope.within is None]
        for found in reversed(wide):
            if found.scope is not self._isolation.test and found.scope not in around:
                yield found

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

    def take_unmet(self, scope: Scope | None = None) -> list[str]:
        """What a scope planned, or all that ended, and nothing met; each is told once."""
        if scope is not None:
            record = self._records.get(scope)
            return [] if record is None else record.unmet()
        if self._isolation.test is not None:
            self._unmet += self.take_unmet(self._isolation.test)
        found, self._unmet = self._unmet, []
        return found

    def _tell_unmet(self, record: Record) -> None:
        """Have it told what a scope that ends planned for nobody.

        Which tests a wide fixture is set up for, whoever selects tests decides: that only warns.
        """
        if not record.scope.outlives_tests:
            self._unmet += record.unmet()
            return
        for plan in record.unmet():
            self.warn(
                f"A fixture planned a fault that did not happen: {plan}. If a fault need not"
                " happen: required=False."
            )

    def _renew_locks(self) -> None:
        self._lock, self._account.lock = threading.RLock(), threading.RLock()

    def _switch(self, scope: Scope) -> Record:
        record = self._records.get(scope) or self._open(scope)
        if self._current is not None:
            self._account.store.untrack(self._current.changes)
        self._account.store.track(record.changes)
        self._account.sids = record.sids
        self._account.load = record.load
        self._account.settings = scope.settings
        self._current = record
        return record

    def _open(self, scope: Scope) -> Record:
        pauses, settings = Pauses(), scope.settings
        journal = Journal(limit=settings.journal_limit, limit_bytes=settings.journal_bytes)
        record = self._records[scope] = Record(
            scope=scope,
            journal=journal,
            sids=SidSupply(scope.name),
            clock=SteadyClock(),
            number_before=self._account.store.last_number,
            overrides=Overrides(lambda: self._routers(record), mode=scope.settings.mode),
            deliveries=Deliveries(
                account=self._account,
                journal=journal,
                counting=lambda: self._deliveries(record),
                let_pass=self.let_pass,
                tell=self.tell_raised,
            ),
            load=Load(lambda: pauses() + self.ahead, mark=pauses.mark),
            is_counted=settings.mode is Mode.STUB and settings.concurrency_limit > 0,
        )
        if self.tally is not None:
            journal.forgotten = partial(self.tally.note, scope)
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
        self.ahead -= record.ahead
        self._account.store.undo(record.changes)
        if record is newest:  # else users of a later scope may have later numbers
            self._account.store.rewind(record.number_before)
        record.journal.settle()
        if self.tally is not None:
            self.tally.add(record.scope, record.journal, tuple(record.deliveries.hooks))
        if record.scope.within is None:  # an example's are told by its failure
            self._of_the_past += record.report()
            self._tell_unmet(record)
