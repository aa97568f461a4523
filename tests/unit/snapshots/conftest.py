"""What snapshot tests show: a user in Twilio's JSON, and how a text of a snapshot is made."""

from typing import Any

import pytest

TWILIO = "https://conversations.twilio.com"
SID = "US" + 32 * "a"


@pytest.fixture
def ada() -> dict[str, Any]:
    """The JSON of a user of the default service."""
    return {
        "sid": SID,
        "account_sid": "AC" + 32 * "a",
        "chat_service_sid": "IS" + 32 * "d",
        "role_sid": "RL" + 32 * "b",
        "identity": "ada",
        "friendly_name": None,
        "attributes": '{"plan": "pro", "level": 3}',
        "is_online": None,
        "is_notifiable": True,
        "date_created": "2026-03-04T12:00:00Z",
        "date_updated": "2026-03-04T12:00:03Z",
        "url": f"{TWILIO}/v1/Users/{SID}",
        "links": {"user_conversations": f"{TWILIO}/v1/Users/{SID}/Conversations"},
    }


@pytest.fixture
def page(ada) -> dict[str, Any]:
    """The JSON of the second page of three."""

    def link(number: int, token: str = "") -> str:
        return f"{TWILIO}/v1/Users?PageSize=1&Page={number}{token}"

    return {
        "meta": {
            "page": 1,
            "page_size": 1,
            "first_page_url": link(0),
            "previous_page_url": link(0, "&PageToken=PTB1"),
            "url": link(1, "&PageToken=PTA1"),
            "next_page_url": link(2, "&PageToken=PTA2"),
            "key": "users",
        },
        "users": [ada],
    }
