"""Delete: who is deleted is gone."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@promise("delete_answers_204", "sid_or_identity")
@pytest.mark.parametrize("by", ["sid", "identity"])
def test_a_deleted_user_is_gone(users: UsersUnderTest, by: str) -> None:
    """Delete answers 204 and no body; no path finds the user any more, others stay."""
    ada, grace = users.create(users.identity("ada")), users.create(users.identity("grace"))
    users.delete(getattr(ada, by))
    assert users.journal.last.response is not None
    assert (users.journal.last.status, users.journal.last.response.body) == (204, b"")
    for name in (ada.sid, ada.identity):
        users.refuse(refusals.NOT_FOUND, users.fetch, name)
        users.refuse(refusals.NOT_FOUND, users.update, name, friendly_name="Ada")
    assert ada.sid not in [user.sid for user in users.walk(page_size=50)]
    assert users.fetch(grace.sid) == grace


@promise("second_delete", "not_found")
def test_a_second_delete_finds_nothing(users: UsersUnderTest) -> None:
    """Deleting is told apart from having deleted."""
    user = users.create(users.identity())
    users.delete(user.sid)
    users.refuse(refusals.NOT_FOUND, users.delete, user.sid)
