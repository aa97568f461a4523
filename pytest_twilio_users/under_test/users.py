"""The users that a client shows, in whichever shape it shows them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.errors import InvalidArgument

SeenUser = dict[str, Any]
"""A user as a client shows it: those of Twilio's fields that it shows, by Twilio's names."""


def read_user(operation: str, answer: object) -> SeenUser:
    """Read a user from what an adapter gave back.

    Raises:
        InvalidArgument: it shows neither SID nor identity.
    """
    if isinstance(answer, Mapping):
        seen = {name: answer[name] for name in USER_FIELDS if name in answer}
    else:
        seen = {name: getattr(answer, name) for name in USER_FIELDS if hasattr(answer, name)}
    if "sid" not in seen or "identity" not in seen:
        raise InvalidArgument(
            f"The adapter's {operation} gave {answer!r}. Give an object with Twilio's field names"
            " as attributes, or a mapping with them as keys: sid and identity at least."
        )
    return seen


def shows(name: str, answered: Any, seen: Any) -> bool:
    """Tell whether a client shows a field as it was answered.

    Attributes may be shown as text or as an object, date-times as text or with
    a time zone, and what is null as something empty.

    Args:
        name: the field's.
        answered: its value in Twilio's JSON.
        seen: its value in what the client gave back.
    """
    if answered is None:
        return seen in (None, "", {})
    kind = USER_FIELDS[name].kind
    if kind is Kind.JSON_OBJECT and isinstance(seen, str):
        seen = _decoded(seen)
    if kind is Kind.JSON_OBJECT:
        return _same(json.loads(answered), seen)
    if kind is Kind.BOOLEAN:
        return answered is seen
    if kind is Kind.DATE_TIME and isinstance(seen, datetime):
        return seen.tzinfo is not None and seen == datetime.fromisoformat(answered)
    return bool(answered == seen)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which false is no number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
