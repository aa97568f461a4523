"""A plan: which of the requests to a route meet a fault."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pytest_twilio_users.contract.arguments import refused, require_flag, require_whole
from pytest_twilio_users.errors import InvalidArgument, brief, counted
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_table import FAULTS, make_fault

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(kw_only=True, slots=True)
class SoFar:
    """How many requests a plan saw, and how many met its fault: of all scopes."""

    seen: int = 0
    met: int = 0
    told: bool = False
    """Whether the author was told that none met it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FaultPlan:
    """Of the requests that `when` lets in, `after` pass; then each `every`-th meets the fault.

    That is done `times` times, or without end if None. `place` says where it was planned.
    """

    fault: Fault
    times: int | None
    after: int
    every: int
    when: Callable[[Any], object] | None
    required: bool
    place: str = ""
    so_far: SoFar = field(default_factory=SoFar, repr=False)

    def __post_init__(self) -> None:
        """Refuse what can't be meant.

        Raises:
            InvalidArgument: a value can't be.
        """
        if not isinstance(self.fault, Fault) or self.fault.name not in FAULTS:
            called = " Call it." if callable(self.fault) else ""
            raise InvalidArgument(
                f"fail({brief(self.fault)}): give a fault, such as faults.slow(30): from"
                f" pytest_twilio_users import faults.{called}"
            )
        make_fault(self.fault.name, dict(self.fault.arguments))  # an author may have made one
        if self.times is not None:
            require_whole(self.times, name="times", least=1, instead=", or None")
        require_whole(self.after, name="after", least=0)
        require_whole(self.every, name="every", least=1)
        require_flag(self.required, name="required")
        if self.when is not None and (not callable(self.when) or isinstance(self.when, type)):
            raise refused(self.when, name="when", allowed="a function of the request, or None")

    @property
    def is_unmet(self) -> bool:
        """Whether a request was to meet it, and none did, which the author was not told yet."""
        return self.required and not self.so_far.met and not self.so_far.told

    def __str__(self) -> str:
        counts = {"times": self.times, "after": self.after or None, "every": self.every}
        said = [
            f"{name}={number}"
            for name, number in counts.items()
            if number is not None and (name, number) != ("every", 1)
        ]
        said += ["when=…"] if self.when is not None else []
        told = ", ".join([repr(self.fault), *said])
        place = f", planned in {self.place}" if self.place else ""
        return f"{told}{place} ({counted(self.so_far.seen, 'request')} came by)"


class Turns:
    """Counts for one scope which requests meet a plan's fault."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._seen = 0
        self._met = 0

    def take(self) -> bool:
        """Whether it is the turn of the request that comes now."""
        plan = self._plan
        self._seen += 1
        plan.so_far.seen += 1
        since = self._seen - plan.after
        if since < 1 or since % plan.every or self._met == plan.times:
            return False
        self._met += 1
        plan.so_far.met += 1
        return True

    def give_back(self) -> None:
        """The request that took the turn could not meet the fault: the next one may."""
        self._met -= 1
        self._plan.so_far.met -= 1
