"""Authorization: who may ask."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@promise("no_credentials", "basic_auth")
def test_a_request_without_credentials_is_refused(users: UsersUnderTest) -> None:
    """Nobody in particular sees no users."""
    users.refuse(refusals.NO_CREDENTIALS, users.send, "GET", credentials=("", ""))


@pytest.mark.twilio_users(credentials="exact")
@promise("username_invalid")
def test_a_user_name_is_an_account_or_key_sid(users: UsersUnderTest) -> None:
    """Any other name is refused before its password counts."""
    users.refuse(refusals.USERNAME_INVALID, users.send, "GET", credentials=("ada", "secret"))


@pytest.mark.twilio_users(credentials="exact")
@promise("token_wrong", "basic_auth")
def test_a_wrong_token_is_refused(users: UsersUnderTest) -> None:
    """The right account with a wrong token gets nothing; with the right one, users."""
    username, token = users.credentials
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    users.refuse(refusals.TOKEN_WRONG, users.send, "GET", credentials=(username, wrong))
    assert users.send("GET").status_code == 200
