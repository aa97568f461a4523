"""The webhook header: true or false, on all that changes."""

import pytest

from pytest_twilio_users.contract import refusals
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
    users.refuse(refusals.NOT_FOUND, users.fetch, user.sid)


@raw
@promise("webhook_enabled_malformed")
@pytest.mark.parametrize("value", ["True", "yes", "1", ""])
def test_the_webhook_header_is_true_or_false(users: UsersUnderTest, value: str) -> None:
    """Anything else is refused, and nothing is done."""
    header = {"x_twilio_webhook_enabled": value}
    user = users.create(users.identity())
    malformed = refusals.WEBHOOK_ENABLED_MALFORMED
    users.refuse(malformed, users.create, users.identity("grace"), **header)
    users.refuse(malformed, users.update, user.sid, friendly_name="Eve", **header)
    users.refuse(malformed, users.delete, user.sid, **header)
    assert users.own(users.walk(page_size=50)) == [user]
