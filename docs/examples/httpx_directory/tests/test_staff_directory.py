"""Twilio's side is the kit's stub: the application is tested as it is, without a patch."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_twilio_users import strategies as twilio_st
from staff_directory import PAUSES, Directory

STAFF = {"ada@example.com": "Ada", "grace@example.com": "Grace"}

nobody_or_a_name = st.sampled_from([None, "Ada", "Grace"])
people = st.dictionaries(
    twilio_st.identities(), st.tuples(nobody_or_a_name, nobody_or_a_name), max_size=4
)


@pytest.fixture(scope="module")
def pauses():
    return []


@pytest.fixture(scope="module")
def directory(twilio_users, pauses):
    """One connection for the module; its credentials are those that the kit lends."""
    directory = Directory(pause=pauses.append)
    with directory.http:
        yield directory


@pytest.fixture(autouse=True)
def no_pauses_yet(pauses):
    pauses.clear()


def names(twilio_users):
    return {user.identity: user.friendly_name for user in twilio_users.users()}


def test_who_is_missing_is_created(twilio_users, directory):
    directory.sync(STAFF)
    assert names(twilio_users) == STAFF


def test_who_changed_is_renamed_and_who_left_is_deleted(twilio_users, directory):
    ada = twilio_users.add_user("ada@example.com", friendly_name="Miss Byron")
    mary = twilio_users.add_user("mary@example.com", friendly_name="Mary")
    since = twilio_users.checkpoint()

    directory.sync({"ada@example.com": "Ada"})

    assert since.created == []
    assert [user.sid for user in since.updated] == [ada.sid]
    assert [user.sid for user in since.deleted] == [mary.sid]


def test_nothing_is_written_where_nothing_changed(twilio_users, directory):
    directory.sync(STAFF)
    directory.sync(STAFF)
    assert twilio_users.journal.tally() == {"list_user": 2, "create_user": 2}


@pytest.mark.twilio_users(max_page_size=2)
def test_no_page_is_left_out(twilio_users, directory):
    for _ in range(5):
        twilio_users.add_user()

    directory.sync({})

    assert twilio_users.users() == []
    assert twilio_users.journal.count("list_user") == 3


@given(people=people)
def test_twilio_has_the_staff_whoever_was_there_before(twilio_users, directory, people):
    for identity, (before, _) in people.items():
        if before:
            twilio_users.add_user(identity, friendly_name=before)
    staff = {identity: after for identity, (_, after) in people.items() if after}

    directory.sync(staff)

    assert names(twilio_users) == staff


@pytest.mark.parametrize("identity", ["ada@example.com", "ada/lovelace", "ada?", ".."])
def test_who_was_created_meanwhile_is_renamed(twilio_users, directory, identity):
    def somebody_is_faster(request):
        twilio_users.add_user(identity, friendly_name="Miss Byron")
        # None: the stub answers, and knows the user by now.

    twilio_users.routes["create_user"].mock(side_effect=somebody_is_faster)

    directory.sync({identity: "Ada"})

    assert [exchange.status for exchange in twilio_users.journal] == [200, 409, 200]
    assert names(twilio_users) == {identity: "Ada"}


def test_who_was_deleted_meanwhile_is_no_failure(twilio_users, twilio_user, directory):
    twilio_users.routes["delete_user"].refuse("not_found")
    directory.sync({})
    assert twilio_users.journal.operations == ["list_user", "delete_user"]


@pytest.mark.parametrize("operation", ["list_user", "create_user", "update_user", "delete_user"])
def test_too_many_requests_are_sent_again(twilio_users, directory, pauses, operation):
    twilio_users.add_user("ada@example.com", friendly_name="Miss Byron")
    twilio_users.add_user("mary@example.com")
    twilio_users.routes[operation].refuse("too_many_requests", times=len(PAUSES))

    directory.sync(STAFF)

    assert names(twilio_users) == STAFF
    assert pauses == list(PAUSES)


def test_twilio_is_not_asked_for_ever(twilio_users, directory):
    twilio_users.routes["list_user"].refuse("too_many_requests")

    with pytest.raises(httpx.HTTPStatusError, match="429"):
        directory.sync(STAFF)
    assert twilio_users.routes["list_user"].call_count == 1 + len(PAUSES)


@pytest.mark.parametrize("operation", ["list_user", "create_user", "update_user", "delete_user"])
def test_an_outage_is_told(twilio_users, directory, operation):
    twilio_users.add_user("ada@example.com", friendly_name="Miss Byron")
    twilio_users.add_user("mary@example.com")
    twilio_users.routes[operation].refuse("unavailable")

    with pytest.raises(httpx.HTTPStatusError, match="503"):
        directory.sync(STAFF)
    assert twilio_users.routes[operation].call_count == 1
