"""What a test plans for deliveries of webhooks: lost, repeated, slow."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from pytest_twilio_users.faults.which import Which
from pytest_twilio_users.wire.webhook import Webhook

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Fate(StrEnum):
    """What becomes of a delivery."""

    LOSE = "lose"
    REPEAT = "repeat"
    SLOW = "slow"


class Chosen(TypedDict, total=False):
    """Which deliveries a plan is for."""

    times: int | None
    after: int
    every: int
    when: Callable[[Webhook], object] | None
    required: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DeliveryPlan(Which):
    """A plan for deliveries: which are lost, repeated or late."""

    fate: Fate
    seconds: float = 0

    def __str__(self) -> str:
        given = [f"{self.seconds:g}"] if self.fate is Fate.SLOW else []
        return f"webhooks.{self.fate}({', '.join([*given, *self.said()])})"
