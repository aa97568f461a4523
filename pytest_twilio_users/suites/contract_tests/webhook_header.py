"""The webhook header: true or false, on all that changes."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.asking import own, refusal_of
from pytest_twilio_users.suites.contract_tests.marks import raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@promise("webhook_header")
@pytest.mark.parametrize("enabled", ["true", "false"])
def test_the_webhook_header_is_taken(users: UsersUnderTest, enabled: str) -> None:
    """Create, update and delete do their work with either value of the header."""
    user = users.create(users.identity(), x_twilio_webhook_enabled=enabled)
    updated = users.update(user.sid, friendly_name="Ada", x_twilio_webhook_enabled=enabled)
    assert updated.friendly_name == "Ada"
    users.delete(user.sid, x_twilio_webhook_enabled=enabled)
    users.refuse(refusals.NOT_FOUND, refusal_of(users.fetch, user.sid))


@raw
@promise("webhook_enabled_malformed")
@pytest.mark.parametrize("value", ["True", "yes", "1", ""])
def test_the_webhook_header_is_true_or_false(users: UsersUnderTest, value: str) -> None:
    """Anything else is refused, and nothing is done."""
    header = {"x_twilio_webhook_enabled": value}
    user = users.create(users.identity())
    for refused in (
        refusal_of(users.create, users.identity("grace"), **header),
        refusal_of(users.update, user.sid, friendly_name="Eve", **header),
        refusal_of(users.delete, user.sid, **header),
    ):
        users.refuse(refusals.WEBHOOK_ENABLED_MALFORMED, refused)
    assert own(users, users.walk(page_size=50)) == [user]
