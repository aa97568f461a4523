"""Create: what a new user is, down to its identity."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest, lasting
from pytest_twilio_users.suites.promises import promise


@promise("create_answers_201")
def test_create_answers_with_the_new_user(users: UsersUnderTest, twilio_users: Any) -> None:
    """What was sent comes back in a 201, with the service it was sent to."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    assert users.journal.last.status == 201
    assert user.chat_service_sid == (users.service_sid or twilio_users.default_service_sid)
    assert user.identity == users.identity()
    assert user.friendly_name == "Ada"
    assert user.parsed_attributes == {"born": 1815}


@promise("create_answers_201")
def test_a_new_user_has_the_role_that_was_sent(users: UsersUnderTest, role: str) -> None:
    """A role of the service is taken as it is."""
    assert users.create(users.identity(), role_sid=role).role_sid == role


@promise("account_sid")
def test_a_user_belongs_to_the_account_that_asked(users: UsersUnderTest, twilio_users: Any) -> None:
    """Whatever answers with users names the account."""
    user = users.create(users.identity())
    updated, fetched = users.update(user.sid, friendly_name="Ada"), users.fetch(user.sid)
    listed = users.walk(page_size=50)
    for answered in (user, updated, fetched, *listed):
        assert answered.account_sid == twilio_users.account_sid


@promise("friendly_name_verbatim")
@pytest.mark.parametrize("name", [" Ada ", "Ada & <Countess> + 100%;", "עדה 👩‍💻", "e\u0301"])
def test_a_friendly_name_comes_back_to_the_letter(users: UsersUnderTest, name: str) -> None:
    """On create and update any characters are kept as they were sent."""
    assert users.create(users.identity(), friendly_name=name).friendly_name == name
    assert users.update(users.identity(), friendly_name=f"{name}!").friendly_name == f"{name}!"


@promise("friendly_name_too_long")
@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_friendly_name_has_up_to_256_characters(users: UsersUnderTest, letter: str) -> None:
    """The longest is kept whole; characters are counted, not bytes."""
    longest = letter * 256
    assert users.create(users.identity(), friendly_name=longest).friendly_name == longest


@promise("all_fields")
def test_a_user_has_the_documented_fields(users: UsersUnderTest) -> None:
    """Whatever answers with a user answers with the 13 fields, no less."""
    created = users.send("POST", data={"Identity": users.identity()}).json()
    updated = users.send("POST", f"/{created['sid']}", data={"FriendlyName": "Ada"}).json()
    fetched = users.send("GET", f"/{created['sid']}").json()
    listed = users.send("GET").json()["users"]
    for answered in (created, updated, fetched, *listed):
        assert set(USER_FIELDS) <= set(answered)


@promise("sids_differ")
def test_a_new_user_has_a_sid_of_its_own(users: UsersUnderTest) -> None:
    """No two users have the same."""
    sids = [users.create(users.identity(name)).sid for name in ("ada", "grace", "mary")]
    assert len(set(sids)) == 3


@promise("sid_form")
def test_a_sid_has_lower_case_digits(users: UsersUnderTest) -> None:
    """It is US and 32 hex digits."""
    assert re.fullmatch("US[0-9a-f]{32}", users.create(users.identity()).sid)


@promise("friendly_name_null")
def test_a_name_that_was_not_sent_is_null(users: UsersUnderTest) -> None:
    """A new user is nobody's idea of a name."""
    assert users.create(users.identity()).friendly_name is None


@promise("attributes_default")
def test_attributes_that_were_not_sent_are_an_empty_object(users: UsersUnderTest) -> None:
    """They are its text, and no null."""
    assert users.create(users.identity()).attributes == "{}"


@promise("reachability_off")
def test_nobody_is_known_to_be_online_at_first(users: UsersUnderTest) -> None:
    """Nor whether it is notifiable: both are null."""
    user = users.create(users.identity())
    assert (user.is_online, user.is_notifiable) == (None, None)


@promise("role_filled_in")
def test_a_user_without_role_sid_gets_the_services_default_role(users: UsersUnderTest) -> None:
    """Two users of a service have the same role without asking for one."""
    first, second = (users.create(users.identity(name)) for name in ("ada", "grace"))
    assert re.fullmatch(SidKind.ROLE.pattern, first.role_sid or "")
    assert first.role_sid == second.role_sid


@promise("dates_equal")
def test_a_new_user_was_updated_when_it_was_created(users: UsersUnderTest) -> None:
    """Both dates of a new user are equal."""
    user = users.create(users.identity())
    assert user.date_created == user.date_updated


DATES = ("date_created", "date_updated")


@promise("dates_form")
def test_dates_are_gmt_in_whole_seconds(users: UsersUnderTest) -> None:
    """Wherever a date stands; those of a new user agree with HTTP's own, if that is told."""
    created = users.send("POST", data={"Identity": users.identity()})
    updated = users.send("POST", f"/{users.identity()}", data={"FriendlyName": "Ada"})
    fetched, listed = users.send("GET", f"/{users.identity()}"), users.send("GET")
    dates = [answer.json()[name] for answer in (created, updated, fetched) for name in DATES]
    others = [user[name] for user in listed.json()["users"] for name in DATES]
    for date in (*dates, *filter(None, others)):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{date}")
    if "date" in created.headers:
        now = parsedate_to_datetime(created.headers["date"])
        for date in dates:
            assert abs(now - datetime.fromisoformat(date)) < timedelta(minutes=1)


@promise("published_examples")
def test_the_published_examples_are_answered_as_published(users: UsersUnderTest, role: str) -> None:
    """Twilio's own example requests get the values that its documents show."""
    sent = {"friendly_name": "name", "attributes": '{ "duty": "tech" }', "role_sid": role}
    created = users.create_when_free("admin", **sent)
    changes = {
        "friendly_name": "new name",
        "attributes": '{ "duty": "tech", "team": "internals" }',
        "role_sid": role,
    }
    updated = users.update(created.sid, **changes)
    for user, published in ((created, sent), (updated, changes)):
        assert user.identity == "admin"
        assert {name: getattr(user, name) for name in published} == published
    assert users.page().meta.key == "users"
    users.delete(created.sid)


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
            marks=promise(
                {"e-mail": "email_identities", "slash": "encoded_slash"}.get(
                    name.removeprefix("double "), "odd_identities"
                )
            ),
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
    users.reject(users.fetch, user.sid)


@promise("plus_in_path")
def test_a_path_may_leave_a_plus_and_an_at_as_they_are(users: UsersUnderTest) -> None:
    """In a path they stand for themselves; only in a form a plus is a space."""
    user = users.create(users.identity("ada+tag@example.com"))
    fetched = users.send("GET", f"/{user.identity}")
    assert fetched.is_success
    assert fetched.json()["sid"] == user.sid


@promise("identity_case")
def test_identities_are_case_sensitive(users: UsersUnderTest) -> None:
    """Ada is not ada, on create and on fetch."""
    lower, upper = users.create(users.identity("ada")), users.create(users.identity("ADA"))
    assert lower.sid != upper.sid
    assert users.fetch(upper.identity).sid == upper.sid
    users.reject(users.fetch, users.identity("Ada"))


@promise("identity_taken")
def test_an_identity_is_taken_once(users: UsersUnderTest) -> None:
    """The second create is refused, and the first user stays as it was."""
    user = users.create(users.identity(), friendly_name="Ada")
    users.refuse(refusals.IDENTITY_TAKEN, users.create, user.identity, friendly_name="Eve")
    assert lasting(users.fetch(user.identity)) == lasting(user)


@promise("concurrent_creates")
def test_of_creates_at_once_one_succeeds(users: UsersUnderTest) -> None:
    """The others find the identity taken, and one user comes of it."""
    statuses = users.create_at_once(users.identity(), times=5)
    assert sorted(statuses) == [201, 409, 409, 409, 409]
    assert len(users.own(users.walk(page_size=50))) == 1


@promise("identity_free_again")
def test_a_deleted_users_identity_is_free_again(users: UsersUnderTest) -> None:
    """The new user has a SID of its own and nothing of the old one."""
    old = users.create(users.identity(), friendly_name="Ada", attributes={"a": 1})
    users.delete(old.sid)
    new = users.create(users.identity())
    assert new.sid != old.sid
    assert new.friendly_name != old.friendly_name
    assert new.attributes != old.attributes
    assert users.fetch(users.identity()).sid == new.sid
