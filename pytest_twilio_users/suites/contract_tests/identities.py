"""Identities: any characters, told apart to the letter, each taken once."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise

ODD_IDENTITIES = {
    "e-mail": "ada+tag@example.com",
    "slash": "a/b",
    "double slash": "a//b",
    "question mark": "a?b=c",
    "hash": "a#b",
    "encoded slash": "a%2Fb",
    "percent": "100%",
    "plus": "a+b",
    "space": "Ada Lovelace",
    "outer spaces": " ada ",
    "dot": ".",
    "dots": "..",
    "semicolon": "a;b,c",
    "ampersand": "a&b=c",
    "quotes": "o'neil\"s",
    "brackets": "[a](b)|{c}",
    "backslash": "a\\b",
    "accent": "é",
    "accent, decomposed": "e\u0301",
    "right to left": "עדה",
    "emoji": "👩‍💻",
    "control": "a\tb\x7f",
    "zero": "0",
    "almost a SID": "US" + "0" * 31,
    "256 characters": "a" * 256,
    "256 emoji": "😀" * 256,
}


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param(
            identity,
            id=name,
            marks=promise("encoded_slash" if "/" in identity else "odd_identities"),
        )
        for name, identity in ODD_IDENTITIES.items()
    ],
)
def test_any_characters_make_an_identity(users: UsersUnderTest, identity: str) -> None:
    """An odd identity is created, found, changed and deleted like a plain one."""
    user = users.create_when_free(identity)
    assert user.identity == identity
    assert users.fetch(identity).sid == user.sid
    assert users.update(identity, friendly_name="found").sid == user.sid
    users.delete(identity)
    users.refuse(refusals.NOT_FOUND, users.fetch, user.sid)


@promise("odd_identities")
def test_a_path_may_leave_a_plus_and_an_at_as_they_are(users: UsersUnderTest) -> None:
    """In a path they stand for themselves; only in a form a plus is a space."""
    user = users.create(users.identity("ada+tag@example.com"))
    fetched = users.send("GET", f"/{user.identity}")
    assert fetched.status_code == 200
    assert fetched.json()["sid"] == user.sid


@promise("identity_case")
def test_identities_are_case_sensitive(users: UsersUnderTest) -> None:
    """Ada is not ada, on create and on fetch."""
    lower, upper = users.create(users.identity("ada")), users.create(users.identity("ADA"))
    assert lower.sid != upper.sid
    assert users.fetch(upper.identity).sid == upper.sid
    users.refuse(refusals.NOT_FOUND, users.fetch, users.identity("Ada"))


@promise("identity_taken")
def test_an_identity_is_taken_once(users: UsersUnderTest) -> None:
    """The second create is refused, and the first user stays as it was."""
    user = users.create(users.identity(), friendly_name="Ada")
    users.refuse(refusals.IDENTITY_TAKEN, users.create, user.identity, friendly_name="Eve")
    assert users.fetch(user.identity) == user


@promise("identity_free_again")
def test_a_deleted_users_identity_is_free_again(users: UsersUnderTest) -> None:
    """The new user has a SID of its own and nothing of the old one."""
    old = users.create(users.identity(), friendly_name="Ada", attributes={"a": 1})
    users.delete(old.sid)
    new = users.create(users.identity())
    assert new.sid != old.sid
    assert (new.friendly_name, new.attributes) == (None, "{}")
    assert users.fetch(users.identity()).sid == new.sid
