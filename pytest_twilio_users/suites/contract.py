"""The contract suite: what a server must do to be called Twilio Users.

    pytest --pyargs pytest_twilio_users.suites.contract

Each test runs through the sync and the async client, and for the default service
and a named one where it is about one service. None looks inside the server. What
a good client would not send goes out as a raw message. Each promise carries the
evidence for it.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.suites.promises import promise
from pytest_twilio_users.suites.subject import UsersUnderTest

raw = pytest.mark.twilio_users(strict=False)
"""For tests that send mistakes on purpose."""

alone = pytest.mark.twilio_users(alone=True)
"""For tests that look at a whole list, which others would change meanwhile."""

UNKNOWN_USER = derive_sid(SidKind.USER, "a user that nobody made")
UNKNOWN_SERVICE = derive_sid(SidKind.SERVICE, "a service that nobody made")
UNKNOWN_ROLE = derive_sid(SidKind.ROLE, "a role that nobody made")
SOME_ROLE = derive_sid(SidKind.ROLE, "a role")

Ask = Callable[..., Any]
UsersOf = Callable[[str | None], UsersUnderTest]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Runs what the async client gives back."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, twilio_users: Any) -> Any:
    """The kit's client, sync and async."""
    return twilio_users.client if request.param == "sync" else twilio_users.async_client


@pytest.fixture
def users_of(twilio_users: Any, client: Any, runner: asyncio.Runner) -> UsersOf:
    """Gives the users of a service; None is the default service by its short path."""

    def users_of(service_sid: str | None) -> UsersUnderTest:
        return UsersUnderTest(
            client=client,
            credentials=(twilio_users.account_sid, twilio_users.auth_token),
            journal=twilio_users.journal,
            service_sid=service_sid,
            runner=runner,
            prefix=twilio_users.identity("contract-"),
            wait=twilio_users.wait,
        )

    return users_of


@pytest.fixture(params=["default", "service"])
def users(request: pytest.FixtureRequest, twilio_users: Any, users_of: UsersOf) -> UsersUnderTest:
    """The users of the default service, by its short path, and of a named service."""
    return users_of(None if request.param == "default" else twilio_users.service_sid)


@pytest.fixture
def others(twilio_users: Any, users: UsersUnderTest, users_of: UsersOf) -> UsersUnderTest:
    """The users of another service than those of `users`."""
    return users_of(twilio_users.service_sid if users.service_sid is None else None)


@pytest.fixture
def role(twilio_users: Any) -> str:
    """The SID of a role; on a live account one that the run's settings name."""
    if twilio_users.mode in (Mode.STUB, Mode.REPLAY):
        return SOME_ROLE
    if not twilio_users.role_sids:
        pytest.skip("it needs a service-level role of the account: --twilio-users-role-sids=RL…")
    role_sid: str = twilio_users.role_sids[0]
    return role_sid


def refusal_of(ask: Ask, *arguments: Any, **options: Any) -> httpx.Response:
    """The response that made the client raise."""
    with pytest.raises(TwilioApiError) as caught:
        ask(*arguments, **options)
    return caught.value.response


def create_when_free(users: UsersUnderTest, identity: str, **user_input: Any) -> User:
    """Create a user of an identity that another worker's test may have for a moment, too."""
    for _ in range(50):
        try:
            return users.create(identity, **user_input)
        except TwilioApiError as error:
            if error.status != refusals.IDENTITY_TAKEN.status:
                raise
        users.wait(0.1)
    return users.create(identity, **user_input)


def own(users: UsersUnderTest, listed: Iterable[User]) -> list[User]:
    """Those of the listed users that the test made; a service may have others."""
    return [user for user in listed if user.identity.startswith(users.prefix)]


# Create


@promise("create_answers_201")
def test_create_answers_with_the_new_user(users: UsersUnderTest, twilio_users: Any) -> None:
    """What was sent comes back in a 201, with the account and the service it was sent to."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    assert users.journal.last.status == 201
    assert user.account_sid == twilio_users.account_sid
    assert user.chat_service_sid == (users.service_sid or twilio_users.default_service_sid)
    assert user.identity == users.identity()
    assert user.friendly_name == "Ada"
    assert user.parsed_attributes == {"born": 1815}


@promise("create_answers_201")
def test_a_new_user_has_the_role_that_was_sent(users: UsersUnderTest, role: str) -> None:
    """A role of the service is taken as it is."""
    assert users.create(users.identity(), role_sid=role).role_sid == role


@promise("create_answers_201", "update_answers_200")
@pytest.mark.parametrize("name", [" Ada ", "Ada & <Countess> + 100%;", "עדה 👩‍💻", "e\u0301"])
def test_a_friendly_name_comes_back_to_the_letter(users: UsersUnderTest, name: str) -> None:
    """On create and update any characters are kept as they were sent."""
    assert users.create(users.identity(), friendly_name=name).friendly_name == name
    assert users.update(users.identity(), friendly_name=f"{name}!").friendly_name == f"{name}!"


@promise("all_fields")
def test_a_user_has_the_documented_fields(users: UsersUnderTest) -> None:
    """Whatever answers with a user answers with the 13 fields, no less."""
    created = users.send("POST", data={"Identity": users.identity()}).json()
    updated = users.send("POST", f"/{created['sid']}", data={"FriendlyName": "Ada"}).json()
    fetched = users.send("GET", f"/{created['sid']}").json()
    listed = users.send("GET").json()["users"]
    for answered in (created, updated, fetched, *listed):
        assert set(USER_FIELDS) <= set(answered)


@promise("sid_form")
def test_a_new_user_has_a_sid_of_its_own(users: UsersUnderTest) -> None:
    """SIDs are US and 32 lower-case hex digits, and differ."""
    sids = [users.create(users.identity(name)).sid for name in ("ada", "grace", "mary")]
    assert len(set(sids)) == 3
    assert all(re.fullmatch("US[0-9a-f]{32}", sid) for sid in sids)


@promise("friendly_name_null", "attributes_default", "reachability_off")
def test_what_was_not_sent_has_its_default(users: UsersUnderTest) -> None:
    """No name is null, no attributes are an empty object, reachability is unknown."""
    user = users.create(users.identity())
    assert user.friendly_name is None
    assert user.attributes == "{}"
    assert user.is_online is None
    assert user.is_notifiable is None


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


@promise("dates_form")
def test_dates_are_gmt_in_whole_seconds(users: UsersUnderTest) -> None:
    """Those of a new user and of a changed one are, and agree with HTTP's own date."""
    created = users.send("POST", data={"Identity": users.identity()})
    updated = users.send("POST", f"/{users.identity()}", data={"FriendlyName": "Ada"})
    for answer in (created, updated):
        for name in ("date_created", "date_updated"):
            date = answer.json()[name]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)
            told = parsedate_to_datetime(answer.headers["date"])
            assert abs(told - datetime.fromisoformat(date)) < timedelta(minutes=1)


@promise("url_follows_path")
def test_url_and_links_follow_the_path_that_was_used(users: UsersUnderTest) -> None:
    """The short path gives short links, the service's path gives links of the service."""
    user = users.create(users.identity())
    url = f"{users.client.origin}{users.path}/{user.sid}"
    for answered in (user, users.fetch(user.sid), users.fetch(user.identity)):
        assert answered.url == url
        assert answered.links == {"user_conversations": f"{url}/Conversations"}


@promise("url_follows_path", "default_service")
def test_one_user_has_a_url_for_each_path(twilio_users: Any, users_of: UsersOf) -> None:
    """A user of the default service is shown as it was asked for, not as it was created."""
    short, long = users_of(None), users_of(twilio_users.default_service_sid)
    ada, grace = short.create(short.identity("ada")), long.create(long.identity("grace"))
    for users, user in ((short, grace), (long, ada)):
        url = f"{users.client.origin}{users.path}/{user.sid}"
        assert users.fetch(user.sid).url == url
        assert url in [listed.url for listed in users.walk(page_size=50)]


@promise("url_follows_origin")
def test_url_and_links_name_the_host_that_was_asked(users: UsersUnderTest) -> None:
    """Asked by way of an edge, a user and a page link to that edge."""
    origin = users.client.origin.replace("//conversations.", "//conversations.ashburn.us1.")
    asked = f"{origin}{users.path}"
    user = users.send("POST", url=asked, data={"Identity": users.identity()}).json()
    assert user["url"] == f"{asked}/{user['sid']}"
    assert user["links"] == {"user_conversations": f"{asked}/{user['sid']}/Conversations"}
    page = users.send("GET", url=asked).json()
    assert page["meta"]["url"].startswith(f"{asked}?")
    assert page["meta"]["first_page_url"].startswith(f"{asked}?")
    assert all(listed["url"].startswith(f"{asked}/") for listed in page["users"])


@promise("webhook_header")
@pytest.mark.parametrize("enabled", ["true", "false"])
def test_the_webhook_header_is_taken(users: UsersUnderTest, enabled: str) -> None:
    """Create, update and delete do their work with either value of the header."""
    user = users.create(users.identity(), x_twilio_webhook_enabled=enabled)
    updated = users.update(user.sid, friendly_name="Ada", x_twilio_webhook_enabled=enabled)
    assert updated.friendly_name == "Ada"
    users.delete(user.sid, x_twilio_webhook_enabled=enabled)
    users.refuse(refusals.NOT_FOUND, refusal_of(users.fetch, user.sid))


@promise("published_examples")
def test_the_published_examples_are_answered_as_published(users: UsersUnderTest, role: str) -> None:
    """Twilio's own example requests get the values that its documents show."""
    sent = {"friendly_name": "name", "attributes": '{ "duty": "tech" }', "role_sid": role}
    created = create_when_free(users, "admin", **sent)
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


# Fetch


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
        assert {user.sid for user in own(users, users.walk(page_size=50))} == {ada.sid, grace.sid}
    long.delete(ada.identity)
    short.refuse(refusals.NOT_FOUND, refusal_of(short.fetch, ada.sid))


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
        others.refuse(refusals.NOT_FOUND, refusal_of(others.fetch, name))
        others.refuse(refusals.NOT_FOUND, refusal_of(others.update, name, friendly_name="Eve"))
        others.refuse(refusals.NOT_FOUND, refusal_of(others.delete, name))
    assert here.sid not in [user.sid for user in others.walk(page_size=50)]
    assert users.fetch(here.sid) == here


# Identities

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
    user = create_when_free(users, identity)
    assert user.identity == identity
    assert users.fetch(identity).sid == user.sid
    assert users.update(identity, friendly_name="found").sid == user.sid
    users.delete(identity)
    users.refuse(refusals.NOT_FOUND, refusal_of(users.fetch, user.sid))


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
    users.refuse(refusals.NOT_FOUND, refusal_of(users.fetch, users.identity("Ada")))


@promise("identity_free_again")
def test_a_deleted_users_identity_is_free_again(users: UsersUnderTest) -> None:
    """The new user has a SID of its own and nothing of the old one."""
    old = users.create(users.identity(), friendly_name="Ada", attributes={"a": 1})
    users.delete(old.sid)
    new = users.create(users.identity())
    assert new.sid != old.sid
    assert (new.friendly_name, new.attributes) == (None, "{}")
    assert users.fetch(users.identity()).sid == new.sid


# Attributes

ATTRIBUTE_TEXTS = {
    "spaces": '{ "duty": "tech" }',
    "no spaces": '{"duty":"tech","n":[1,2,{}]}',
    "new lines": '{\n  "a": 1\n}\n',
    "unicode": '{"é": "👩‍💻 עדה"}',
    "numbers": '{"big": 123456789012345678901234567890, "e": 1E400, "minus": -0.0}',
    "repeated key": '{"a": 1, "a": 2}',
    "nested": '{"a": {"b": {"c": [null, true, false, ""]}}}',
    "form characters": '{"a": "1&b=2+3%20;#"}',
    "16,384 bytes": '{"a": "' + "x" * 16_375 + '"}',
}


@promise("attributes_verbatim")
@pytest.mark.parametrize("text", ATTRIBUTE_TEXTS.values(), ids=ATTRIBUTE_TEXTS)
def test_attributes_come_back_to_the_letter(users: UsersUnderTest, text: str) -> None:
    """On create, fetch, update and list the text is what was sent."""
    user = users.create(users.identity(), attributes=text)
    assert user.attributes == text
    assert users.fetch(user.sid).attributes == text
    assert users.update(user.sid, attributes=text).attributes == text
    assert [u.attributes for u in users.walk(page_size=50) if u.sid == user.sid] == [text]


@promise("attribute_escapes")
def test_attributes_may_hold_escapes(users: UsersUnderTest) -> None:
    r"""`\/` and `\u00e9` are JSON, whatever Twilio did in 2020-2021."""
    text = r'{"path": "a\/b", "name": "\u00e9"}'
    assert users.create(users.identity(), attributes=text).attributes == text


# Update


@promise("update_answers_200", "sid_or_identity", "update_keeps_the_rest")
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
    for name in (user.sid, user.identity):
        updated = users.update(name, **{field: value})
        assert users.journal.last.status == 200
        assert without_date(updated) == {**without_date(user), field: value}
    assert users.fetch(user.sid) == updated


@promise("update_keeps_the_rest", "update_answers_200")
def test_update_changes_the_role_and_nothing_else(users: UsersUnderTest, role: str) -> None:
    """A role of the service takes the place of the default one."""
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    updated = users.update(user.sid, role_sid=role)
    assert without_date(updated) == {**without_date(user), "role_sid": role}
    assert users.fetch(user.sid) == updated


def without_date(user: User) -> dict[str, Any]:
    """The user as JSON without the date that moves."""
    return {name: value for name, value in user.to_dict().items() if name != "date_updated"}


@promise("update_moves_date")
def test_update_moves_date_updated(users: UsersUnderTest, twilio_users: Any) -> None:
    """A second later date_updated is later, for good; date_created stays."""
    user = users.create(users.identity())
    twilio_users.wait(2)
    updated = users.update(user.sid, friendly_name="Ada")
    assert updated.date_updated > user.date_updated
    assert updated.date_created == user.date_created
    assert users.fetch(user.sid) == updated


@promise("update_nothing")
def test_update_without_a_parameter_changes_nothing(
    users: UsersUnderTest, twilio_users: Any
) -> None:
    """It answers 200 and the user as it was, dates included."""
    user = users.create(users.identity(), friendly_name="Ada")
    twilio_users.wait(2)
    assert users.update(user.sid) == user
    assert users.fetch(user.sid) == user


@promise("update_empty_name")
def test_an_empty_friendly_name_is_stored(users: UsersUnderTest) -> None:
    """The empty text is a name, and no null."""
    user = users.create(users.identity(), friendly_name="Ada")
    assert users.update(user.sid, friendly_name="").friendly_name == ""
    assert users.fetch(user.sid).friendly_name == ""


# Delete


@promise("delete_answers_204", "sid_or_identity")
@pytest.mark.parametrize("by", ["sid", "identity"])
def test_a_deleted_user_is_gone(users: UsersUnderTest, by: str) -> None:
    """Delete answers 204 and no body; no path finds the user any more, others stay."""
    ada, grace = users.create(users.identity("ada")), users.create(users.identity("grace"))
    users.delete(getattr(ada, by))
    assert users.journal.last.response is not None
    assert (users.journal.last.status, users.journal.last.response.body) == (204, b"")
    for name in (ada.sid, ada.identity):
        users.refuse(refusals.NOT_FOUND, refusal_of(users.fetch, name))
        users.refuse(refusals.NOT_FOUND, refusal_of(users.update, name, friendly_name="Ada"))
    assert ada.sid not in [user.sid for user in users.walk(page_size=50)]
    assert users.fetch(grace.sid) == grace


@promise("second_delete", "not_found")
def test_a_second_delete_finds_nothing(users: UsersUnderTest) -> None:
    """Deleting is told apart from having deleted."""
    user = users.create(users.identity())
    users.delete(user.sid)
    users.refuse(refusals.NOT_FOUND, refusal_of(users.delete, user.sid))


# List

NAMES = ("ada", "grace", "mary", "joan", "radia")


@pytest.fixture
def five(users: UsersUnderTest) -> list[User]:
    """Five users, in order of creation."""
    return [users.create(users.identity(name), friendly_name=name) for name in NAMES]


@promise("list_answers_200")
def test_a_list_shows_users_as_fetch_does(users: UsersUnderTest, five: list[User]) -> None:
    """A list answers 200; each user is there with all its fields."""
    users.page()
    assert users.journal.last.status == 200
    listed = {user.sid: user for user in users.walk(page_size=50)}
    assert [listed[user.sid] for user in five] == five


@promise("reachability_not_listed")
@pytest.mark.usefixtures("five")
def test_a_list_does_not_tell_who_is_online(users: UsersUnderTest) -> None:
    """Online and notifiable are null, and not absent."""
    for user in users.send("GET").json()["users"]:
        assert (user["is_online"], user["is_notifiable"]) == (None, None)


@alone
@promise("default_page_size")
def test_a_page_holds_50_users_by_default(users: UsersUnderTest) -> None:
    """Without PageSize the page holds 50 of 51 users and says so, as its link does."""
    for number in range(51):
        users.create(users.identity(f"{number}"))
    page = users.page()
    assert (len(page.users), page.meta.page_size) == (50, 50)
    assert "PageSize=50" in page.meta.url


@alone
@promise("page_link_nulls")
@pytest.mark.usefixtures("five")
def test_a_single_page_has_null_for_missing_links(users: UsersUnderTest) -> None:
    """The first and last page's missing links are null, not absent."""
    meta = users.send("GET", params={"PageSize": 50}).json()["meta"]
    assert set(meta) == set(META_FIELDS)
    assert (meta["previous_page_url"], meta["next_page_url"]) == (None, None)


@alone
@promise("pages_are_complete")
@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 50])
def test_the_pages_hold_every_user_once(
    users: UsersUnderTest, five: list[User], page_size: int
) -> None:
    """The pages are numbered, all but the last are full, and none repeats a user."""
    pages = users.pages(page_size=page_size)
    listed = [user.sid for page in pages for user in page.users]
    assert len(set(listed)) == len(listed)
    assert {user.sid for user in five} <= set(listed)
    walked = own(users, users.walk(page_size=page_size))
    assert walked == own(users, (user for page in pages for user in page.users))
    assert {len(page.users) for page in pages[:-1]} <= {page_size}
    assert {page.meta.page_size for page in pages} == {page_size}
    assert [page.meta.page for page in pages] == list(range(len(pages)))


@promise("list_order")
@pytest.mark.parametrize("page_size", [2, 50])
def test_a_list_is_in_order_of_creation(
    users: UsersUnderTest, five: list[User], page_size: int
) -> None:
    """The oldest user comes first, on a page and from page to page; a change moves nobody."""
    users.update(five[1].sid, friendly_name="Rear Admiral Grace")
    listed = own(users, users.walk(page_size=page_size))
    assert [user.sid for user in listed] == [user.sid for user in five]


@alone
@promise("pages_are_complete")
def test_walking_pages_survives_changes(users: UsersUnderTest, five: list[User]) -> None:
    """Users that stay are seen once, although others come and go between the pages."""
    first = users.page(page_size=2)
    seen = [user.sid for user in first.users]
    unseen = [user.sid for user in five if user.sid not in seen]
    for sid in (*[user.sid for user in own(users, first.users)[:1]], unseen.pop()):
        users.delete(sid)
    users.create(users.identity("katherine"))
    rest = users.page(page_size=50, page=1, page_token=first.meta.next_page_token)
    listed = [user.sid for user in rest.users]
    assert set(unseen) <= set(listed)
    assert not set(seen) & set(listed)


@alone
@promise("page_links")
@pytest.mark.usefixtures("five")
def test_page_links_are_written_as_twilio_writes_them(users: UsersUnderTest) -> None:
    """PageSize, Page, PageToken in this order; the first page's link has no token."""
    base = f"{users.client.origin}{users.path}?PageSize=2&Page="
    for number, page in enumerate(users.pages(page_size=2)):
        meta = page.meta
        assert meta.first_page_url == f"{base}0"
        links = (meta.previous_page_url, meta.url, meta.next_page_url)
        for leads_to, link in enumerate(links, start=number - 1):
            written = re.escape(f"{base}{leads_to}") + "(&PageToken=[^&]+)?"
            assert link is None or re.fullmatch(written, link)


@alone
@promise("page_url_token")
@pytest.mark.usefixtures("five")
def test_a_page_links_to_itself_as_the_page_before_did(users: UsersUnderTest) -> None:
    """A later page's url carries the token that led to it; the first has none."""
    metas = [page.meta for page in users.pages(page_size=2)]
    assert [meta.url for meta in metas] == [
        metas[0].first_page_url,
        *(meta.next_page_url for meta in metas[:-1]),
    ]


@promise("token_form")
@pytest.mark.usefixtures("five")
def test_a_page_token_begins_with_pt(users: UsersUnderTest) -> None:
    """Tokens forth and back do; what follows is Twilio's own."""
    metas = [page.meta for page in users.pages(page_size=2)]
    tokens = [meta.next_page_token for meta in metas] + [meta.previous_page_token for meta in metas]
    assert any(tokens)
    assert all(token.startswith("P") for token in tokens if token is not None)


@alone
@promise("previous_page")
@pytest.mark.usefixtures("five")
def test_previous_page_url_leads_back(users: UsersUnderTest) -> None:
    """From the last page back to the first, by tokens that are not the pages' own."""
    pages = users.pages(page_size=2)
    assert pages[-1].meta.previous_page_token not in (None, pages[-2].meta.next_page_token)
    back = [pages[-1]]
    for number in reversed(range(len(pages) - 1)):
        token = back[-1].meta.previous_page_token
        back.append(users.page(page_size=2, page=number, page_token=token))
    there, and_back = (
        own(users, (user for page in walked for user in page.users))
        for walked in (pages, reversed(back))
    )
    assert and_back == there
    assert back[-1].meta.previous_page_url is None
    assert back[-1].meta.next_page_url is not None


@alone
@promise("page_echoed")
@pytest.mark.usefixtures("five")
def test_page_without_a_token_selects_nothing(users: UsersUnderTest) -> None:
    """The first users come, and the number is told back."""
    page = users.page(page_size=2, page=7)
    assert page.users == users.page(page_size=2).users
    assert page.meta.page == 7


@alone
@promise("last_page_full")
@pytest.mark.usefixtures("five")
def test_a_full_last_page_has_no_next_one(users: UsersUnderTest) -> None:
    """With exactly as many users as the page holds nothing follows."""
    everyone = users.walk(page_size=50)
    page = users.page(page_size=len(everyone))
    assert list(page.users) == everyone
    assert page.meta.next_page_url is None


@raw
@promise("max_page_size")
def test_a_large_page_size_is_cut(users: UsersUnderTest) -> None:
    """More than 1000 is no refusal: the page says what it holds."""
    assert users.page(page_size=100_000).meta.page_size == 1000


@pytest.mark.twilio_users(modes=("stub",))  # elsewhere a service has users of others
@promise("list_answers_200")
def test_an_empty_list_is_a_page(others: UsersUnderTest) -> None:
    """A service without users answers 200, a page and no users."""
    page = others.page()
    assert page.users == ()
    assert page.meta.next_page_url is None


# Refusals


@promise("identity_taken")
def test_an_identity_is_taken_once(users: UsersUnderTest) -> None:
    """The second create is refused, and the first user stays as it was."""
    user = users.create(users.identity(), friendly_name="Ada")
    users.refuse(
        refusals.IDENTITY_TAKEN, refusal_of(users.create, user.identity, friendly_name="Eve")
    )
    assert users.fetch(user.identity) == user


@raw
@promise("identity_missing")
@pytest.mark.parametrize("form", [{}, {"FriendlyName": "Ada"}], ids=["empty", "other parameters"])
def test_create_needs_an_identity(users: UsersUnderTest, form: dict[str, str]) -> None:
    """A create without Identity is refused."""
    users.refuse(refusals.IDENTITY_MISSING, users.send("POST", data=form))


@raw
@promise("json_body_unread")
def test_a_json_body_is_not_read(users: UsersUnderTest) -> None:
    """What it says is not heard, so that Identity is missing."""
    response = users.send("POST", json={"Identity": users.identity()})
    users.refuse(refusals.IDENTITY_MISSING, response)


REFUSED_INPUT = {
    "identity_empty": ("identity", ""),
    "identity_too_long": ("identity", "a" * 257),
    "identity_like_sid": ("identity", "US" + "0aF" * 10 + "00"),
    "identity_reserved": ("identity", "system"),
    "friendly_name_too_long": ("friendly_name", "a" * 257),
    "attributes_not_json": ("attributes", "{duty: tech}"),
    "attributes_no_object": ("attributes", "[1]"),
    "attributes_too_long": ("attributes", '{"a": "' + "x" * 16_376 + '"}'),
    "role_sid_malformed": ("role_sid", "admin"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=promise(name)) for name in REFUSED_INPUT]
)
def test_create_refuses_what_it_cannot_store(users: UsersUnderTest, name: str) -> None:
    """The refusal names the reason, and no user comes of it."""
    argument, value = REFUSED_INPUT[name]
    user_input = {"identity": users.identity(), argument: value}
    users.refuse(refusals.REFUSALS[name], refusal_of(users.create, **user_input))
    assert own(users, users.walk(page_size=50)) == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=promise(name))
        for name, (argument, _) in REFUSED_INPUT.items()
        if argument != "identity"
    ],
)
def test_update_refuses_what_it_cannot_store(users: UsersUnderTest, name: str) -> None:
    """The refusal names the reason, and the user stays as it was, right parameters included."""
    argument, value = REFUSED_INPUT[name]
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    user_input = {"friendly_name": "Eve", "attributes": "{}", argument: value}
    users.refuse(refusals.REFUSALS[name], refusal_of(users.update, user.sid, **user_input))
    assert users.fetch(user.sid) == user


@promise("friendly_name_too_long")
@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_friendly_name_has_up_to_256_characters(users: UsersUnderTest, letter: str) -> None:
    """The longest is kept whole; characters are counted, not bytes."""
    longest = letter * 256
    assert users.create(users.identity(), friendly_name=longest).friendly_name == longest


NOT_JSON = ("", "null,", "{'a': 1}", '{"a": NaN}', '{"a": 1,}', '{"a"', "{" * 5_000)


@promise("attributes_not_json")
@pytest.mark.parametrize("text", NOT_JSON, ids=range(len(NOT_JSON)))
def test_attributes_must_be_json(users: UsersUnderTest, text: str) -> None:
    """What is nearly JSON is none."""
    refused = refusal_of(users.create, users.identity(), attributes=text)
    users.refuse(refusals.ATTRIBUTES_NOT_JSON, refused)


@promise("attributes_no_object")
@pytest.mark.parametrize("text", ["[]", '"a"', "1", "true", "null"])
def test_attributes_must_be_an_object(users: UsersUnderTest, text: str) -> None:
    """JSON that is no object is refused alike."""
    refused = refusal_of(users.create, users.identity(), attributes=text)
    users.refuse(refusals.ATTRIBUTES_NO_OBJECT, refused)


@promise("attributes_too_long")
def test_attributes_are_measured_in_bytes(users: UsersUnderTest) -> None:
    """16 KB are bytes of UTF-8, not characters."""
    text = '{"a": "' + "é" * 8_200 + '"}'
    refused = refusal_of(users.create, users.identity(), attributes=text)
    users.refuse(refusals.ATTRIBUTES_TOO_LONG, refused)


@pytest.mark.twilio_users(role_sids=[SOME_ROLE])
@promise("role_unknown")
def test_a_role_that_nobody_made_is_refused(users: UsersUnderTest) -> None:
    """On create and on update."""
    user = users.create(users.identity("ada"))
    users.refuse(
        refusals.ROLE_UNKNOWN,
        refusal_of(users.create, users.identity("grace"), role_sid=UNKNOWN_ROLE),
    )
    users.refuse(refusals.ROLE_UNKNOWN, refusal_of(users.update, user.sid, role_sid=UNKNOWN_ROLE))


@promise("not_found")
def test_an_unknown_user_is_not_found(users: UsersUnderTest) -> None:
    """Fetch, update and delete of nobody answer 404 and name the path."""
    for name in (UNKNOWN_USER, users.identity("nobody"), users.identity("a/b")):
        for response in (
            refusal_of(users.fetch, name),
            refusal_of(users.update, name, friendly_name="Ada"),
            refusal_of(users.delete, name),
        ):
            users.refuse(refusals.NOT_FOUND, response)


@pytest.mark.twilio_users(service_sids=[UNKNOWN_SERVICE[:-1] + "0"])
@promise("not_found")
def test_an_unknown_service_is_not_found(users_of: UsersOf) -> None:
    """Not even its list is."""
    users = users_of(UNKNOWN_SERVICE)
    users.refuse(refusals.NOT_FOUND, refusal_of(users.page))
    users.refuse(refusals.NOT_FOUND, refusal_of(users.create, users.identity()))


@raw
@promise("path_case")
def test_paths_are_case_sensitive(users: UsersUnderTest) -> None:
    """/users is no /Users."""
    path = users.path.replace("/Users", "/users")
    response = users.send("GET", url=f"{users.client.origin}{path}")
    users.refuse(refusals.NOT_FOUND, response)


@alone
@raw
@promise("trailing_slash")
def test_a_trailing_slash_is_accepted(users: UsersUnderTest) -> None:
    """List, create and fetch answer as without it."""
    created = users.send("POST", "/", data={"Identity": users.identity()})
    assert created.status_code == 201
    fetched = users.send("GET", f"/{created.json()['sid']}/")
    assert fetched.json()["sid"] == created.json()["sid"]
    assert users.send("GET", "/").json() == users.send("GET").json()


@raw
@promise("method_not_allowed")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_other_methods_are_refused(users: UsersUnderTest, method: str) -> None:
    """The refusal names path and method."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send(method, "/ada"))


@pytest.mark.twilio_users(strict=False, modes=("stub",))  # nobody wants to find out live
@promise("method_not_allowed")
def test_a_list_is_not_deleted(users: UsersUnderTest) -> None:
    """DELETE is for one user."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send("DELETE"))


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


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        pytest.param(name, value, refusal, marks=promise(refusal.name))
        for name, value, refusal in (
            ("PageSize", "0", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "-1", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "ten", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "1.5", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "", refusals.PAGE_SIZE_MALFORMED),
            ("Page", "-1", refusals.PAGE_MALFORMED),
            ("Page", "one", refusals.PAGE_MALFORMED),
        )
    ],
)
def test_pages_are_counted_in_whole_numbers(
    users: UsersUnderTest, name: str, value: str, refusal: Refusal
) -> None:
    """A page of no size, or of no number, is refused."""
    users.refuse(refusal, users.send("GET", params={name: value}))


@promise("page_token_unknown")
@pytest.mark.usefixtures("five")
def test_a_made_up_page_token_is_refused(users: UsersUnderTest) -> None:
    """A token is issued, not made up; not even one letter of it."""
    token = users.page(page_size=2).meta.next_page_token or ""
    altered = token[:-1] + ("0" if token[-1] != "0" else "1")
    for made_up in ("PTnobody", altered):
        response = refusal_of(users.page, page_size=2, page_token=made_up)
        users.refuse(refusals.PAGE_TOKEN_UNKNOWN, response)


# Who may ask


@promise("no_credentials", "basic_auth")
def test_a_request_without_credentials_is_refused(users: UsersUnderTest) -> None:
    """Nobody in particular sees no users."""
    users.refuse(refusals.NO_CREDENTIALS, users.send("GET", credentials=("", "")))


@pytest.mark.twilio_users(credentials="exact")
@promise("username_invalid")
def test_a_user_name_is_an_account_or_key_sid(users: UsersUnderTest) -> None:
    """Any other name is refused before its password counts."""
    users.refuse(refusals.USERNAME_INVALID, users.send("GET", credentials=("ada", "secret")))


@pytest.mark.twilio_users(credentials="exact")
@promise("token_wrong", "basic_auth")
def test_a_wrong_token_is_refused(users: UsersUnderTest) -> None:
    """The right account with a wrong token gets nothing; with the right one, users."""
    username, token = users.credentials
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    users.refuse(refusals.TOKEN_WRONG, users.send("GET", credentials=(username, wrong)))
    assert users.send("GET").status_code == 200


# Messages


@raw
@promise("unknown_ignored")
def test_unknown_parameters_are_ignored(users: UsersUnderTest) -> None:
    """In the form and in the query; an update has no Identity to change."""
    created = users.send("POST", data={"Identity": users.identity(), "Colour": "blue"})
    assert created.status_code == 201
    assert "blue" not in created.text
    form = {"Identity": users.identity("eve"), "FriendlyName": "Ada"}
    updated = users.send("POST", f"/{users.identity()}", data=form).json()
    assert (updated["identity"], updated["friendly_name"]) == (users.identity(), "Ada")
    assert users.send("GET", params={"Colour": "blue"}).status_code == 200


@raw
@promise("last_parameter_wins")
def test_the_last_of_repeated_parameters_counts(users: UsersUnderTest) -> None:
    """A parameter that is sent twice has its last value."""
    response = users.send(
        "POST", data={"Identity": users.identity(), "FriendlyName": ["Ada", "Countess"]}
    )
    assert response.json()["friendly_name"] == "Countess"


@promise("refusal_body")
def test_a_refusal_has_its_four_keys_in_order(users: UsersUnderTest) -> None:
    """code, message, more_info, status, and nothing besides; spaced as Python does."""
    response = refusal_of(users.fetch, users.identity("nobody"))
    users.refuse(refusals.NOT_FOUND, response)
    assert list(response.json()) == ["code", "message", "more_info", "status"]
    assert response.text == json.dumps(response.json())


@pytest.fixture
def answers(users: UsersUnderTest) -> list[httpx.Response]:
    """A user, a refusal, and the answer to a delete."""
    created = users.send("POST", data={"Identity": users.identity()})
    path = f"/{users.identity()}"
    return [created, users.send("PATCH", path), users.send("DELETE", path)]


@raw
@promise("json_content_type")
def test_answers_are_json_in_utf_8(answers: list[httpx.Response]) -> None:
    """Users and refusals alike; where there is no body there is no type."""
    assert [answer.headers.get("content-type") for answer in answers] == [
        "application/json; charset=utf-8",
        "application/json; charset=utf-8",
        None,
    ]


@raw
@promise("request_id")
def test_each_answer_has_a_request_id_of_its_own(answers: list[httpx.Response]) -> None:
    """RQ and 32 hex digits, with or without a body, refused or not."""
    request_ids = [answer.headers["twilio-request-id"] for answer in answers]
    assert all(SidKind.REQUEST.matches(request_id) for request_id in request_ids)
    assert len(set(request_ids)) == len(answers)


@raw
@promise("no_retry_after")
def test_no_answer_says_when_to_come_again(answers: list[httpx.Response]) -> None:
    """No Retry-After and no rate headers, refused or not."""
    names = " ".join(name for answer in answers for name in answer.headers)
    assert not re.search("retry-after|rate-?limit", names)
