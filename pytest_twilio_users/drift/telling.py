"""What is told of differences, whoever was compared."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.errors import counted
from pytest_twilio_users.wire.violations import Severity

EXIT_CODES = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 3}
"""By the worst difference; 2 is for what could not be compared."""

Drifts = Mapping[Drift, Sequence[str]]
"""Each difference with the tests that met it."""


def worst_first(drifts: Drifts) -> Drifts:
    """In the order in which they are told."""
    return dict(sorted(drifts.items(), key=lambda found: -found[0].severity))


def exit_code(drifts: Iterable[Drift]) -> int:
    """0 if there are notes at the most."""
    return EXIT_CODES[max((drift.severity for drift in drifts), default=Severity.NOTE)]


def lines(drifts: Drifts) -> Iterator[str]:
    """Each difference, and which test met it."""
    for drift, tests in drifts.items():
        yield f"{drift.severity.name.lower():<7}  {drift}"
        if tests:
            also = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            yield f"         in {tests[0]}{also}"


def count(drifts: Iterable[Drift]) -> str:
    """How many there are of each severity."""
    counts = Counter(drift.severity for drift in drifts)
    return ", ".join(counted(counts[kind], kind.name.lower()) for kind in reversed(Severity))


def to_json(drifts: Drifts, **about: object) -> str:
    """The same for machines, with what was compared."""
    told = [
        asdict(drift) | {"severity": drift.severity.name.lower(), "tests": list(tests)}
        for drift, tests in drifts.items()
    ]
    return json.dumps({"format": 1, **about, "drifts": told}, indent=2)
