"""Two values that differ are told apart in one line."""

import pytest
from data.published import EXAMPLES

from pytest_twilio_users.contract.models import User
from pytest_twilio_users.suites.differences import difference

PUBLISHED = next(each.answer for each in EXAMPLES.values() if each.operation == "fetch_user")
LONG = "https://conversations.twilio.com/v1/Services/IS00000000000000000000000000000001/Users"


@pytest.mark.parametrize(
    ("found", "due", "told"),
    [
        (200, 201, "200 instead of 201"),
        (20, 200, "20 instead of 200"),
        (None, {"a": 1}, "None instead of {'a': 1}"),
        ("a", "b", "'a' instead of 'b'"),
        ((404, 20404), (409, 20404), "0: 404 instead of 409"),
        ([1, 2], [1, 2, 3], "2: nothing instead of 3"),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}, "a.b.0: 1 instead of 2"),
        ({"a": 1, "new": 2}, {"a": 1}, "new: 2 instead of nothing"),
        ([1], (1,), "[1] instead of (1,)"),
        ({"a": 1}, None, "{'a': 1} instead of None"),
        (LONG, LONG + "/US1", "…0001/Users' instead of …0001/Users/US1'"),
        ("a" * 58, "a" * 57, f"'{'a' * 58}' instead of '{'a' * 57}'"),
        (f"x{LONG}", LONG, f"'x{LONG[:58]}… instead of '{LONG[:59]}…"),
        (f"{LONG}?{LONG}", LONG, f"…0001/Users?{LONG[:49]}… instead of …0001/Users'"),
    ],
)
def test_the_first_difference_is_told(found, due, told) -> None:
    """Where it is, and what is there; of long texts the part that differs."""
    assert difference(found, due, hide=str) == told


def test_users_differ_in_a_field() -> None:
    """It is named as Twilio's JSON names it."""
    user = User.from_dict(PUBLISHED)
    other = User.from_dict({**PUBLISHED, "friendly_name": "Ada"})
    assert difference(other, user, hide=str) == (
        f"friendly_name: 'Ada' instead of {user.friendly_name!r}"
    )


def test_a_difference_that_is_hidden_is_marked() -> None:
    """Else two texts that read the same would be said to differ."""
    assert difference("Ada", "ada", hide=lambda text: text.replace("Ada", "ada")) == (
        "'ada' instead of 'ada' (what differs is hidden)"
    )
