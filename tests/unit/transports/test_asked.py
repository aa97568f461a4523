"""transports/asked.py: whom a request was made for."""

import pytest

from pytest_twilio_users.transports.asked import asked_user, asking, take_asked

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
        (f"/v1/Users/{US}/Conversations?PageSize=50&Page=1&PageToken=PT1", None),
        ("/v1/Users/a/Conversations?b", "a/Conversations?b"),
        ("/v1/Users/../Conversations", ".."),
        ("/v1/Users/%2e/Conversations/CH1", "%2e"),
        ("/v1/Users/../Conversations?Page=1", ".."),
        ("/v1/Users/..a/Conversations", None),
        ("/v1/Conversations/CH1", None),
    ],
)
def test_the_user_is_what_follows_users(path, asked):
    """To the letter. A user's conversations are another resource, about which the kit is silent."""
    assert asked_user(ORIGIN + path) == asked


def test_who_is_asked_for_is_known_to_one_request():
    """The next is a redirect, say, and was made for nobody."""
    with asking(f"{ORIGIN}/v1/Users/ada"):
        assert (take_asked(), take_asked()) == ("ada", None)


def test_nobody_is_asked_for_afterwards():
    """Also if no request was written."""
    with asking(f"{ORIGIN}/v1/Users/ada"):
        pass

    assert take_asked() is None


def test_a_request_within_a_request_has_its_own():
    """And the one around it keeps its own."""
    with asking(f"{ORIGIN}/v1/Users/ada"):
        with asking(f"{ORIGIN}/v1/Users"):
            within = take_asked()

        assert (within, take_asked()) == (None, "ada")
