"""state/checkpoint.py: what changed since a moment."""

from dataclasses import replace

import pytest

from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.checkpoint import Checkpoint


@pytest.fixture
def ada(account):
    """A user that is there before the checkpoint."""
    return add_user(account, account.default_service_sid, identity="ada", friendly_name="Ada")


@pytest.fixture
def since(account, ada):
    """A checkpoint that ada is older than; it shows users as identity and friendly name."""
    changes = {}
    account.store.track(changes)
    return Checkpoint(changes, lambda user: (user.identity, user.friendly_name))


def rename(account, user, friendly_name):
    """Change a user's friendly name and give the user as it is then."""
    renamed = replace(user, friendly_name=friendly_name)
    account.store.change(user, renamed)
    return renamed


def test_nothing_changed_at_first(since):
    """A checkpoint begins where it was made; what was there before does not count."""
    assert (since.created, since.updated, since.deleted) == ([], [], [])


def test_a_new_user_is_told_as_it_is_now(account, since):
    """A user that was created and then updated is new, and no update."""
    grace = add_user(account, account.default_service_sid, identity="grace")
    rename(account, grace, "Grace")

    assert (since.created, since.updated, since.deleted) == ([("grace", "Grace")], [], [])


def test_a_changed_user_is_told_as_it_is_now(account, ada, since):
    """However often a user was updated, it is told once."""
    rename(account, rename(account, ada, "Lovelace"), "Countess")

    assert (since.created, since.updated, since.deleted) == ([], [("ada", "Countess")], [])


def test_a_deleted_user_is_told_as_it_was_then(account, ada, since):
    """What was deleted is the user of the checkpoint's moment, later updates aside."""
    account.store.change(rename(account, ada, "Countess"), None)

    assert (since.created, since.updated, since.deleted) == ([], [], [("ada", "Ada")])


def test_a_user_that_came_and_went_is_not_told(account, since):
    """Only the difference between then and now counts."""
    grace = add_user(account, account.default_service_sid, identity="grace")
    account.store.change(grace, None)

    assert (since.created, since.updated, since.deleted) == ([], [], [])


def test_a_user_that_was_changed_back_is_not_told(account, ada, since):
    """Only the difference between then and now counts."""
    rename(account, rename(account, ada, "Countess"), "Ada")

    assert since.updated == []


def test_a_user_of_the_same_identity_is_another_user(account, ada, since):
    """Deleting ada and creating ada anew is a deletion and a creation: the SIDs differ."""
    account.store.change(ada, None)
    add_user(account, account.default_service_sid, identity="ada", friendly_name="Ada Yonath")

    assert (since.created, since.updated, since.deleted) == (
        [("ada", "Ada Yonath")],
        [],
        [("ada", "Ada")],
    )


def test_new_users_are_told_in_order_of_creation(account, since):
    """Also if an older one was updated last."""
    grace = add_user(account, account.default_service_sid, identity="grace")
    add_user(account, account.default_service_sid, identity="linus")
    rename(account, grace, "Grace")

    assert since.created == [("grace", "Grace"), ("linus", None)]


def test_a_checkpoint_keeps_counting(account, since):
    """The same checkpoint can be asked again after more has happened."""
    add_user(account, account.default_service_sid, identity="grace")
    before = since.created
    add_user(account, account.default_service_sid, identity="linus")

    assert [before, since.created] == [[("grace", None)], [("grace", None), ("linus", None)]]


def test_a_checkpoint_is_printed_as_numbers(account, ada, since):
    """A failing assertion shows at a glance what happened."""
    rename(account, ada, "Countess")
    add_user(account, account.default_service_sid, identity="grace")

    assert repr(since) == "<Checkpoint: since then 1 created, 1 updated, 0 deleted>"
