"""The texts about differences, for both kinds of comparison."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.touched import Touch, touched
from pytest_twilio_users.errors import counted
from pytest_twilio_users.usage.usage_file import UsageFile
from pytest_twilio_users.usage.used import merged
from pytest_twilio_users.wire.violations import Severity

EXIT_CODES = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 3}
"""The exit code by the worst difference. 2 means that nothing could be compared."""

_MOST_TOLD = 10
"""How many tests are told that a difference touches: all are in the JSON."""

Drifts = Mapping[Drift, Sequence[str]]
"""Each difference with the tests that met it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """Which tests each difference touches, by a usage file.

    `complete` tells whether the file is of a run that came to its end, `left_out` how many
    differences are not told as they touch none.
    """

    by: Mapping[Drift, Sequence[Touch]]
    complete: bool
    left_out: int = 0


def find_used(drifts: Drifts, usage: UsageFile, *, only_used: bool) -> tuple[Drifts, Used]:
    """Which tests differences touch; `only_used` leaves out those that touch none."""
    usages = merged(replace(each, mode="") for each in usage.usages)  # whoever answered
    by = {drift: touched(drift, usages, met=met) for drift, met in drifts.items()}
    told = {drift: met for drift, met in drifts.items() if by[drift] or not only_used}
    left_out = len(drifts) - len(told)
    return told, Used(by=by, complete=usage.complete, left_out=left_out)


def worst_first(drifts: Drifts) -> Drifts:
    """In the order in which they are told."""
    return dict(sorted(drifts.items(), key=lambda found: -found[0].severity))


def exit_code(drifts: Iterable[Drift]) -> int:
    """0 if there are notes at the most."""
    return EXIT_CODES[max((drift.severity for drift in drifts), default=Severity.NOTE)]


def lines(drifts: Drifts, used: Used | None = None) -> Iterator[str]:
    """Each difference, which test met it, and which tests it touches."""
    for drift, tests in drifts.items():
        yield f"{drift.severity.name.lower():<7}  {drift}"
        if tests:
            also = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            yield f"         in {tests[0]}{also}"
        if used is not None:
            yield from (f"         {touch}" for touch in used.by[drift][:_MOST_TOLD])
            if len(used.by[drift]) > _MOST_TOLD:
                yield f"         and {len(used.by[drift]) - _MOST_TOLD} more"
            elif not used.by[drift]:
                yield "         no test uses it"


def count(drifts: Iterable[Drift]) -> str:
    """How many there are of each severity."""
    counts = Counter(drift.severity for drift in drifts)
    return ", ".join(counted(counts[kind], kind.name.lower()) for kind in reversed(Severity))


def ending(used: Used | None) -> Iterator[str]:
    """What is not told, or may be missing, as nobody was seen to use it."""
    if used is not None and used.left_out:
        yield f"Not listed: {counted(used.left_out, 'difference')} that no test uses."
    if used is not None and not used.complete:
        yield (
            "The usage file is of a run that ended early: tests that did not run may use what"
            " differs."
        )


def to_json(drifts: Drifts, used: Used | None = None, **about: object) -> str:
    """The same for machines, with what was compared."""
    told = [
        asdict(drift) | {"severity": drift.severity.name.lower(), "tests": list(tests)}
        for drift, tests in drifts.items()
    ]
    if used is not None:
        about |= {"usage_complete": used.complete, "not_told": used.left_out}
        for each, drift in zip(told, drifts, strict=True):
            each["used_by"] = [asdict(touch) for touch in used.by[drift]]
    return json.dumps({"format": 1, **about, "drifts": told}, indent=2)
