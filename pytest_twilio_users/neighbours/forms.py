"""Reads a form into the fields of a resource."""

import re
from collections.abc import Iterable
from typing import Any

from pytest_twilio_users.neighbours.rows import Neighbour, snake
from pytest_twilio_users.wire.codec import decode_number

_DEEPEST = 5
"""How deep a name can lead: Twilio's lead two."""

_SECRET = re.compile("secret|password|token|private_?key|api_?key", re.IGNORECASE)
"""What a parameter is called that nobody is to see, such as `PrivateKey` of Credentials."""


def read_form(row: Neighbour, form: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The fields that a form gives: `UniqueName`, or `MessagingBinding.Address` within another."""
    said: dict[tuple[str, ...], list[str]] = {}
    for name, text in form:
        said.setdefault(tuple(map(snake, name.split(".", _DEEPEST))), []).append(text)
    fields: dict[str, Any] = {}
    for names, texts in said.items():
        first = row.renamed.get(names[0], names[0])
        default, within = row.fields.get(first), fields
        for outer, inner in zip((first, *names[1:]), names[1:], strict=False):
            default = default.get(inner) if isinstance(default, dict) else None
            found = within.get(outer)
            within[outer] = within = found if isinstance(found, dict) else {}
        within[names[-1] if names[1:] else first] = _read(texts, default)
    return fields


def secrets_in(form: Iterable[tuple[str, str]]) -> list[str]:
    """The values that nobody is to see, as their names tell."""
    return [text for name, text in form if _SECRET.search(name)]


def _read(texts: list[str], default: object) -> Any:
    """What was sent under one name, as the field's default says how to read it."""
    kind = default if isinstance(default, type) else type(default)
    text = texts[-1]
    if kind is list:
        return texts
    if kind is bool:
        return text.lower() == "true"
    if kind is int:
        number = decode_number(text)
        return text if number is None else number
    return text
