"""state/account.py: what the stub knows of an account."""

import pytest

from pytest_twilio_users.settings import Settings


def test_an_account_shows_no_secret(account):
    """A failing test prints what it holds; the token is not in it."""
    assert account.auth_token not in repr(account)


@pytest.mark.parametrize(
    ("settings", "service_sid"),
    [
        pytest.param(Settings(), "IS" + "e" * 32, id="made up"),
        pytest.param(Settings(service_sid="IS" + "2" * 32), "IS" + "2" * 32, id="the author's"),
    ],
)
def test_the_handles_service_may_be_named(account, settings, service_sid):
    """`service_sid` goes before the one that is made up."""
    account.settings = settings

    assert account.service_sid == service_sid
