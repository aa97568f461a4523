"""plugin/skips.py: a run in which all was skipped that asks more than the stub."""

import pytest

from pytest_twilio_users.plugin.skips import note_skip, reason_of, tell_skips
from pytest_twilio_users.plugin.stash import HOLDING
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings

SKIPPED = ("test_a.py", 6, "Skipped: no cassette")


@pytest.fixture
def acting(config):
    """Has a test begin: `acting(Mode.REPLAY)`."""

    def acting(mode):
        isolation = Isolation(Settings(mode=mode))
        isolation.begin_test("test_ada", Settings(mode=mode), fixtures=[])
        config.stash[HOLDING].isolation = isolation
        return config.stash[HOLDING]

    return acting


@pytest.mark.parametrize(
    ("mode", "nothing"),
    [
        (Mode.REPLAY, "Nothing was replayed"),
        (Mode.RECORD, "Nothing was recorded"),
        (Mode.LIVE, "The account was not asked"),
    ],
)
def test_a_run_of_skips_says_so(acting, item, report, mode, nothing):
    """How many, and why the first was."""
    acting(mode)
    note_skip(report("setup", "skipped", longrepr=SKIPPED), item)
    assert tell_skips(item.config) == (
        f"{nothing}: all was skipped (1 test), such as test_a.py::test_ada: no cassette"
    )
    item.nodeid = "test_b"
    note_skip(report("setup", "skipped", longrepr=SKIPPED), item)
    assert "(2 tests), such as test_a.py::test_ada: no" in tell_skips(item.config)


@pytest.mark.parametrize(
    "ran", [("call", "passed"), ("call", "failed"), ("setup", "failed")], ids="-".join
)
def test_one_test_that_ran_is_enough(acting, config, item, report, ran):
    """Then a skip is nobody's surprise."""
    acting(Mode.REPLAY)
    note_skip(report("setup", "skipped", longrepr=SKIPPED), item)
    note_skip(report(*ran), item)

    assert tell_skips(config) == ""


@pytest.mark.parametrize("reason", ["stub", "no kit", "no test"])
def test_who_asks_only_the_stub_is_not_counted(acting, item, report, reason):
    """Nor is a test that does not use the kit, or whatever is reported when none acts."""
    holding = acting(Mode.STUB if reason == "stub" else Mode.REPLAY)
    if reason == "no kit":
        item.fixturenames = []
    elif reason == "no test":
        holding.isolation.leave_test()
    note_skip(report("setup", "skipped", longrepr=SKIPPED), item)
    note_skip(report("call"), item)

    assert (holding.skipped, holding.ran) == ({}, False)


def test_a_set_up_that_passes_and_an_expected_failure_say_nothing_of_skips(acting, item, report):
    """An xfail is told as skipped, but the test ran."""
    holding = acting(Mode.REPLAY)
    note_skip(report("setup"), item)
    assert (holding.skipped, holding.ran) == ({}, False)

    expected = report("call", "skipped")
    expected.wasxfail = "known"
    note_skip(expected, item)
    assert (holding.skipped, holding.ran) == ({}, True)


def test_the_reason_of_a_skip_is_its_own_text(report):
    """However pytest has it."""
    assert reason_of(report("setup", "skipped", longrepr=SKIPPED)) == "no cassette"
    assert reason_of(report("setup", "skipped", longrepr="no cassette")) == "no cassette"
