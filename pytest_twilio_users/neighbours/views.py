"""Lists of conversations that are read through participants."""

from collections.abc import Iterator, Mapping

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.neighbours.memory import Memory, Spot, StoredNeighbour


def view(memory: Memory, spot: Spot, query: Mapping[str, str]) -> Iterator[StoredNeighbour]:
    """What a list shows that has nothing of its own."""
    if spot.row.name == "user_conversations":
        return _conversations_of_user(memory, spot)
    return _conversations_of_participant(memory, spot, query)


def participant_of(memory: Memory, item: StoredNeighbour) -> StoredNeighbour:
    """Through whom an item of a user's conversations is read."""
    return next(each for each in memory.named("participants") if each.number == item.number)


def _conversations_of_user(memory: Memory, spot: Spot) -> Iterator[StoredNeighbour]:
    [user_sid] = spot.parents.values()
    user = memory.account.store.find(spot.service_sid, user_sid)
    for participant, conversation in _participants(memory, spot):
        if user is None or participant.fields["identity"] != user.identity:
            continue
        said, about = participant.fields, conversation.fields
        fields = {
            "conversation_sid": conversation.sid,
            "participant_sid": participant.sid,
            "unread_messages_count": None,
            "last_read_message_index": said["last_read_message_index"],
            "notification_level": said.get("notification_level", "default"),
            "friendly_name": about["friendly_name"],
            "unique_name": about["unique_name"],
            "attributes": about["attributes"],
            "conversation_state": about["state"],
            "timers": about["timers"],
            "created_by": "system",
            "date_created": about["date_created"],
            "date_updated": about["date_updated"],
        }
        yield _shown(spot, participant, conversation, fields)


def _conversations_of_participant(
    memory: Memory, spot: Spot, query: Mapping[str, str]
) -> Iterator[StoredNeighbour]:
    for participant, conversation in _participants(memory, spot):
        said, about = participant.fields, conversation.fields
        binding = said["messaging_binding"]
        address = binding.get("address") if isinstance(binding, dict) else None
        asked = (query.get("Identity", said["identity"]), query.get("Address", address))
        if asked != (said["identity"], address):
            continue
        identity = said["identity"] if isinstance(said["identity"], str) else ""
        user = memory.account.store.find(spot.service_sid, identity)
        fields = {
            "participant_sid": participant.sid,
            "participant_user_sid": user and user.sid,
            "participant_identity": said["identity"],
            "participant_messaging_binding": said["messaging_binding"],
            "conversation_sid": conversation.sid,
            "conversation_unique_name": about["unique_name"],
            "conversation_friendly_name": about["friendly_name"],
            "conversation_attributes": about["attributes"],
            "conversation_date_created": about["date_created"],
            "conversation_date_updated": about["date_updated"],
            "conversation_created_by": "system",
            "conversation_state": about["state"],
            "conversation_timers": about["timers"],
        }
        yield _shown(spot, participant, conversation, fields)


def _participants(memory: Memory, spot: Spot) -> Iterator[tuple[StoredNeighbour, StoredNeighbour]]:
    """The participants in conversations of the spot's service, each with its conversation."""
    conversations = {item.sid: item for item in memory.named("conversations")}
    for item in memory.named("participants"):
        if item.spot.service_sid == spot.service_sid:
            conversation = conversations.get(item.spot.parents["conversation_sid"])
            if conversation is not None:  # a wide fixture that made it may be over
                yield item, conversation


def _shown(
    spot: Spot, participant: StoredNeighbour, conversation: StoredNeighbour, fields: JsonObject
) -> StoredNeighbour:
    """The participant as an item of the list; it is found by its conversation."""
    return StoredNeighbour(
        number=participant.number,
        sid=conversation.sid,
        home=spot.home,
        name=conversation.name,
        spot=spot,
        fields=fields,
    )
