"""live/ending.py: how long a run still waits that was told to end."""

import threading

import pytest

from pytest_twilio_users.live.ending import LAST_SECONDS, Ending
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.state.elapsed import Elapsed


def test_a_run_that_goes_on_waits_as_long_as_it_is_asked_to():
    """And has all the time there is."""
    ending, before = Ending(), Elapsed.seconds()
    ending.sleep(0.02)

    assert Elapsed.seconds() - before >= 0.02
    assert ending.left() == float("inf")
    assert not ending.begun


def test_a_run_that_is_told_to_end_has_little_time():
    """It passes; told again, it has as much again."""
    now = [100.0]
    ending = Ending(clock=lambda: now[0])
    left = []
    for passed in (0, 0.2, 5):
        ending.begin()
        now[0] += passed
        left.append(ending.left())

    assert left == [LAST_SECONDS, pytest.approx(LAST_SECONDS - 0.2), 0]
    assert ending.begun


def test_what_takes_longer_than_the_run_has_is_not_waited_for():
    """What fits in is."""
    ending = Ending()
    ending.begin()
    before = Elapsed.seconds()
    ending.sleep(0.01)
    with pytest.raises(Lost, match=r"^the run was told to end$") as told:
        ending.sleep(30)

    assert 0.01 <= Elapsed.seconds() - before < 20
    assert not told.value.may_have_arrived


def test_who_waits_as_the_run_is_told_to_end_waits_no_longer():
    """In another thread."""
    ending, told = Ending(), []

    def wait():
        try:
            ending.sleep(30)
        except Lost as lost:
            told.append(str(lost))

    thread = threading.Thread(target=wait)
    thread.start()
    ending.begin()
    thread.join(20)

    assert told == ["the run was told to end"]
