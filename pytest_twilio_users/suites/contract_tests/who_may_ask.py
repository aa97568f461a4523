"""Access: who may ask, which user is found by which service or path."""

from typing import Any

import httpx
import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.suites.contract_tests.suite_fixtures import Credentials, UsersOf
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest, lasting
from pytest_twilio_users.suites.promises import promise

NOBODY: Credentials = ("", "")


@pytest.fixture
def wrong(users: UsersUnderTest) -> Credentials:
    """The account's SID with a token that is not its own."""
    username, token = users.credentials
    return username, token[:-1] + ("0" if token[-1] != "0" else "1")


def ask(users: UsersUnderTest, action: Action, credentials: Credentials) -> httpx.Response:
    """Ask for an operation; there is no such user, so with the right credentials none suffers."""
    path = f"/{users.identity()}"
    method, path, form = {
        Action.CREATE: ("POST", "", {"Identity": users.identity()}),
        Action.DELETE: ("DELETE", path, None),
        Action.FETCH: ("GET", path, None),
        Action.LIST: ("GET", "", None),
        Action.UPDATE: ("POST", path, {"FriendlyName": "Eve"}),
    }[action]
    return users.send(method, path, data=form, credentials=credentials)


each_action = pytest.mark.parametrize("action", Action)


@pytest.mark.twilio_users(credentials="exact")
@promise("basic_auth")
@each_action
def test_each_operation_wants_credentials(
    users: UsersUnderTest, wrong: Credentials, action: Action
) -> None:
    """Without, or with wrong ones, it answers 401, in whatever words; with its own it does not."""
    for credentials in (NOBODY, wrong, ("ada", wrong[1])):
        assert ask(users, action, credentials).status_code == 401
    assert ask(users, action, users.credentials).status_code != 401


@pytest.mark.twilio_users(credentials="exact", modes=("stub", "live"))  # no cassette has it
@promise("api_key")
def test_an_api_key_is_taken(users: UsersUnderTest, api_key: Credentials) -> None:
    """Its SID and secret see what the account's own credentials see."""
    assert users.send("GET", credentials=api_key).is_success


@promise("no_credentials")
@each_action
def test_a_request_without_credentials_is_refused(users: UsersUnderTest, action: Action) -> None:
    """Nobody in particular sees no users, and changes none."""
    users.refuse(refusals.NO_CREDENTIALS, ask, users, action, NOBODY)


@pytest.mark.twilio_users(credentials="exact")
@promise("username_invalid")
def test_a_user_name_is_an_account_or_key_sid(users: UsersUnderTest) -> None:
    """Any other name is refused before its password counts."""
    users.refuse(refusals.USERNAME_INVALID, users.send, "GET", credentials=("ada", "secret"))


@pytest.mark.twilio_users(credentials="exact")
@promise("token_wrong")
@each_action
def test_a_wrong_token_is_refused(
    users: UsersUnderTest, wrong: Credentials, action: Action
) -> None:
    """The right account with a wrong token gets nothing."""
    users.refuse(refusals.TOKEN_WRONG, ask, users, action, wrong)


@promise("fetch_answers_200")
def test_fetch_answers_with_the_user(users: UsersUnderTest) -> None:
    """It is as it was created."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    assert lasting(users.fetch(user.sid)) == lasting(user)
    assert users.journal.last.status == 200


@promise("sid_or_identity")
@pytest.mark.parametrize("by", ["sid", "identity"])
def test_a_user_is_found_by_its_sid_or_its_identity(users: UsersUnderTest, by: str) -> None:
    """Fetch, update and delete take both."""
    user = users.create(users.identity())
    name = getattr(user, by)
    assert users.fetch(name).sid == user.sid
    assert users.update(name, friendly_name="Ada").sid == user.sid
    users.delete(name)
    users.reject(users.fetch, name)


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
    short.reject(short.fetch, ada.sid)


@promise("services_are_apart")
def test_services_know_nothing_of_each_other(users: UsersUnderTest, others: UsersUnderTest) -> None:
    """The same identity in two services is two users."""
    here = users.create(users.identity(), friendly_name="Ada")
    there = others.create(others.identity(), friendly_name="Another Ada")
    assert here.sid != there.sid
    assert here.chat_service_sid != there.chat_service_sid
    assert users.fetch(users.identity()).friendly_name == "Ada"
    others.delete(there.identity)
    assert lasting(users.fetch(here.sid)) == lasting(here)


@promise("services_are_apart")
def test_a_user_is_unknown_in_another_service(
    users: UsersUnderTest, others: UsersUnderTest
) -> None:
    """No other service fetches, changes, deletes or lists it."""
    here = users.create(users.identity(), friendly_name="Ada")
    for name in (here.sid, here.identity):
        others.reject(others.fetch, name)
        others.reject(others.update, name, friendly_name="Eve")
        others.send("DELETE", f"/{name}")  # whatever that is answered, the user stays
    assert here.sid not in [user.sid for user in others.walk(page_size=50)]
    assert lasting(users.fetch(here.sid)) == lasting(here)


UNKNOWN_USER = derive_sid(SidKind.USER, "a user that nobody made")


@promise("not_found")
def test_an_unknown_user_is_not_found(users: UsersUnderTest) -> None:
    """Fetch and update of nobody answer 404 and name the path."""
    for name in (UNKNOWN_USER, users.identity("nobody"), users.identity("a/b")):
        users.refuse(refusals.NOT_FOUND, users.fetch, name)
        users.refuse(refusals.NOT_FOUND, users.update, name, friendly_name="Ada")


UNKNOWN_SERVICE = derive_sid(SidKind.SERVICE, "a service that nobody made")


@pytest.mark.twilio_users(service_sids=[UNKNOWN_SERVICE[:-1] + "0"])
@promise("not_found")
def test_an_unknown_service_is_not_found(users_of: UsersOf) -> None:
    """Not even its list is."""
    users = users_of(UNKNOWN_SERVICE)
    users.refuse(refusals.NOT_FOUND, users.page)
    users.refuse(refusals.NOT_FOUND, users.create, users.identity())
