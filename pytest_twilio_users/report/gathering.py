"""Puts what a run's reports tell into one document."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.report.document import Failure, ModeUse, Outcome, Promise, Test
from pytest_twilio_users.report.failures import read_failure, tell_failure
from pytest_twilio_users.suites.promises import OF_CLIENTS, PROMISES
from pytest_twilio_users.suites.summary import judge_all
from pytest_twilio_users.usage.coverage import Coverage
from pytest_twilio_users.wire.secrecy import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import pytest

    from pytest_twilio_users.suites.outcomes import Finding
    from pytest_twilio_users.usage.used import Usage

FAILURE = "twilio_users_failure"
"""What a failed phase's report has: the failure as plain values, which xdist can bring over."""


def gather_tests(
    reports: Iterable[pytest.TestReport | pytest.CollectReport],
    usages: Iterable[Usage],
    *,
    secrets: Collection[str] = (),
) -> Iterator[Test]:
    """The tests in the order in which they began, with what each called, and without the secrets.

    Nothing is told of one that came to no outcome, as it was interrupted.
    """
    calls: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for usage in usages:
        calls[usage.name] += Counter({name: use.calls for name, use in usage.operations.items()})
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for report in reports:
        found[report.nodeid].append(report)
    for name, phases in found.items():
        outcomes = {_outcome(phase) for phase in phases}
        if outcomes != {None}:
            yield Test(
                name=hide_secrets(name, secrets) or "collection",
                outcome=next(outcome for outcome in Outcome if outcome in outcomes),
                seconds=sum(_seconds(phase) for phase in phases),
                calls=dict(calls[name]),
                reruns=sum(phase.outcome == "rerun" for phase in phases),
                failures=tuple(_failure(phase, secrets) for phase in phases if phase.failed),
            )


def _outcome(report: Any) -> Outcome | None:
    """What a phase means for its test; None if nothing by itself."""
    when = report.when
    if report.failed:
        return Outcome.ERROR if when in ("setup", "teardown", "collect") else Outcome.FAILED
    if report.skipped:
        return Outcome.XFAILED if hasattr(report, "wasxfail") else Outcome.SKIPPED
    if report.passed and when == "call":
        return Outcome.XPASSED if hasattr(report, "wasxfail") else Outcome.PASSED
    return None


def _seconds(report: Any) -> float:
    """How long a phase took; a subtest's time is in that of its test."""
    return 0.0 if hasattr(report, "context") else float(getattr(report, "duration", 0))


def _failure(report: Any, secrets: Collection[str]) -> Failure:
    told = getattr(report, FAILURE, None)
    failure = tell_failure(report, secrets=secrets) if told is None else read_failure(told)
    if not hasattr(report, "context"):
        return failure
    named = hide_secrets(report.head_line.removeprefix(f"{report.location[2]} "), secrets)
    return replace(failure, when=f"subtest {named}")


def gather_uses(usages: Sequence[Usage], tests: Collection[str], *, mode: str) -> Iterator[ModeUse]:
    """What was used in each mode; where nothing was, in that of the run."""
    used = Coverage.of(usages).used or {mode: {}}
    for each, operations in used.items():
        callers = Counter(
            name
            for usage in usages
            if usage.mode == each and usage.name in tests
            for name in usage.operations
        )
        yield ModeUse(mode=each, tests=dict(callers), operations=operations)


def gather_promises(findings: Iterable[Finding]) -> Iterator[Promise]:
    """What was found out of the promises of a server, and of those of a client."""
    for name, verdict in judge_all(findings).items():
        row = PROMISES.get(name)
        yield Promise(
            name=name,
            statement=OF_CLIENTS[name].statement if row is None else row.statement,
            evidence="" if row is None else row.evidence,
            result=verdict.kind,
            seen=verdict.text,
        )
