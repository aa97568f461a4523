"""Attributes as the JSON text that Twilio stores."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_twilio_users.contract.arguments import refused, require_sendable
from pytest_twilio_users.errors import InvalidArgument, brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

DEEPEST = 100
"""How deep attributes may be nested: Python reads and writes no more than some hundreds."""


def encode_attributes(attributes: object, *, name: str) -> str:
    """Write a mapping as JSON, without escapes that Twilio has refused at times; text stays.

    Args:
        attributes: a mapping, or text that is Twilio's to judge.
        name: of the parameter.

    Raises:
        InvalidArgument: they are neither, or JSON can't hold a value.
    """
    if isinstance(attributes, str):
        return require_sendable(attributes, name=name)
    if not isinstance(attributes, Mapping):
        raise refused(attributes, name=name, allowed="a mapping, or the text of a JSON object")
    _require_plain(attributes, name=name)
    try:
        return _write(dict(attributes))
    except (TypeError, ValueError) as error:
        place = f"{name}{_place_of_problem(attributes)}"
        raise _unwritable(place, error) from None


def write_attributes(value: object) -> str:
    """The text of attributes as `encode_attributes` writes it; Infinity and NaN, too."""
    return _WRITER.encode(value)


_WRITER = json.JSONEncoder(ensure_ascii=False)


def _unwritable(place: str, problem: object) -> InvalidArgument:
    return InvalidArgument(f"{place} can't be written as JSON: {problem}.")


def _write(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    return text


def _place_of_problem(value: object) -> str:
    """The keys that lead to what JSON can't hold; empty if it is the value itself."""
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    for key, part in parts:
        try:
            _write(part)
        except (TypeError, ValueError):
            return f"[{brief(key)}]{_place_of_problem(part)}"
    return ""


def _require_plain(attributes: Mapping[Any, Any], *, name: str) -> None:
    """Refuse what Python writes otherwise than it was given, or not everywhere."""
    left: list[tuple[Any, int]] = [(attributes, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise _unwritable(name, f"they are nested more than {DEEPEST} deep")
        if isinstance(value, Mapping):
            for key in value:
                if not isinstance(key, str):
                    raise _unwritable(name, f"the key {brief(key)} is not a text")
            left += [(part, depth + 1) for part in value.values()]
        elif isinstance(value, list | tuple):
            left += [(part, depth + 1) for part in value]
