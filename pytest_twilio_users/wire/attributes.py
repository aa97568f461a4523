"""Attributes as the JSON text that Twilio stores."""

import json
from collections.abc import Mapping
from typing import Any

from pytest_twilio_users.contract.arguments import refused, require_sendable
from pytest_twilio_users.errors import InvalidArgument, brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

DEEPEST = 100
"""How deep attributes may be nested: Python reads and writes no more than some hundreds."""


def encode_attributes(attributes: object, *, name: str = "attributes") -> str:
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
    try:
        _require_plain(attributes)
        text = json.dumps(dict(attributes), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"{name} can't be written as JSON: {error}.") from None
    return text


def _require_plain(attributes: Mapping[Any, Any]) -> None:
    """Refuse what Python writes otherwise than it was given, or not everywhere."""
    left: list[tuple[Any, int]] = [(attributes, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise ValueError(f"they are nested more than {DEEPEST} deep")
        if isinstance(value, Mapping):
            for key in value:
                if not isinstance(key, str):
                    raise TypeError(f"the key {brief(key)} is no text")
            left += [(part, depth + 1) for part in value.values()]
        elif isinstance(value, list | tuple):
            left += [(part, depth + 1) for part in value]
