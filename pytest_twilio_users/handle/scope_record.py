"""What one scope did."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.state.load import Load
from pytest_twilio_users.state.shelf import Changes
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import SidSupply, SteadyClock
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.violations import Violation

if TYPE_CHECKING:
    from pytest_twilio_users.transports.routes import UsersRouter


@dataclass(kw_only=True, slots=True, eq=False)
class Record:
    """What one scope did.

    `numbers` counts the identities made up for each service, `reported` the violations
    that the author was told of, `ahead` is what it let pass. `is_counted` tells whether
    the requests under way are.
    """

    scope: Scope
    journal: Journal
    sids: SidSupply
    clock: SteadyClock
    number_before: int
    overrides: Overrides
    deliveries: Deliveries
    load: Load
    is_counted: bool
    changes: Changes[StoredUser] = field(default_factory=dict)
    router: "UsersRouter | None" = None
    numbers: Counter[str] = field(default_factory=Counter)
    reported: int = 0
    ahead: timedelta = timedelta()

    def next_name(self, service_sid: str) -> str:
        """An identity for one more user of a service: `user-1`, `user-2`."""
        self.numbers[service_sid] += 1
        name = f"user-{self.numbers[service_sid]}"
        if not self.scope.outlives_tests:
            return name
        # Else a test's names would depend on which wide fixtures were set up before.
        return f"{name}-{derive_sid(SidKind.USER, self.scope.cassette_name)[-6:]}"

    def report(self) -> list[tuple[Exchange, Violation]]:
        """The violations that were not reported yet. Without strictness there are none."""
        violations = self.journal.violations[self.reported :]
        self.reported += len(violations)
        return violations if self.scope.settings.strict else []

    def unmet(self) -> list[str]:
        """The plans for requests and deliveries that none met, if the author was not told yet."""
        planned = () if self.router is None else self.router.planned()
        return [
            *self.deliveries.take_unmet(),
            *(
                f"{route.name or 'a route of your own'}: {plan}"
                for route, plan in planned
                if plan.take_unmet()
            ),
        ]
