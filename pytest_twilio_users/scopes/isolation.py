"""Keeps account of who is acting, by which the kit is switched on or off."""

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from pytest_twilio_users.scopes.left_threads import LeftThreads
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Period, Settings

_HANDLE = "twilio_users"
"""The fixture that all others use that use the kit."""

FORKED = (
    "this process is a fork of the test process, so the test would not see its changes. Send"
    " its requests to the fixture twilio_users_server."
)


class Fixture(Protocol):
    """What isolation needs of pytest's fixture definitions."""

    @property
    def argname(self) -> str:
        """The fixture's name."""
        ...

    @property
    def argnames(self) -> Sequence[str]:
        """The names of the fixtures that it asks for."""
        ...

    @property
    def baseid(self) -> str:
        """The node below which the name means this fixture."""
        ...


class Switched(Protocol):
    """What isolation switches on and off: the kit behind the handle."""

    def forget_recent(self) -> None:
        """A test or an example begins: what was said before is none of its business."""

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests."""

    def deactivate(self) -> None:
        """Leave the application's requests alone."""


class Guarding(Protocol):
    """What isolation has refuse the requests that nothing answers."""

    def start(self) -> None:
        """Begin to refuse."""

    def stop(self) -> None:
        """Refuse no more."""


class _KitFixtures:
    """Fixtures that use the kit: their names, and the nodes below which a name means them."""

    def __init__(self) -> None:
        self._bases: dict[str, set[str]] = {_HANDLE: {""}}

    def add(self, fixture: Fixture) -> None:
        self._bases.setdefault(fixture.argname, set()).add(fixture.baseid)

    def __contains__(self, fixture: Fixture) -> bool:
        return fixture.baseid in self._bases.get(fixture.argname, ())

    def among(self, names: Iterable[str], node: str) -> bool:
        """Whether one of the names, as seen from the node, means such a fixture."""
        return any(
            base in ("", node) or node.startswith((f"{base}/", f"{base}::"))
            for name in self._bases.keys() & names
            for base in self._bases[name]
        )


class Isolation:
    """Keeps account of the running test and of the fixtures that live longer.

    A fixture that outlives the test (class scope and wider) acts for itself
    while it is set up and torn down, whenever that happens. Everything else
    acts for the test. So state nests by fixture scope, also when a wide fixture
    is set up late, or anew for another parameter.

    An example of a Hypothesis test acts for itself, within the test.

    The engine is `active` while a test that uses the kit runs, and while a
    fixture that uses it is torn down. The guard holds from the beginning of
    such a test, and as long as threads run that it left behind.
    """

    def __init__(self, settings: Settings, *, guard: Callable[[], Guarding] | None = None) -> None:
        """Begin a run.

        Args:
            settings: the run's.
            guard: makes what refuses requests, once it is needed.
        """
        self.settings = settings
        self._acting = [Scope("session", settings)]
        self._wide: dict[Fixture, Scope] = {}
        self._setting_up: list[Fixture] = []
        self._using = _KitFixtures()
        # Those that were being set up when it was used. A test's fixture names show who asks
        # for `twilio_users` by an argument; of fixtures that ask by `request.getfixturevalue`
        # only the time before tells.
        self._asked_late = _KitFixtures()
        self._test: Scope | None = None
        self._last = ""  # the name of the test that ended last
        self._interrupted: list[Scope] = []
        self._tearing_down = self.active = False
        self._engine: Switched | None = None
        self.awaited = False
        """Whether the running test uses the kit, or is going to."""
        self.copied = False
        """Whether this is a copy in a child of the process, forked while the kit was used."""
        self._make_guard = guard
        self._guard: Guarding | None = None
        self.left = LeftThreads()
        # Held while somebody begins or ends; requests of other threads hold it, too.
        self.lock = threading.RLock()
        self._on_fork: list[Callable[[], None]] = []
        self._hears_forks = False

    @property
    def idle(self) -> bool:
        """Whether neither a test nor a fixture is acting."""
        return len(self._acting) == 1

    @property
    def current(self) -> Scope:
        """Who is acting now."""
        return self._acting[-1]

    @property
    def test(self) -> Scope | None:
        """The running test, whoever is acting."""
        return self._test

    def on_fork(self, callback: Callable[[], None]) -> None:
        """Have something done in each child of the process that is forked."""
        self._on_fork.append(callback)
        self._hear_forks()

    def attach(self, engine: Switched) -> None:
        """Bring in the engine, instead of one of before."""
        self.deactivate()
        self._engine = engine
        self.use()

    def use(self) -> None:
        """The kit is used now: by the running test, and by the fixtures that are being set up."""
        for fixture in self._setting_up:
            self._using.add(fixture)
            self._asked_late.add(fixture)
        with self.lock:  # of two threads that use it first, one is to switch it on
            if self._test is not None and not self.active:
                self._activate()

    def deactivate(self) -> None:
        """Have the engine leave requests alone, until the kit is used again."""
        if self._engine is not None:
            self._engine.deactivate()
        self.active = False

    def begin_test(
        self,
        node: str,
        settings: Settings,
        *,
        fixtures: Sequence[str],
        name: str = "",
        asks_late: bool = False,
    ) -> None:
        """A test begins, before its fixtures are set up; their names are given.

        It is called by its node's id, if it has no other `name`. `asks_late` tells that
        it is going to ask for the kit by `request.getfixturevalue`.
        """
        self.leave_test()
        uses_it = self._asked_late.among(fixtures, node)
        if uses_it or asks_late:
            self._await(settings)
        elif self._guard is not None and not self.left.any_runs:
            self._guard.stop()  # not before: the next test mostly uses the kit, too
        if self._engine is not None:
            self._engine.forget_recent()
        self._test = Scope(name or node, settings)
        self._begin(self._test)
        if uses_it:
            self._activate()

    def begin_example(self) -> Scope:
        """An example of a Hypothesis test begins: it starts from what there is now."""
        if self._engine is not None:
            self._engine.forget_recent()
        around = self.current
        example = Scope(f"{around.name} example", around.settings, within=around)
        self._begin(example)
        return example

    def end_example(self, example: Scope) -> None:
        """An example is over. What it did ends."""
        self._end(example)

    def begin_teardown(self) -> None:
        """The test's fixtures are about to be torn down, and wide ones after them."""
        self._tearing_down = True

    def leave_test(self) -> None:
        """The test, and all that was torn down after it, are over."""
        self._end_test()
        self._tearing_down = False
        self.deactivate()
        if self.awaited:
            self.left.end_test(self._last)
            self.awaited = False

    @contextmanager
    def setting_up(self, fixture: Fixture, node: str) -> Iterator[None]:
        """A fixture is set up for a node; it uses the kit if a dependency does."""
        if self._using.among(fixture.argnames, node):
            self._using.add(fixture)
        self._setting_up.append(fixture)
        try:
            yield
        finally:
            self._setting_up.pop()

    @contextmanager
    def acting(self, fixture: Fixture, scope: Scope) -> Iterator[None]:
        """A fixture that outlives the test acts for itself while it is set up."""
        self._wide[fixture] = scope
        self._begin(scope)
        try:
            with self.left.knowing():
                yield
        except BaseException:
            scope.failed = True
            self._end(scope)
            raise
        with self.lock:
            self._acting.remove(scope)

    def begin_fixture_teardown(self, fixture: Fixture) -> None:
        """A fixture that outlives the test is about to be torn down."""
        if self._tearing_down:
            self._end_test()
        scope = self._wide[fixture]
        self._begin(scope)
        if fixture in self._using:
            self._activate()

    def end_fixture(self, fixture: Fixture) -> None:
        """What the fixture did ends. Unknown fixtures are those of the test."""
        scope = self._wide.pop(fixture, None)
        if scope is not None:
            self._end(scope)

    def end(self) -> None:
        """The run is over, however it ended, and with it what nobody got to tear down.

        Interrupted again, it can be called again.
        """
        self.leave_test()
        if self._guard is not None and not self.left.any_runs:
            self._guard.stop()
        self._interrupted += self._wide.values()
        while self._interrupted:
            self._end(self._interrupted.pop())
        with self.lock:
            self._acting[0].end()

    def guard(self) -> None:
        """Have requests refused that nothing answers."""
        if self._guard is None and self._make_guard is not None:
            self._guard = self._make_guard()
        if self._guard is not None:
            self._guard.start()

    def _await(self, settings: Settings) -> None:
        if not self.awaited:
            self.awaited = True
            self._hear_forks()
            self.left.know()
        if settings.guard is not Period.NO:
            self.guard()

    def _end_test(self) -> None:
        if self._test is not None:
            self._last = self._test.name
            self._end(self._test)
            self._test = None

    def _begin(self, scope: Scope) -> None:
        with self.lock:
            self._acting.append(scope)

    def _end(self, scope: Scope) -> None:
        with self.lock:
            try:
                scope.end()
            except BaseException:
                self._interrupted.append(scope)
                raise
            finally:
                if scope in self._acting:
                    self._acting.remove(scope)

    def _activate(self) -> None:
        settings = (self._test or self.current).settings
        self._await(settings)
        if self._engine is not None:
            self.active = False  # should it raise
            self._engine.activate(settings)
            self.active = True

    def _hear_forks(self) -> None:
        """Not before somebody uses the kit: whoever listens makes Python's own end slower."""
        if not self._hears_forks:
            self._hears_forks = True
            at_fork = getattr(os, "register_at_fork", dict)  # where processes fork
            at_fork(after_in_child=_forked(weakref.ref(self)))

    def forked(self) -> None:
        """This process is a child, and has a copy of all: what it does, nobody else sees."""
        self.lock = threading.RLock()  # somebody may have held it, who is not in this process
        self.copied = self.awaited
        for callback in self._on_fork:
            callback()


def _forked(isolation: weakref.ref[Isolation]) -> Callable[[], None]:
    def forked() -> None:
        found = isolation()
        if found is not None:
            found.forked()

    return forked
