"""neighbours/views.py: lists of conversations that are read through participants."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.neighbours.arranging import arrange
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser

ORIGIN = "https://conversations.twilio.com"
OTHER_SERVICE = "IS" + "5" * 32


@pytest.fixture
def ada(account) -> StoredUser:
    """A user of the default service."""
    user = add_user(account, account.default_service_sid, identity="ada")
    assert isinstance(user, StoredUser)
    return user


@pytest.fixture
def joined(make, ada):
    """Two conversations of three, in which she takes part; the third is somebody's else."""
    sids = {name: make("POST", "/v1/Conversations", UniqueName=name)["sid"] for name in "abc"}
    for name in "ab":
        make("POST", f"/v1/Conversations/{name}/Participants", Identity="ada")
    make("POST", "/v1/Conversations/c/Participants", **{"MessagingBinding.Address": "+1555"})
    make("POST", f"/v1/Services/{OTHER_SERVICE}/Conversations", UniqueName="a")
    make("POST", f"/v1/Services/{OTHER_SERVICE}/Conversations/a/Participants", Identity="ada")
    return sids


@pytest.mark.parametrize("by", ["sid", "identity"])
def test_a_users_conversations_are_those_that_the_identity_takes_part_in(make, joined, ada, by):
    """Asked for by SID or by identity; of another service, none."""
    page = make("GET", f"/v1/Users/{getattr(ada, by)}/Conversations")

    first = page["conversations"][0]
    url = f"{ORIGIN}/v1/Conversations/{joined['a']}"
    assert [each["conversation_sid"] for each in page["conversations"]] == [
        joined["a"],
        joined["b"],
    ]
    assert page["meta"]["key"] == "conversations"
    assert first == {
        "account_sid": first["account_sid"],
        "chat_service_sid": ada.service_sid,
        "user_sid": ada.sid,
        "conversation_sid": joined["a"],
        "participant_sid": first["participant_sid"],
        "unread_messages_count": None,
        "last_read_message_index": None,
        "notification_level": "default",
        "friendly_name": None,
        "unique_name": "a",
        "attributes": "{}",
        "conversation_state": "active",
        "timers": {},
        "created_by": "system",
        "date_created": first["date_created"],
        "date_updated": first["date_updated"],
        "url": f"{ORIGIN}/v1/Users/{ada.sid}/Conversations/{joined['a']}",
        "links": {
            "participant": f"{url}/Participants/{first['participant_sid']}",
            "conversation": url,
        },
    }


def test_an_identity_that_is_no_text_is_nobodys(make):
    """A form can make one of it, and nothing checks what is sent."""
    make("POST", "/v1/Conversations", UniqueName="lobby")
    make("POST", "/v1/Conversations/lobby/Participants", **{"Identity.a": "ada"})

    [listed] = make("GET", "/v1/ParticipantConversations")["conversations"]
    assert (listed["participant_identity"], listed["participant_user_sid"]) == ({"a": "ada"}, None)


@pytest.mark.parametrize("by", ["sid", "name"])
def test_one_of_them_is_the_participant(make, tell, joined, by):
    """Found by the conversation; changed or deleted, it is the participant that is."""
    path = f"/v1/Users/ada/Conversations/{joined['a'] if by == 'sid' else 'a'}"

    changed = make("POST", path, NotificationLevel="muted", LastReadMessageIndex="7")

    assert (changed["notification_level"], changed["last_read_message_index"]) == ("muted", 7)
    assert make("GET", path) == changed
    participant = make("GET", "/v1/Conversations/a/Participants/ada")
    assert participant["last_read_message_index"] == 7
    assert tell("DELETE", path) == (204, None)
    assert tell("GET", "/v1/Conversations/a/Participants/ada")[0] == 404
    assert tell("GET", path)[0] == 404


def test_it_is_the_participant_there_whoever_else_has_its_sid(make, joined, memory):
    """As authors may give one twice."""
    sid = "MB" + "1" * 32
    for name, identity in (("b", "grace"), ("c", "ada")):
        said = {"conversation_sid": name, "identity": identity, "sid": sid}
        arrange(memory, memory.row("participants"), said)

    make("POST", "/v1/Users/ada/Conversations/c", LastReadMessageIndex="7")

    read = [each.fields["last_read_message_index"] for each in memory.named("participants")]
    assert read == [None, None, None, None, None, 7]


def test_who_becomes_somebody_else_is_there_no_more(make, tell, joined):
    """Unless the other takes part, too, which is refused."""
    make("POST", "/v1/Conversations/a/Participants", Identity="bob")

    assert tell("POST", "/v1/Users/ada/Conversations/a", Identity="bob")[1]["code"] == 50433
    assert tell("POST", "/v1/Users/ada/Conversations/a", Identity="eve")[0] == 404
    make("GET", "/v1/Conversations/a/Participants/eve")


def test_nobody_joins_there(tell, ada):
    """A participant is made in its conversation."""
    assert tell("POST", "/v1/Users/ada/Conversations", ConversationSid="CH1")[0] == 405


def test_they_are_paged(make, joined):
    """By links, as any list."""
    page = make("GET", "/v1/Users/ada/Conversations?PageSize=1")
    rest = make("GET", page["meta"]["next_page_url"].removeprefix(ORIGIN))

    assert [each["unique_name"] for each in (*page["conversations"], *rest["conversations"])] == [
        "a",
        "b",
    ]
    assert rest["meta"]["next_page_url"] is None


def test_nobody_has_conversations_who_is_no_user(tell, joined):
    """Though the identity may take part: a participant need not be a user."""
    assert tell("GET", "/v1/Users/grace/Conversations")[0] == refusals.NOT_FOUND.status


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Identity=ada", ["a", "b"]),
        ("Address=%2B1555", ["c"]),
        ("Identity=grace", []),
        ("", ["a", "b", "c"]),
    ],
)
def test_a_participants_conversations_are_found_by_identity_or_address(make, joined, query, names):
    """The links of the page keep asking for it."""
    page = make("GET", f"/v1/ParticipantConversations?{query}".rstrip("?"))

    found = page["conversations"]
    assert [each["conversation_unique_name"] for each in found] == names
    kept = f"{query}&" if query else ""
    assert page["meta"]["url"] == f"{ORIGIN}/v1/ParticipantConversations?{kept}PageSize=50&Page=0"
    assert all("url" not in each for each in found)


def test_a_participants_conversation_tells_of_the_user(make, joined, ada):
    """If there is one of that identity."""
    first = make("GET", "/v1/ParticipantConversations?Identity=ada")["conversations"][0]

    assert first == {
        "account_sid": first["account_sid"],
        "chat_service_sid": ada.service_sid,
        "participant_sid": first["participant_sid"],
        "participant_user_sid": ada.sid,
        "participant_identity": "ada",
        "participant_messaging_binding": None,
        "conversation_sid": joined["a"],
        "conversation_unique_name": "a",
        "conversation_friendly_name": None,
        "conversation_attributes": "{}",
        "conversation_date_created": first["conversation_date_created"],
        "conversation_date_updated": first["conversation_date_updated"],
        "conversation_created_by": "system",
        "conversation_state": "active",
        "conversation_timers": {},
        "links": first["links"],
    }


def test_a_participant_of_a_conversation_that_is_gone_is_nowhere(make, joined, memory):
    """A fixture's that outlives the test which made the conversation, say."""
    lobby = next(item for item in memory.named("conversations") if item.name == "a")
    memory.shelf.change(lobby, None)

    [own] = make("GET", "/v1/Users/ada/Conversations")["conversations"]
    assert own["unique_name"] == "b"
