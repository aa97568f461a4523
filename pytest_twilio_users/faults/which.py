"""Decides which requests or deliveries a plan applies to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Any

from pytest_twilio_users.contract.arguments import refused, require_flag, require_whole

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(kw_only=True, slots=True)
class SoFar:
    """How many came by a plan, and how many met it: of all scopes."""

    seen: int = 0
    met: int = 0
    told: bool = False
    """Whether the author was told that none met it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Which:
    """Of those that `when` lets in, `after` pass; then it is each `every`-th's turn.

    That is so `times` times, or without end if None. `required` has the author told if it
    never was anybody's.
    """

    times: int | None = None
    after: int = 0
    every: int = 1
    when: Callable[[Any], object] | None = None
    required: bool = True
    so_far: SoFar = field(default_factory=SoFar, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is not allowed.

        Raises:
            InvalidArgument: a value can't be.
        """
        if self.times is not None:
            require_whole(self.times, name="times", least=1, instead=", or None")
        require_whole(self.after, name="after", least=0)
        require_whole(self.every, name="every", least=1)
        require_flag(self.required, name="required")
        if self.when is not None and (
            not callable(self.when)
            or isinstance(self.when, type)
            or iscoroutinefunction(self.when)  # what it gives would always be true
        ):
            raise refused(self.when, name="when", allowed="a function that is not async, or None")

    @property
    def is_unmet(self) -> bool:
        """Whether something was to meet it, and nothing did, which the author was not told yet."""
        return self.required and not self.so_far.met and not self.so_far.told

    def take_unmet(self) -> bool:
        """Whether the author is to be told that nothing met it: once."""
        unmet = self.is_unmet
        self.so_far.told |= unmet
        return unmet

    def said(self) -> Iterator[str]:
        """What an author said of it, as it was written."""
        if self.times is not None:
            yield f"times={self.times}"
        if self.after:
            yield f"after={self.after}"
        if self.every > 1:
            yield f"every={self.every}"
        if self.when is not None:
            yield "when=…"


class Turns:
    """Counts for one scope whose turn it is."""

    def __init__(self, which: Which) -> None:
        self._which = which
        self._seen = 0
        self._met = 0

    def take(self) -> bool:
        """Whether it is the turn of what comes now."""
        which = self._which
        self._seen += 1
        which.so_far.seen += 1
        since = self._seen - which.after
        if since < 1 or since % which.every or self._met == which.times:
            return False
        self._met += 1
        which.so_far.met += 1
        return True

    def give_back(self) -> None:
        """What took the turn could not meet what is planned: the next one may."""
        self._met -= 1
        self._which.so_far.met -= 1
