"""Change: what an update leaves as it was, what a delete leaves of a user."""

from typing import Any

import pytest

from pytest_twilio_users.contract.models import User
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest, lasting
from pytest_twilio_users.suites.promises import promise


@promise("update_answers_200")
def test_update_answers_with_the_changed_user(users: UsersUnderTest) -> None:
    """A 200 shows the user with what was sent."""
    user = users.create(users.identity(), friendly_name="Ada")
    updated = users.update(user.sid, friendly_name="Countess")
    assert users.journal.last.status == 200
    assert (updated.sid, updated.friendly_name) == (user.sid, "Countess")


@promise("update_keeps_the_rest")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("friendly_name", "Countess"),
        ("attributes", '{"title": "Countess"}'),
    ],
)
def test_update_changes_what_was_sent_and_nothing_else(
    users: UsersUnderTest, field: str, value: str
) -> None:
    """One parameter changes one field, for good; date_updated aside."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    updated = users.update(user.sid, **{field: value})
    assert without_date(updated) == {**without_date(user), field: value}
    assert lasting(users.fetch(user.sid)) == lasting(updated)


@promise("update_keeps_the_rest")
def test_update_changes_the_role_and_nothing_else(users: UsersUnderTest, role: str) -> None:
    """A role of the service takes the place of the default one."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    updated = users.update(user.sid, role_sid=role)
    assert without_date(updated) == {**without_date(user), "role_sid": role}
    assert lasting(users.fetch(user.sid)) == lasting(updated)


def without_date(user: User) -> dict[str, Any]:
    """The user as JSON without the date that moves."""
    return {name: value for name, value in lasting(user).items() if name != "date_updated"}


@promise("update_moves_date")
def test_update_moves_date_updated(users: UsersUnderTest, twilio_users: Any) -> None:
    """A second later date_updated is later, for good; date_created stays."""
    user = users.create(users.identity())
    twilio_users.wait(2)
    updated = users.update(user.sid, friendly_name="Ada")
    assert updated.date_updated > user.date_updated
    assert updated.date_created == user.date_created
    assert users.fetch(user.sid).date_updated == updated.date_updated


@promise("update_nothing")
def test_update_without_a_parameter_changes_nothing(
    users: UsersUnderTest, twilio_users: Any
) -> None:
    """It answers 200 and the user as it was, dates included."""
    user = users.create(users.identity(), friendly_name="Ada")
    twilio_users.wait(2)
    assert lasting(users.update(user.sid)) == lasting(user)
    assert lasting(users.fetch(user.sid)) == lasting(user)


@promise("update_empty_name")
def test_an_empty_friendly_name_is_stored(users: UsersUnderTest) -> None:
    """The empty text is a name, and no null."""
    user = users.create(users.identity(), friendly_name="Ada")
    assert users.update(user.sid, friendly_name="").friendly_name == ""
    assert users.fetch(user.sid).friendly_name == ""


@promise("delete_answers_204")
def test_a_deleted_user_is_gone(users: UsersUnderTest) -> None:
    """Delete answers 204 and no body; no path finds the user any more, others stay."""
    ada, grace = users.create(users.identity("ada")), users.create(users.identity("grace"))
    users.delete(ada.sid)
    assert users.journal.last.response is not None
    assert (users.journal.last.status, users.journal.last.response.body) == (204, b"")
    for name in (ada.sid, ada.identity):
        users.reject(users.fetch, name)
        users.reject(users.update, name, friendly_name="Ada")
    assert ada.sid not in [user.sid for user in users.walk(page_size=50)]
    assert lasting(users.fetch(grace.sid)) == lasting(grace)


@promise("second_delete")
def test_a_second_delete_finds_nothing(users: UsersUnderTest) -> None:
    """Deleting is told apart from having deleted."""
    user = users.create(users.identity())
    users.delete(user.sid)
    assert users.reject(users.delete, user.sid).status_code == 404
