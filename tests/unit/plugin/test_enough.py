"""plugin/enough.py: whether a live run may send what the contract suite needs."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.plugin.enough import (
    pytest_report_collectionfinish,
    pytest_xdist_node_collection_finished,
    require_enough,
)
from pytest_twilio_users.plugin.stash import ENDED, RUN
from pytest_twilio_users.settings import Settings

IDS = [
    "contract.py::test_a_deleted_user_is_gone[default-sync]",
    "contract.py::test_a_deleted_user_is_gone[named-sync]",
]
"""Tests that send five changes each."""


@pytest.fixture
def live(config):
    """A live run that may use the default service: `live(changes=10)`."""

    def live(*, changes=500, default_service="IS0"):
        config.stash[RUN] = SimpleNamespace(
            settings=Settings(changes=changes),
            account=SimpleNamespace(default_service_sid=default_service),
        )
        return config

    return live


def items(ids):
    """Tests with these node ids."""
    return [SimpleNamespace(nodeid=each) for each in ids]


def test_how_much_the_suite_sends_is_said_before_it_begins(live):
    """Without a default service its tests are skipped; who sends nothing, is told nothing."""
    assert pytest_report_collectionfinish(live(), items(IDS)) == [
        (
            "twilio-users: the contract suite sends 10 changes (creates, updates, deletes); what"
            " the kit deletes after its tests does not count."
        )
    ]
    [told] = pytest_report_collectionfinish(live(default_service=None), items(IDS))
    assert "sends 5 changes" in told
    assert pytest_report_collectionfinish(live(), items(["test_a.py::test_mine"])) == []


def test_a_run_that_may_send_enough_goes_on(live):
    """To the last one."""
    config = live(changes=10)
    require_enough(config, IDS)
    require_enough(live(changes=0), ["test_a.py::test_mine"])

    assert ENDED not in config.stash


@pytest.mark.parametrize(
    ("workers", "dist", "allowed", "text"),
    [
        (
            1,
            "no",
            9,
            (
                "The contract suite sends 10 changes (creates, updates, deletes). This run may send"
                " 9. Allow more: --twilio-users-changes=10, or choose fewer tests by -k."
            ),
        ),
        (
            2,
            "load",
            11,
            (
                "The contract suite sends 10 changes (creates, updates, deletes), and 2 workers"
                " share what a run may send. This run may send 11. Allow more:"
                " --twilio-users-changes=12, or choose fewer tests by -k."
            ),
        ),
        (2, "worksteal", 11, "--twilio-users-changes=12"),
        (2, "loadfile", 19, "--twilio-users-changes=20"),
    ],
)
def test_a_run_that_may_not_send_enough_does_not_begin(live, workers, dist, allowed, text):
    """The error says what to allow. Why the run ended, its summary says, too."""
    config = live(changes=allowed)
    config.option.dist = dist
    node = SimpleNamespace(config=config, workerinput={"workercount": workers})
    with pytest.raises(pytest.UsageError) as error:
        pytest_xdist_node_collection_finished(node, IDS)

    assert text in str(error.value)
    assert config.stash[ENDED] == str(error.value)


def test_two_workers_share_as_xdist_does_by_default(live):
    """Where nothing is said of it, any test goes to any worker."""
    require_enough(live(changes=12), IDS, workers=2)
