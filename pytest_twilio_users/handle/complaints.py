"""The texts that fail a passed test, or warn."""

from collections.abc import Callable

from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.wire.violations import Severity
from pytest_twilio_users.wire.webhook import Webhook

SHOWN = 10
"""How many mistakes a complaint shows."""


class Complaints:
    """Reports each mistake once: as a failure, or as a warning if it may be right."""

    def __init__(self, records: Records, *, hide: Callable[[str], str]) -> None:
        self._records = records
        self._hide = hide
        self._warnings: list[str] = []
        self._stopped: list[str] = []
        self._raised: list[str] = []

    def stopped(self, refusal: str) -> None:
        """Complain of a request that the kit did not let out to the account.

        Who sent it may take the error for an answer.
        """
        if self._records.current.scope.settings.strict and refusal not in self._stopped:
            self._stopped.append(refusal)

    def raised(self, hook: Webhook) -> None:
        """Complain of what an application raised in a webhook, of which Twilio hears a 500."""
        self._raised.append(str(hook))

    def warn(self, sentence: str) -> None:
        """Have a sentence told with the next complaint or warnings."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def take_at_end(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """The same at the end of a scope, or of a test: with the plans that nothing met."""
        complaint, warned = self.take(scope)
        unmet = _list("These planned faults did not happen:", self._records.take_unmet(scope))
        if not unmet:
            return complaint, warned
        lines = [*unmet, _IF_OPTIONAL]
        return "\n".join([*filter(None, [complaint]), *map(self._hide, lines)]), warned

    def take_beside(self) -> list[str]:
        """What a failing test's exchanges do not show, in sentences; no complaint is left."""
        beside = [self._hide(sentence) for sentence in (*self._stopped, *self._warnings)]
        self.take_at_end()
        return beside

    def take(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """What to complain about and what to warn of, if it was not taken yet.

        The complaint is an empty text if there is none.

        Args:
            scope: who did it; anybody if None.
        """
        found = self._records.take_violations(scope)
        if not (found or self._warnings or self._stopped or self._raised):
            return "", []
        errors = [(e, v) for e, v in found if v.severity is Severity.ERROR]
        warned = [
            e.request.hide(f"{e.operation}: {v}")
            for e, v in found
            if v.severity is Severity.WARNING
        ]
        warned += self._warnings
        violations = [
            f"{exchange.with_line()}\n    {exchange.request.hide(str(violation))}"
            for exchange, violation in errors
        ]
        complaint = [
            *_list("Twilio would ignore or misread what your code sent:", violations),
            *_list("The kit did not send this to the account:", self._stopped),
        ]
        if complaint:
            complaint.append(_IF_MEANT)
        if self._raised:
            raised = _list(
                "Your application raised an exception while it handled a webhook:", self._raised
            )
            complaint += [*raised, _IF_IT_MAY_RAISE]
        self._warnings.clear()
        self._stopped.clear()
        self._raised.clear()
        return self._hide("\n".join(complaint)), [self._hide(sentence) for sentence in warned]


_IF_MEANT = (
    "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
    " --twilio-users-strict=no"
)

_IF_OPTIONAL = "If a fault need not happen: required=False."
_IF_IT_MAY_RAISE = "To let the test pass anyway: deliver_to(…, raise_app_exceptions=False)."


def _list(title: str, mistakes: list[str]) -> list[str]:
    if not mistakes:
        return []
    shown = [f"  {mistake}" for mistake in mistakes[:SHOWN]]
    more = len(mistakes) - len(shown)
    return [title, *shown, *([f"  ... and {more} more"] if more else [])]
