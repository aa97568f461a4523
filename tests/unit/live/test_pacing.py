"""live/pacing.py: how fast, and how many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pytest_twilio_users.live.pacing import Pace


@pytest.fixture
def pace(time, limits):
    """Four changes a second, two at once."""
    return Pace(replace(limits, changes_per_second=4, concurrency=2), time.timing())


def test_changes_follow_each_other_evenly(pace, time):
    """The first goes at once."""
    for _ in range(4):
        with pace.turn(change=True):
            pass

    assert time.slept == [0.25, 0.25, 0.25]


def test_idle_time_is_not_saved_up(pace, time):
    """After a break, changes are as far apart as ever."""
    time.sleep(60)
    for _ in range(3):
        with pace.turn(change=True):
            pass

    assert time.slept == [60, 0.25, 0.25]


def test_reads_do_not_wait(pace, time):
    """Twilio limits changes alone."""
    for _ in range(3):
        with pace.turn(change=False):
            pass

    assert time.slept == []


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
