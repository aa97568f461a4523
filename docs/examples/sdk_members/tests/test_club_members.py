"""Clients that the application makes itself reach the kit's stub, sync and async."""

import asyncio

import httpx
import pytest
import requests
from club_members import Club, greet
from pytest_twilio_users import ContractViolated
from twilio.base.exceptions import TwilioRestException

# Not the kit's: the SDK's async client logs in by what aiohttp is going to drop.
old_login = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning",
    "ignore:The 'auth' parameter is deprecated:DeprecationWarning",
)
AWKWARD = ["ada@example.com", "a/b", "a?b", "a#b", "a b", "100%", "ädä@example.com"]


@pytest.fixture
def club(twilio_users):
    """On a client of its own, with the credentials that the kit lends to the environment."""
    return Club()


def test_who_joins_is_known(club):
    club.join("ada@example.com", "Ada", born=1815, town="Zürich")
    assert club.known_of("ada@example.com") == {"born": 1815, "town": "Zürich"}


def test_who_joins_twice_stays_as_they_are(twilio_users, club):
    ada = twilio_users.add_user("ada@example.com", attributes={"born": 1815})

    assert club.join("ada@example.com", "Countess") == ada.sid
    assert twilio_users.users() == [ada]
    assert twilio_users.journal.operations == ["create_user", "fetch_user"]


def test_who_left_is_unknown(twilio_users, club):
    club.join("ada@example.com", "Ada")
    assert club.known_of("ada@example.com") == {}

    club.leave("ada@example.com")
    club.leave("ada@example.com")

    assert club.known_of("ada@example.com") is None
    assert twilio_users.users() == []


@pytest.mark.parametrize("email", AWKWARD)
def test_each_address_is_one_member(twilio_users, club, email):
    twilio_users.add_user("a")  # whom `a/b`, `a?b` and `a#b` would hit
    club.join(email, "Ada", born=1815)

    assert club.known_of(email) == {"born": 1815}
    club.leave(email)
    assert [user.identity for user in twilio_users.users()] == ["a"]


def test_the_sdk_alone_hits_somebody_else(twilio_users, club):
    """Why `member` encodes. Without `verify` the test would fail so at its end."""
    twilio_users.add_user("a")
    twilio_users.add_user("a?b")

    assert club.users("a?b").fetch().identity == "a"
    with pytest.raises(ContractViolated, match="which names 'a'; 'a\\?b' was asked for"):
        twilio_users.verify()


@pytest.mark.twilio_users(max_page_size=2)
def test_pages_are_asked_for_when_needed(twilio_users, club):
    for name in ("Ada", "Grace", "Mary", "Joan", "Hedy"):
        twilio_users.add_user(friendly_name=name)

    names = club.names()

    assert [next(names), next(names), next(names)] == ["Ada", "Grace", "Mary"]
    assert twilio_users.journal.operations == ["list_user", "list_user"]
    assert list(names) == ["Joan", "Hedy"]


@pytest.mark.parametrize("refusal", ["too_many_requests", "unavailable", "token_wrong"])
@pytest.mark.parametrize("ask", [Club.known_of, Club.leave])
def test_a_refusal_is_no_stranger(twilio_users, club, ask, refusal):
    for operation in ("fetch_user", "delete_user"):
        twilio_users.routes[operation].refuse(refusal)

    with pytest.raises(TwilioRestException):
        ask(club, "ada@example.com")


def test_what_twilio_refuses_does_not_join(twilio_users, club):
    with pytest.raises(TwilioRestException) as refused:
        club.join("ada@example.com", "Ada", life="x" * 16_384)
    assert refused.value.code == 50303  # Attributes too long
    assert twilio_users.users() == []


def test_no_answer_is_told(twilio_users, club):
    twilio_users.routes["create_user"].mock(side_effect=httpx.ReadTimeout("late"))
    with pytest.raises(requests.ReadTimeout):
        club.join("ada@example.com", "Ada")


@old_login
def test_members_are_greeted_and_strangers_are_told(twilio_users):
    for email in AWKWARD:
        twilio_users.add_user(email, friendly_name="Ada")

    strangers = asyncio.run(greet([*AWKWARD, "bob@example.com"], "Dear"))

    assert strangers == ["bob@example.com"]
    assert {user.friendly_name for user in twilio_users.users()} == {"Dear Ada"}


@old_login
def test_a_refused_greeting_is_told(twilio_users):
    twilio_users.add_user("ada@example.com")
    twilio_users.routes["update_user"].refuse("too_many_changes")

    with pytest.raises(TwilioRestException, match="Actions per second limit exceeded"):
        asyncio.run(greet(["ada@example.com"], "Dear"))
