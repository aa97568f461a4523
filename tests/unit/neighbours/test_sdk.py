"""Twilio's own SDK reads what neighbours answer: its objects, with dates, links and contexts."""

import asyncio
from datetime import datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from versions import since

pytestmark = [
    pytest.mark.twilio_users(neighbours=True),
    # The SDK's own.
    pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]

BY = pytest.mark.parametrize("by", ["sync", pytest.param("async", marks=since("twilio", "8.0"))])


@pytest.fixture
def conversations(twilio_users, by):
    """The SDK's Conversations, of a client of either kind."""
    client = twilio_users.sdk if by == "sync" else twilio_users.async_sdk
    return client.conversations.v1


@pytest.fixture
def call(by):
    """Calls a method of the SDK, or its async twin at once."""

    def call(owner, name, **given):
        if by == "sync":
            return getattr(owner, name)(**given)
        return asyncio.run(getattr(owner, f"{name}_async")(**given))

    return call


@BY
def test_roles_are_listed_and_fetched(conversations, call, twilio_users):
    """The one that users get is among them."""
    roles = call(conversations.roles, "list")
    user = twilio_users.add_user("ada")

    [role] = [role for role in roles if role.sid == user.role_sid]
    assert (role.friendly_name, role.type, role.permissions) == ("service user", "service", [])
    assert call(role, "fetch").date_created == role.date_created
    made = call(
        conversations.roles, "create", friendly_name="mute", type="conversation", permission=["a"]
    )
    assert call(made, "update", permission=["b", "c"]).permissions == ["b", "c"]


@BY
def test_a_conversation_is_created_once(conversations, call):
    """Its dates are dates; the second of the name is refused as Twilio's error."""
    lobby = call(conversations.conversations, "create", unique_name="lobby")

    assert (lobby.unique_name, lobby.state) == ("lobby", "active")
    assert isinstance(lobby.date_created, datetime)
    assert lobby.date_created.utcoffset() == timedelta()
    assert lobby.links["participants"] == f"{lobby.url}/Participants"
    with pytest.raises(TwilioRestException) as refused:
        call(conversations.conversations, "create", unique_name="lobby")
    assert (refused.value.status, refused.value.code) == (409, 50353)
    [listed] = call(conversations.conversations, "list")
    assert call(listed, "fetch").sid == call(conversations.conversations("lobby"), "fetch").sid


@BY
def test_a_participant_joins_and_talks(conversations, call, twilio_users):
    """And has the conversation among its user's own."""
    user = twilio_users.add_user("ada")
    lobby = call(conversations.conversations, "create", unique_name="lobby")
    participant = call(lobby.participants, "create", identity="ada")
    message = call(lobby.messages, "create", author="ada", body="hi", attributes='{"a": 1}')

    assert call(participant, "fetch").conversation_sid == lobby.sid
    assert (message.index, message.author, message.body) == (0, "ada", "hi")
    assert [each.sid for each in call(lobby.messages, "list", limit=1)] == [message.sid]
    [own] = call(conversations.users(user.sid).user_conversations, "list")
    assert (own.conversation_sid, own.participant_sid) == (lobby.sid, participant.sid)
    assert call(own, "update", notification_level="muted").notification_level == "muted"
    assert call(own, "delete") is True
    assert call(lobby.participants, "list") == []


@BY
def test_a_users_conversations_are_read_page_by_page(conversations, call, twilio_users):
    """By the links of each page, which is about no other user."""
    twilio_users.add_user("ada")
    for name in "abc":
        twilio_users.neighbours.add("conversations", unique_name=name)
        twilio_users.neighbours.add("participants", conversation_sid=name, identity="ada")

    own = call(conversations.users("ada").user_conversations, "list", page_size=2)

    assert [each.unique_name for each in own] == ["a", "b", "c"]


@BY
@pytest.mark.twilio_users(strict=False)  # which would fail it at its end
def test_dots_lead_to_no_other_conversations(conversations, call, twilio_users):
    """Those of `..` would be everybody's."""
    twilio_users.add_user("..")
    twilio_users.neighbours.add("conversations", unique_name="secret")

    with pytest.raises(TwilioException, match="404"):
        call(conversations.users("..").user_conversations, "list")
    [violation] = twilio_users.journal.last.violations
    assert (
        violation.allowed == "'..' was asked for; no encoding preserves it, so use the user's SID"
    )


@BY
def test_the_configuration_is_updated(conversations, call, twilio_users):
    """Of the account, and of a service."""
    configuration = call(conversations.configuration(), "update", default_closed_timer="PT10M")
    of_service = conversations.services(twilio_users.service_sid).configuration()

    assert configuration.default_closed_timer == "PT10M"
    assert configuration.default_chat_service_sid == twilio_users.default_service_sid
    assert call(of_service, "update", reachability_enabled=True).reachability_enabled is True


@since("twilio", "9.0")
@BY
def test_the_webhooks_of_a_configuration_are_updated(conversations, call, twilio_users):
    """By a list of a name."""
    hooks = conversations.services(twilio_users.service_sid).configuration.webhooks()
    hooks = call(hooks, "update", filters=["onUserAdded", "onUserUpdated"])
    assert hooks.filters == ["onUserAdded", "onUserUpdated"]


@BY
def test_a_thousand_conversations_are_streamed(conversations, call, twilio_users):
    """By pages, by the links of each."""
    made = [twilio_users.neighbours.add("conversations")["sid"] for _ in range(1_000)]

    assert [each.sid for each in call(conversations.conversations, "list", page_size=300)] == made
    assert len(twilio_users.journal) == 4
