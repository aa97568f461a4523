"""live/limits.py: how much one process of a live run may ask."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_twilio_users.errors import LiveRefused
from pytest_twilio_users.live.limits import Budget, Limits
from pytest_twilio_users.settings import Settings


def test_workers_share_a_runs_limits():
    """Each may do a little, however many there are; the deadline is everybody's."""
    settings = Settings(changes=10, changes_per_second=20, concurrency=2, deadline=60)

    assert Limits.share(settings, workers=4) == Limits(
        changes=3, changes_per_second=5, concurrency=1, deadline=60
    )


def test_the_budget_is_spent_to_the_last_change():
    """And not beyond."""
    budget = Budget(2)
    budget.spend("create_user")
    budget.spend("delete_user")
    with pytest.raises(LiveRefused) as caught:
        budget.spend("update_user")

    assert str(caught.value) == (
        "update_user: the 2 changes that this process may send are used up. If it may send more:"
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
