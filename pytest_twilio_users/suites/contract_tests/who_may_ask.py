"""Access: who may ask, which user is found by which service or path."""

from typing import Any

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.suites.contract_tests.suite_fixtures import UsersOf
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


@promise("fetch_answers_200", "sid_or_identity")
def test_fetch_takes_the_sid_or_the_identity(users: UsersUnderTest) -> None:
    """Both give the user as it was created."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    assert users.fetch(user.sid) == user
    assert users.fetch(user.identity) == user
    assert users.journal.last.status == 200


@promise("default_service")
def test_the_default_service_has_two_paths(twilio_users: Any, users_of: UsersOf) -> None:
    """What one path does, the other sees."""
    short, long = users_of(None), users_of(twilio_users.default_service_sid)
    ada, grace = short.create(short.identity("ada")), long.create(long.identity("grace"))
    assert ada.chat_service_sid == grace.chat_service_sid == twilio_users.default_service_sid
    assert long.fetch(ada.sid).identity == ada.identity
    assert short.update(grace.sid, friendly_name="Grace").friendly_name == "Grace"
    for users in (short, long):
        assert {user.sid for user in users.own(users.walk(page_size=50))} == {ada.sid, grace.sid}
    long.delete(ada.identity)
    short.refuse(refusals.NOT_FOUND, short.fetch, ada.sid)


@promise("services_are_apart")
def test_services_know_nothing_of_each_other(users: UsersUnderTest, others: UsersUnderTest) -> None:
    """The same identity in two services is two users."""
    here = users.create(users.identity(), friendly_name="Ada")
    there = others.create(others.identity(), friendly_name="Another Ada")
    assert here.sid != there.sid
    assert here.chat_service_sid != there.chat_service_sid
    assert users.fetch(users.identity()).friendly_name == "Ada"
    others.delete(there.identity)
    assert users.fetch(here.sid) == here


@promise("services_are_apart")
def test_a_user_is_unknown_in_another_service(
    users: UsersUnderTest, others: UsersUnderTest
) -> None:
    """No other service fetches, changes, deletes or lists it."""
    here = users.create(users.identity(), friendly_name="Ada")
    for name in (here.sid, here.identity):
        others.refuse(refusals.NOT_FOUND, others.fetch, name)
        others.refuse(refusals.NOT_FOUND, others.update, name, friendly_name="Eve")
        others.refuse(refusals.NOT_FOUND, others.delete, name)
    assert here.sid not in [user.sid for user in others.walk(page_size=50)]
    assert users.fetch(here.sid) == here


UNKNOWN_USER = derive_sid(SidKind.USER, "a user that nobody made")


@promise("not_found")
def test_an_unknown_user_is_not_found(users: UsersUnderTest) -> None:
    """Fetch, update and delete of nobody answer 404 and name the path."""
    for name in (UNKNOWN_USER, users.identity("nobody"), users.identity("a/b")):
        users.refuse(refusals.NOT_FOUND, users.fetch, name)
        users.refuse(refusals.NOT_FOUND, users.update, name, friendly_name="Ada")
        users.refuse(refusals.NOT_FOUND, users.delete, name)


UNKNOWN_SERVICE = derive_sid(SidKind.SERVICE, "a service that nobody made")


@pytest.mark.twilio_users(service_sids=[UNKNOWN_SERVICE[:-1] + "0"])
@promise("not_found")
def test_an_unknown_service_is_not_found(users_of: UsersOf) -> None:
    """Not even its list is."""
    users = users_of(UNKNOWN_SERVICE)
    users.refuse(refusals.NOT_FOUND, users.page)
    users.refuse(refusals.NOT_FOUND, users.create, users.identity())
