"""The format of a cassette as a JSON Schema (2020-12), by which the reader checks it."""

import re
from collections.abc import Iterator
from typing import Any

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import brief, printable

FORMAT = 1
"""The version of the format. What an older kit can't read has another."""

_KINDS: dict[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
}
_TEXT: JsonObject = {"type": "string"}
_HEADERS: JsonObject = {
    "type": "object",
    "propertyNames": {"pattern": "^[!#$%&'*+.^_`|~0-9a-z-]+$"},
    "additionalProperties": {"type": "string", "pattern": "^[\\t -~\\x80-\\xff]*$"},
}
"""What HTTP can carry: each character of a value is a byte."""
_PARAMETERS: JsonObject = {"type": ["object", "array"]}


def _object(*, optional: JsonObject | None = None, **required: Any) -> JsonObject:
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


_REQUEST = _object(
    method=_TEXT,
    path=_TEXT,
    optional={
        "operation": _TEXT,
        "query": _PARAMETERS,
        "headers": _HEADERS,
        "credentials": {"const": False},
        "form": _PARAMETERS,
        "body": _object(text=_TEXT),
    },
)
_RESPONSE = _object(
    status={"type": "integer", "minimum": 100, "maximum": 599},
    optional={"headers": _HEADERS, "json": {}, "text": _TEXT},
)
SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A cassette of pytest-twilio-users",
    **_object(
        format={"const": FORMAT},
        kit=_TEXT,
        date={"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "format": "date"},
        recorded_from=_TEXT,
        name=_TEXT,
        stand_ins={"type": "object", "additionalProperties": {"type": "integer"}},
        exchanges={"type": "array", "items": _object(request=_REQUEST, response=_RESPONSE)},
    ),
}


def find_problems(value: Any, rules: JsonObject, where: str = "") -> Iterator[str]:
    """What is wrong with a value by this schema; of JSON Schema it knows what the kit's have."""
    kinds = rules.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and type(value) not in [_KINDS[kind] for kind in kinds]:
        yield f"{where or 'it'} is no {' or '.join(kinds)}"
    elif "const" in rules and (type(value), value) != (type(rules["const"]), rules["const"]):
        yield f"{where} is {brief(value)}, and must be {rules['const']!r}"
    elif "minimum" in rules and not rules["minimum"] <= value <= rules["maximum"]:
        yield f"{where} is {brief(value)}, and must be {rules['minimum']} to {rules['maximum']}"
    elif "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        yield f"{where} is {brief(value)}, and must match {rules['pattern']}"
    elif isinstance(value, dict):
        yield from _find_in_object(value, rules, f"{where}." if where else "")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from find_problems(item, rules.get("items", {}), f"{where}[{index}]")


def _find_in_object(value: JsonObject, rules: JsonObject, where: str) -> Iterator[str]:
    known = rules.get("properties", {})
    others = rules.get("additionalProperties", {})
    yield from (f"{where}{key} is missing" for key in rules.get("required", []) if key not in value)
    for key, part in value.items():
        place = f"{where}{printable(key)}"
        yield from find_problems(key, rules.get("propertyNames", {}), f"the name of {place}")
        if key in known or others is not False:
            yield from find_problems(part, known.get(key, others), place)
        else:
            yield f"{place} is not a key of a cassette"
