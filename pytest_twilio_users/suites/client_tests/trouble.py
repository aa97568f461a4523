"""A client under test while faults happen: its retries, its waits, its errors.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from inspect import iscoroutinefunction
from pkgutil import resolve_name
from threading import get_ident
from typing import Any

import pytest

from pytest_twilio_users.adapters import Refused
from pytest_twilio_users.contract.arguments import refused, require_flag
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument, KitError, brief
from pytest_twilio_users.faults import Fault
from pytest_twilio_users.suites.client_tests.examination import (
    ARGUMENTS,
    MANY_PAGES,
    Examination,
)
from pytest_twilio_users.wire.journal import Journal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

SLEEPS = ("time.sleep", "asyncio.sleep", "anyio.sleep")
"""Where clients wait."""


@dataclass(frozen=True, kw_only=True)
class Retries:
    """What a client claims to retry by itself. By default nothing.

    A client may retry more than it claims, but it must retry what it claims.

    Attributes:
        rate_limits: it retries requests that were refused with 429.
        retry_after: it waits as many seconds as Retry-After says.
        reads: it retries a fetch or a list that failed with 503, or lost its connection.
        sleeps: functions by which it sleeps, besides `time.sleep`, `asyncio.sleep` and
            `anyio.sleep`: "our_app.sleep", if the module our_app has `from time import sleep`.
    """

    rate_limits: bool = False
    retry_after: bool = False
    reads: bool = False
    sleeps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not allowed.

        Raises:
            InvalidArgument: a value can't be.
        """
        for name in ("rate_limits", "retry_after", "reads"):
            require_flag(getattr(self, name), name=name)
        names = self.sleeps
        if not isinstance(names, tuple | list) or not all(isinstance(n, str) for n in names):
            allowed = 'names of functions, such as ("our_app.sleep",)'
            raise refused(names, name="sleeps", allowed=allowed)


@dataclass(kw_only=True)
class Waiting:
    """How many seconds the client waited in all. The stub's clock moves on, and nothing sleeps."""

    let_pass: Callable[[float], None]
    seconds: float = 0.0
    _thread: int = field(default_factory=get_ident)

    @contextmanager
    def at(self, names: Iterable[str]) -> Iterator[None]:
        """Meanwhile, wait so where the test's own thread would sleep.

        Raises:
            InvalidArgument: Python finds no function by a name.
        """
        with pytest.MonkeyPatch.context() as patch:
            for name in names:
                self._patch(patch, name)
            yield

    def _patch(self, patch: pytest.MonkeyPatch, name: str) -> None:
        try:
            original = resolve_name(name)
        except (ImportError, AttributeError, ValueError):
            original = None
        if not callable(original):
            raise InvalidArgument(f"sleeps={brief(name)}: Python finds no function by this name.")
        patch.setattr(name, self._instead_of(original))

    def _instead_of(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def sleep(seconds: float, *arguments: Any) -> Any:
            return original(0 if self._passes(seconds) else seconds, *arguments)

        async def sleep_async(seconds: float, *arguments: Any, **named: Any) -> Any:
            return await original(0 if self._passes(seconds) else seconds, *arguments, **named)

        return wraps(original)(sleep_async if iscoroutinefunction(original) else sleep)

    def _passes(self, seconds: float) -> bool:
        if get_ident() != self._thread:  # a server's, say
            return False
        self.let_pass(seconds)
        self.seconds += seconds
        return True


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """The client under test, with the users of one service, while faults happen."""

    examination: Examination
    retries: Retries
    waiting: Waiting

    @property
    def journal(self) -> Journal:
        """What was said in the running test."""
        return self.examination.journal

    @property
    def elsewhere(self) -> str:
        """What to say of a client that seems not to wait."""
        known = ", ".join((*SLEEPS, *self.retries.sleeps))
        return f"If it sleeps by another function than {known}: Retries(sleeps=…)"

    def plan(self, action: Action, fault: Fault, *, times: int | None = None) -> list[float]:
        """Have requests for the action meet a fault: of a list, those for its second page.

        Gives the moments at which these requests came, in seconds that the client had waited.
        """
        moments: list[float] = []
        passing = iter([action is Action.LIST])
        if action is not Action.CREATE:
            for identity in ("ada", "bo", "cy"):  # two are on a page
                self.examination.add_user(identity)

        def note(_: object) -> bool:
            if len(moments) == MANY_PAGES:  # no error that the client could take for an answer
                pytest.fail(f"The client keeps sending the request:\n{self.journal.table(last=5)}")
            if next(passing, False):
                return False
            moments.append(self.waiting.seconds)
            return True

        route = self.examination.twilio_users.routes[self.examination.operation(action).name]
        route.fail(fault, times=times, when=note, required=False)
        return moments

    def try_to(self, action: Action) -> None:
        """Ask the client; what it tells is another promise's business."""
        with suppress(Exception):
            self.examination.ask(action, *ARGUMENTS[action])

    def ask(self, action: Action) -> Exception | None:
        """Ask the client: for what is so, or for its error, which is given."""
        try:
            answer = self.examination.ask(action, *ARGUMENTS[action])
        except KitError as nothing:  # nobody answers; or the adapter gave something that is no user
            pytest.fail(f"{self.journal}\n{nothing}")
        except Exception as error:  # each client has errors of its own
            return error
        users = self.examination.twilio_users.users()
        there = {user.identity: user.sid for user in users}
        if action is Action.LIST:
            answer = [user["identity"] for user in answer]
            is_so = answer == [*there]
        elif action is Action.DELETE:
            is_so = "ada" not in there
        else:
            is_so = answer["sid"] == there.get("ada")
        is_known = is_so and any(exchange.response for exchange in self.journal)
        assert is_known, f"{self.journal}\nThe client raised no error and returned {brief(answer)}"
        return None

    def require_none(self, error: Exception | None) -> None:
        """Require no error of a client that claims to survive this."""
        assert error is None, (
            f"{self.journal}\nThe client raised {error!r}, but claims to try again"
        )

    def require_status(self, error: Exception, *allowed: int | None) -> None:
        """Require an error that tells one of these statuses; None is that of an error without."""
        told = Refused.from_error(error).status
        assert told in allowed, (
            f"{self.journal}\n"
            f"The client raised {error!r}\n"
            f"Its status is {told!r}, expected {allowed[0]}"
        )
