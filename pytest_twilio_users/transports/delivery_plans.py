"""What a test plans for deliveries of webhooks: lost, repeated, slow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self, TypedDict

from pytest_twilio_users.contract.arguments import refused, require_flag, require_whole
from pytest_twilio_users.wire.webhook import Webhook

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Fate(StrEnum):
    """What becomes of a delivery."""

    LOSE = "lose"
    REPEAT = "repeat"
    SLOW = "slow"


class Planned(TypedDict, total=False):
    """Which deliveries a plan is for."""

    times: int | None
    after: int
    every: int
    when: Callable[[Webhook], object] | None
    required: bool


@dataclass(kw_only=True, slots=True, eq=False)
class DeliveryPlan:
    """One plan: what becomes of which deliveries.

    It counts the deliveries that reach it and that `when` is true of; lets the first `after`
    pass, then takes each `every`-th, `times` times; None: without end.
    """

    fate: Fate
    seconds: float = 0
    times: int | None = None
    after: int = 0
    every: int = 1
    when: Callable[[Webhook], object] | None = None
    required: bool = True
    _counted: int = field(default=0, init=False)
    _taken: int = field(default=0, init=False)

    @classmethod
    def of(cls, fate: Fate, which: Mapping[str, Any], *, seconds: float = 0) -> Self:
        """The plan that an author means.

        Raises:
            InvalidArgument: it can't be meant.
            TypeError: there is no such argument.
        """
        plan = cls(fate=fate, seconds=seconds, **which)
        if plan.times is not None:
            require_whole(plan.times, name="times", least=1)
        require_whole(plan.after, name="after", least=0)
        require_whole(plan.every, name="every", least=1)
        require_flag(plan.required, name="required")
        if plan.when is not None and not callable(plan.when):
            raise refused(plan.when, name="when", allowed="a function of the webhook")
        return plan

    def takes(self, hook: Webhook) -> bool:
        """Whether it is this plan's turn; each delivery is asked about once."""
        if self.times is not None and self._taken >= self.times:
            return False
        if self.when is not None and not self.when(hook):
            return False
        self._counted += 1
        if self._counted <= self.after or (self._counted - self.after - 1) % self.every:
            return False
        self._taken += 1
        return True

    @property
    def is_unmet(self) -> bool:
        """Whether it was to be met, and no delivery met it."""
        return self.required and not self._taken

    def __str__(self) -> str:
        given = [f"{self.seconds:g}"] if self.fate is Fate.SLOW else []
        given += [f"times={self.times}"] if self.times is not None else []
        given += [f"after={self.after}"] if self.after else []
        given += [f"every={self.every}"] if self.every > 1 else []
        given += ["when=…"] if self.when is not None else []
        return f"webhooks.{self.fate}({', '.join(given)})"
