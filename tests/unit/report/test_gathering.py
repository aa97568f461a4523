"""What a run's reports come to, by reports that were made up."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.report import document
from pytest_twilio_users.report.document import ModeUse, Outcome
from pytest_twilio_users.report.gathering import gather_tests, gather_uses
from pytest_twilio_users.usage.used import OperationUse, Usage

USE = OperationUse(calls=2, successes=2)


def phase(when="call", outcome="passed", *, nodeid="test_it.py::test_ada", **more):
    """Pytest's report of a phase that took half a second."""
    return SimpleNamespace(
        nodeid=nodeid,
        when=when,
        outcome=outcome,
        **{name: outcome == name for name in ("passed", "failed", "skipped")},
        **{"longrepr": None, "longreprtext": "correct-horse broke", "sections": []} | more,
        duration=0.5,
    )


def used(name, *, mode="stub", **operations):
    """A usage of these operations."""
    return Usage(name=name, mode=mode, operations=operations)


@pytest.mark.parametrize(
    ("phases", "outcome"),
    [
        ([phase("setup"), phase(), phase("teardown")], Outcome.PASSED),
        ([phase("setup"), phase(outcome="failed"), phase("teardown")], Outcome.FAILED),
        ([phase("setup", "failed"), phase("teardown")], Outcome.ERROR),
        ([phase("setup"), phase(), phase("teardown", "failed")], Outcome.ERROR),
        ([phase("collect", "failed")], Outcome.ERROR),
        ([phase("setup", "skipped"), phase("teardown")], Outcome.SKIPPED),
        ([phase("setup"), phase(outcome="rerun"), phase(outcome="skipped")], Outcome.SKIPPED),
        ([phase("setup"), phase(outcome="skipped", wasxfail="")], Outcome.XFAILED),
        ([phase("setup"), phase(wasxfail=""), phase("teardown")], Outcome.XPASSED),
    ],
    ids=lambda value: value.value if isinstance(value, Outcome) else "",
)
def test_the_worst_of_its_phases_is_a_tests_outcome(phases, outcome):
    """With the time of all of them, and how each failed."""
    [test] = gather_tests(phases, [])
    assert (test.outcome, test.seconds) == (outcome, len(phases) / 2)
    assert [failure.when for failure in test.failures] == [
        each.when for each in phases if each.failed
    ]


def test_a_test_that_came_to_no_outcome_is_not_told():
    """Its call was interrupted."""
    assert [*gather_tests([phase("setup"), phase("teardown")], [])] == []


def test_reruns_and_subtests_are_part_of_their_test():
    """A subtest's time is in that of its test; it says which one failed, without the secrets."""
    name = "test_it.py::test_ada"
    subtest = phase(
        outcome="failed",
        context=object(),
        head_line="test_ada [correct-horse] (number=1)",
        location=("test_it.py", 1, "test_ada"),
    )
    reports = [phase("setup"), phase(outcome="rerun"), subtest, phase(), phase("teardown")]
    usages = [used(name, fetch_user=USE), used(name, mode="live", fetch_user=USE)]
    [test] = gather_tests(reports, usages, secrets=["correct-horse"])

    assert test == document.Test(
        name=name,
        outcome=Outcome.FAILED,
        seconds=2.0,
        calls={"fetch_user": 4},
        reruns=1,
        failures=test.failures,
    )
    [failure] = test.failures
    assert (failure.when, failure.message) == ("subtest [***] (number=1)", "*** broke")


def test_what_no_name_stands_for_is_the_collection():
    """As where a plugin ends it; a secret in a name is hidden."""
    reports = [
        phase("collect", "failed", nodeid=""),
        phase(nodeid="test_it.py::test[correct-horse]"),
    ]
    del reports[0].duration  # a collection has none
    tests = gather_tests(reports, [], secrets=["correct-horse"])
    assert [(test.name, test.seconds) for test in tests] == [
        ("collection", 0.0),
        ("test_it.py::test[***]", 0.5),
    ]


def test_uses_are_told_by_mode_with_how_many_tests_called():
    """Those of wide fixtures are in it, and are no tests; where nothing was used, the run's."""
    usages = [used("a", fetch_user=USE), used("b", mode="live", fetch_user=USE), used("c", x=USE)]
    assert [*gather_uses(usages, ["a", "b"], mode="stub")] == [
        ModeUse(mode="stub", tests={"fetch_user": 1}, operations={"fetch_user": USE, "x": USE}),
        ModeUse(mode="live", tests={"fetch_user": 1}, operations={"fetch_user": USE}),
    ]
    assert [*gather_uses([], ["a"], mode="replay")] == [
        ModeUse(mode="replay", tests={}, operations={})
    ]
