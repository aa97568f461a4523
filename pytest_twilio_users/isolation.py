"""Who is acting, a test or a fixture, and what ends with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from pytest_twilio_users.settings import Settings


class Scope:
    """A test, or a fixture that outlives tests. What it did ends with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._endings: list[Callable[[], None]] = []

    def on_end(self, ending: Callable[[], None]) -> None:
        """Have something done when the scope ends; the last asked is done first."""
        self._endings.append(ending)

    def end(self) -> None:
        """Do what was asked for; a second call does nothing."""
        while self._endings:
            self._endings.pop()()


class Sandbox(Protocol):
    """What isolation needs of the handle."""

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests."""

    def deactivate(self) -> None:
        """Leave the application's requests alone."""

    def stay_on_top(self) -> None:
        """Catch requests before patches that came later."""


class Isolation:
    """Keeps account of the running test and of the fixtures that live longer.

    A fixture that outlives the test (class scope and wider) acts for itself
    while it is set up and torn down, whenever that happens. Everything else
    acts for the test. So state nests by fixture scope, also when a wide fixture
    is set up late, or anew for another parameter.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._acting = [Scope("session")]
        self._fixtures: dict[object, Scope] = {}
        self._test: Scope | None = None
        self._test_settings = settings
        self._sandbox: Sandbox | None = None

    @property
    def current(self) -> Scope:
        """Who is acting now."""
        return self._acting[-1]

    def attach(self, sandbox: Sandbox) -> None:
        """Bring in the handle; it is active until the running test ends."""
        self._sandbox = sandbox
        sandbox.activate(self._test_settings)

    def begin_test(self, name: str, settings: Settings, *, uses_kit: bool) -> None:
        """A test begins, before its fixtures are set up."""
        self._test = Scope(name)
        self._test_settings = settings
        self._acting.append(self._test)
        if uses_kit:
            self.activate()

    def activate(self) -> None:
        """Have the handle, if there is one, answer until the running test ends."""
        if self._sandbox is not None:
            self._sandbox.activate(self._test_settings)

    def end_test(self) -> None:
        """What the test did ends; fixtures that outlive it may still be torn down."""
        if self._test is not None:
            self._test.end()
            self._acting.remove(self._test)
            self._test = None

    def leave_test(self) -> None:
        """The test and all that was torn down after it are over."""
        self.end_test()
        if self._sandbox is not None:
            self._sandbox.deactivate()

    @contextmanager
    def setting_up(self, fixture: object, name: str) -> Iterator[None]:
        """A fixture that outlives the test acts for itself while it is set up."""
        scope = self._fixtures.setdefault(fixture, Scope(name))
        self._acting.append(scope)
        try:
            yield
        finally:
            self._acting.remove(scope)

    def begin_teardown(self, fixture: object) -> None:
        """A fixture that outlives the test is about to be torn down."""
        self.end_test()
        self.activate()
        self._acting.append(self._fixtures[fixture])

    def end_fixture(self, fixture: object) -> None:
        """What the fixture did ends. Unknown fixtures are those of the test."""
        scope = self._fixtures.pop(fixture, None)
        if scope is not None:
            scope.end()
            if scope in self._acting:
                self._acting.remove(scope)
        self.stay_on_top()

    def stay_on_top(self) -> None:
        """Have the handle, if there is one, catch before patches that came later."""
        if self._sandbox is not None:
            self._sandbox.stay_on_top()
