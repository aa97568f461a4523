"""live/pacing.py: how fast, and how many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_twilio_users.live.pacing import Pace


@pytest.fixture
def slept():
    """What was slept, in order."""
    return []


@pytest.fixture
def pace(slept):
    """Four changes a second, two at once, on a clock that only sleeping moves."""
    return Pace(
        changes_per_second=4, concurrency=2, sleep=slept.append, clock=lambda: 50 + sum(slept)
    )


def test_changes_follow_each_other_evenly(pace, slept):
    """The first goes at once."""
    for _ in range(4):
        with pace.turn(change=True):
            pass

    assert slept == [0.25, 0.25, 0.25]


def test_idle_time_is_not_saved_up(pace, slept):
    """After a break, changes are as far apart as ever."""
    slept.append(60)
    for _ in range(3):
        with pace.turn(change=True):
            pass

    assert slept == [60, 0.25, 0.25]


def test_reads_do_not_wait(pace, slept):
    """Twilio limits changes alone."""
    for _ in range(3):
        with pace.turn(change=False):
            pass

    assert slept == []


def test_no_more_than_allowed_are_under_way(pace):
    """Twenty threads, two at once."""
    lock, under_way, most = threading.Lock(), set(), []

    def go(number):
        with pace.turn(change=False):
            with lock:
                under_way.add(number)
                most.append(len(under_way))
            threading.Event().wait(0.001)
            with lock:
                under_way.remove(number)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(go, range(20)))

    assert max(most) == 2


def test_a_turn_ends_with_an_error_too(pace):
    """A failure takes no turn from others."""
    for _ in range(3):
        with pytest.raises(OSError, match="lost"), pace.turn(change=False):
            raise OSError("lost")
