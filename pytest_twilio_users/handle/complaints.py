"""Words what strictness finds: as failures, or as warnings."""

from collections.abc import Callable

from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.violations import Severity, Violation

SHOWN = 10
"""How many mistakes a complaint shows."""


class Complaints:
    """Complains of each mistake once, and warns of what is only advised against."""

    def __init__(self, records: Records, *, hide: Callable[[str], str]) -> None:
        self._records = records
        self._hide = hide
        self._warnings: list[str] = []

    def warn(self, sentence: str) -> None:
        """Have a sentence told with the next complaint or warnings."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def take(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """What to complain about and what to warn of, if it was not taken yet.

        The complaint is an empty text if there is none.

        Args:
            scope: who did it; anybody if None.
        """
        found = self._records.take_violations(scope)
        errors = [(e, v) for e, v in found if v.severity is Severity.ERROR]
        warned = [
            e.request.hide(f"{e.operation}: {v}")
            for e, v in found
            if v.severity is Severity.WARNING
        ]
        warned += self._warnings
        self._warnings.clear()
        complaint = _complaint(errors) if errors else ""
        return self._hide(complaint), [self._hide(sentence) for sentence in warned]


def _complaint(errors: list[tuple[Exchange, Violation]]) -> str:
    first = "Twilio does not take this as it was meant:"
    lines = [
        f"  {exchange.with_line()}\n    {exchange.request.hide(str(violation))}"
        for exchange, violation in errors[:SHOWN]
    ]
    if len(errors) > len(lines):
        lines.append(f"  ... and {len(errors) - len(lines)} more")
    last = "If it is meant so: @pytest.mark.twilio_users(strict=False), or --twilio-users-strict=no"
    return "\n".join([first, *lines, last])
