"""Notes answers that break the contract, in any test."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.suites.outcomes import answers
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.violations import Severity

VIOLATION = "twilio_users_violation"
"""The name by which a test's report holds one."""

_PROMISED = {
    "header.Content-Type": "json_content_type",
    "/sid": "sid_form",
    "/date_created": "dates_form",
    "/date_updated": "dates_form",
    "/code": "refusal_body",
    "/more_info": "refusal_body",
    "/status": "refusal_body",
}
"""The promise that a place of an answer belongs to, where it is one's alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenAnswer:
    """One way in which an operation's answer breaks the contract; users of a list are one."""

    operation: str
    place: str
    found: str
    allowed: str

    @classmethod
    def from_property(cls, value: Any) -> Self:
        """Read what a report holds."""
        return cls(**dict(zip(cls.__slots__, value, strict=True)))

    def to_property(self) -> tuple[str, ...]:
        """What a report can hold."""
        return (self.operation, self.place, self.found, self.allowed)

    @property
    def rule(self) -> tuple[str, str]:
        """What is broken, whatever was found, by whichever operation."""
        return (self.place, self.allowed.removeprefix(f"{self.operation} "))

    @property
    def promise(self) -> str:
        """The promise that is about this, or an empty text."""
        if self.place == "status":
            return answers(self.operation)
        return "all_fields" if self.found == "nothing" else _PROMISED.get(self.place, "")

    def __str__(self) -> str:
        place, allowed = self.rule
        return f"{place or 'body'}: found {self.found}; {allowed}"


def broken_answers(exchanges: Iterable[Exchange]) -> Iterator[tuple[BrokenAnswer, Exchange]]:
    """Find every way in which the operations' answers break the contract."""
    for exchange in exchanges:
        if exchange.operation is None or exchange.response is None:
            continue
        for violation in check_response(OPERATIONS[exchange.operation], exchange.response):
            if violation.severity > Severity.NOTE:
                yield (
                    BrokenAnswer(
                        operation=exchange.operation,
                        place=re.sub(r"^/users/\d+(?=/)", "", violation.pointer),
                        found=violation.found,
                        allowed=violation.allowed,
                    ),
                    exchange,
                )
