"""plugin/strictness.py: tests fail for what Twilio would not take as meant."""

import warnings

import pytest

from pytest_twilio_users.errors import KitWarning
from pytest_twilio_users.plugin.stash import BESIDE, ENGINE
from pytest_twilio_users.plugin.strictness import (
    complain,
    complaint_of,
    leave_to_the_report,
    place_of,
)


class Engine:
    """Has something to complain of."""

    def __init__(self, complaint="", warned=()):
        self.told = complaint, warned

    def take_complaint(self, scope):
        """What a scope did."""
        return f"{self.told[0]}{scope or ''}", self.told[1]

    def take_beside(self):
        """What a failure does not show."""
        return ["beside"]


def test_a_complaint_fails_the_test_without_a_traceback(item):
    """It is not the test that is wrong. Without one, or without the kit, it passes."""
    complain(item)
    item.config.stash[ENGINE] = Engine()
    complain(item)
    item.config.stash[ENGINE] = Engine("Twilio ignores it.")
    with pytest.raises(pytest.fail.Exception) as failed:
        complain(item)

    assert (str(failed.value), failed.value.pytrace) == ("Twilio ignores it.", False)


def test_a_warning_is_of_the_line_where_the_test_is_written(item):
    """A complaint may be asked for of one scope."""
    item.config.stash[ENGINE] = Engine("ignored by ", ["One.", "Two."])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        complaint = complaint_of(item, "a scope")

    assert complaint == "ignored by a scope"
    assert [(str(w.message), w.category, w.filename, w.lineno) for w in caught] == [
        ("One.", KitWarning, "test_a.py", 7),
        ("Two.", KitWarning, "test_a.py", 7),
    ]


@pytest.mark.parametrize(
    ("complaint", "told"), [("", "One.\nTwo."), ("Ignored.", "Ignored.\nOne.\nTwo.")]
)
def test_a_warning_that_is_an_error_is_a_complaint(item, complaint, told):
    """As the author has it. Each is told."""
    item.config.stash[ENGINE] = Engine(complaint, ["One.", "Two."])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert complaint_of(item) == told


def test_a_place_without_a_line_is_the_files_first(item):
    """Not each kind of test has one."""
    assert place_of(item) == ("test_a.py", 7)
    item.reportinfo = lambda: ("test_a.py", None, "a doctest")
    assert place_of(item) == ("test_a.py", 1)


def test_a_failures_report_keeps_what_its_exchanges_do_not_show(item):
    """If the kit was used."""
    leave_to_the_report(item)
    assert BESIDE not in item.stash
    item.config.stash[ENGINE] = Engine()
    leave_to_the_report(item)
    assert item.stash[BESIDE] == ["beside"]
