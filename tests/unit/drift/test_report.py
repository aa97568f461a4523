import pytest

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.sides import DriftReport
from pytest_twilio_users.wire.violations import Severity


def report(*found, alone=()):
    """What there is to tell of differences in some tests."""
    drifts = {
        Drift(severity=severity, operation="fetch_user", pointer="x", first="1", second="2"): tests
        for severity, tests in found
    }
    return DriftReport(first="stub", second="live", drifts=drifts, compared=1, alone=list(alone))


EXITS = {
    "nothing": ((), 0),
    "a note": ((Severity.NOTE,), 0),
    "a warning": ((Severity.WARNING, Severity.NOTE), 1),
    "an error": ((Severity.NOTE, Severity.ERROR, Severity.WARNING), 3),
}


@pytest.mark.parametrize(("found", "code"), EXITS.values(), ids=EXITS)
def test_the_worst_difference_is_the_exit_code(found, code):
    """2 is left for what can't be compared."""
    assert report(*((severity, ["a test"]) for severity in found)).exit_code == code


def test_each_difference_is_told_with_a_test():
    """And with how many more have met it."""
    told = report((Severity.ERROR, ["test_a", "test_b"]), (Severity.NOTE, ["test_a"]))
    assert list(told.lines()) == [
        "error    fetch_user: x: 1, then 2",
        "         in test_a and 1 more",
        "note     fetch_user: x: 1, then 2",
        "         in test_a",
        "1 error, 0 warnings, 1 note: 1 test with stub, then live.",
    ]


def test_what_was_not_compared_is_told():
    """As no difference there means nothing."""
    assert list(report(alone=["test_a", "test_b"]).lines())[-1] == (
        "Not compared: 2 tests that sent requests to only one of the two, such as test_a."
    )
