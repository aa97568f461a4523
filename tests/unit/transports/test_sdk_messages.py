"""transports/sdk_messages.py: what both HTTP clients of the SDK have in common."""

import pytest

from pytest_twilio_users.transports.requests_messages import HeardHeaders
from pytest_twilio_users.transports.sdk_messages import asked_user

ORIGIN = "https://conversations.twilio.com"
US = "US" + "0" * 32


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/Users", None),
        ("/v1/Users?PageSize=50&PageToken=/v1/Users/x", None),
        (f"/v1/Users/{US}", US),
        ("/v1/Services/IS1/Users/ada@example.com", "ada@example.com"),
        ("/v1/Users/a/b", "a/b"),
        ("/v1/Users/a?b", "a?b"),
        ("/v1/Users/a#b", "a#b"),
        ("/v1/Users/..", ".."),
        ("/v1/Users/a\nb", "a\nb"),
        (f"/v1/Users/{US}/Conversations", None),
        (f"/v1/Users/{US}/Conversations/CH1", None),
        ("/v1/Conversations/CH1", None),
    ],
)
def test_the_user_is_what_follows_users(path, asked):
    """To the letter. A user's conversations are another resource, about which the kit is silent."""
    assert asked_user(ORIGIN + path) == asked


def test_headers_that_came_twice_are_one_line():
    """As requests does it."""
    headers = HeardHeaders((("a", "1"), ("b", "2"), ("a", "3")))
    assert dict(headers) == {"A": "1, 3", "B": "2"}
