"""live/pacing.py: how much one process of a live run may ask, in its turn."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pytest_twilio_users.errors import LiveRefused
from pytest_twilio_users.live.pacing import Budget, Limits, Pace
from pytest_twilio_users.settings import Settings


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


def test_workers_share_a_runs_limits():
    """Each may do a little, however many there are; the deadline is everybody's."""
    settings = Settings(changes=10, changes_per_second=20, concurrency=2, deadline=60)

    assert Limits.share(settings, workers=4) == Limits(
        changes=3, changes_per_second=5, concurrency=1, deadline=60
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (1, "1 change"),
        (2, "2 changes"),
    ],
)
def test_the_budget_is_spent_to_the_last_change(changes, told):
    """And not beyond."""
    budget = Budget(changes)
    for _ in range(changes):
        budget.spend("create_user")
    with pytest.raises(LiveRefused) as caught:
        budget.spend("update_user")

    assert str(caught.value) == (
        f"update_user: this process may send {told}, and has sent all. To allow more:"
        " --twilio-users-changes=N"
    )


def test_threads_share_the_budget():
    """Eight of them, and not one change too many."""
    budget, refused = Budget(100), []

    def spend(_):
        try:
            budget.spend("create_user")
        except LiveRefused:
            refused.append(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(spend, range(150)))

    assert len(refused) == 50
