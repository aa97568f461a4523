"""under_test/users.py: a client's users, in whichever shape."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.under_test.users import read_user, shows


@pytest.mark.parametrize("shape", [dict, SimpleNamespace])
def test_a_user_is_read_from_keys_or_attributes(shape):
    """Twilio's fields are taken, as far as they are shown; others are left."""
    answer = shape(sid="US1", identity="ada", attributes={}, age=36)

    assert read_user("fetch_user", answer) == {"sid": "US1", "identity": "ada", "attributes": {}}


@pytest.mark.parametrize("answer", [None, {"sid": "US1"}, {"identity": "ada"}])
def test_an_answer_that_is_no_user_is_an_error(answer):
    """The error says what the adapter has to give."""
    with pytest.raises(InvalidArgument) as refused:
        read_user("fetch_user", answer)
    assert str(refused.value) == (
        f"The adapter's fetch_user gave {answer!r}. Give an object with Twilio's field names as"
        " attributes, or a mapping with them as keys: sid and identity at least."
    )


MOMENT = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "answered", "seen"),
    [
        ("identity", "ada", "ada"),
        ("friendly_name", None, None),
        ("friendly_name", None, ""),
        ("links", None, {}),
        ("attributes", '{"a": 1}', '{"a":1}'),
        ("attributes", '{"a": 1}', {"a": 1}),
        ("attributes", '{"a": [true, 1]}', {"a": (True, 1.0)}),
        ("is_online", False, False),
        ("date_created", "2026-03-04T12:00:00Z", "2026-03-04T12:00:00Z"),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT),
    ],
)
def test_a_field_is_shown_in_several_ways(name, answered, seen):
    """As text or as what the text says; null as anything empty."""
    assert shows(name, answered, seen)


@pytest.mark.parametrize(
    ("name", "answered", "seen"),
    [
        ("identity", "ada", "Ada"),
        ("friendly_name", None, "Ada"),
        ("friendly_name", "", None),
        ("attributes", '{"a": 1}', {"a": 2}),
        ("attributes", '{"a": 1}', None),
        ("attributes", '{"a": 1}', "a=1"),
        ("attributes", '{"a": 0}', {"a": False}),
        ("attributes", '{"a": [1, 2]}', {"a": [1]}),
        ("attributes", '{"a": 1}', {"b": 1}),
        ("is_online", True, 1),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT.replace(hour=13)),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT.replace(tzinfo=None)),
    ],
)
def test_another_value_is_not_shown(name, answered, seen):
    """What differs differs, and a date without a time zone says too little."""
    assert not shows(name, answered, seen)
