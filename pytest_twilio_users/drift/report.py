"""What a comparison of two sides has found."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.wire.violations import Severity

EXIT_CODES = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 3}
"""By the worst difference; 2 is for what could not be compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftReport:
    """Where two sides differ: each difference with the tests that met it, the worst first."""

    first: str
    second: str
    drifts: Mapping[Drift, list[str]]
    compared: int
    alone: list[str]

    @property
    def exit_code(self) -> int:
        """0 if there are notes at the most."""
        return EXIT_CODES[max((drift.severity for drift in self.drifts), default=Severity.NOTE)]

    def lines(self) -> Iterator[str]:
        """What there is to tell."""
        for drift, tests in self.drifts.items():
            also = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            yield f"{drift.severity.name.lower():<7}  {drift}"
            yield f"         in {tests[0]}{also}"
        counts = Counter(drift.severity for drift in self.drifts)
        found = ", ".join(_count(counts[kind], kind.name.lower()) for kind in reversed(Severity))
        yield f"{found}: {_count(self.compared, 'test')} with {self.first}, then {self.second}."
        if self.alone:
            yield (
                f"Not compared: {_count(len(self.alone), 'test')} that asked one of the two alone,"
                f" such as {self.alone[0]}."
            )

    def to_json(self) -> str:
        """The same for machines."""
        content = {
            "format": 1,
            "first": self.first,
            "second": self.second,
            "compared": self.compared,
            "not_compared": self.alone,
            "drifts": [
                asdict(drift) | {"severity": drift.severity.name.lower(), "tests": tests}
                for drift, tests in self.drifts.items()
            ],
        }
        return json.dumps(content, indent=2)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
