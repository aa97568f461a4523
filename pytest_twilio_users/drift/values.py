"""What a schema says about a value, in any version of OpenAPI."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pytest_twilio_users.drift.nodes import Node
from pytest_twilio_users.errors import brief

_LENGTHS = ("minLength", "maxLength")
_LIMITS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("pattern", *_LENGTHS, "minItems", "maxItems", "uniqueItems"),
)
_SID_PATTERN = re.compile(r"\^\(?([A-Z]{2})\)?\[")
_SID_LENGTH = 34


class Value:
    """A value as a document describes it: a parameter's, an answer's, or a part of one.

    What the schema refers to, and what it is made of (`allOf`, `anyOf`, `oneOf`), is taken
    together. Nothing is looked at before it is asked for: a schema may hold itself.
    """

    def __init__(self, schema: Node) -> None:
        self._schemas = list(_taken_together(schema, set()))

    @cached_property
    def type(self) -> str:
        """As OpenAPI calls it, a string's with its form: "string date-time", "string US SID"."""
        types = self._types - {"null"} or set(self._implied()) or self._types
        if types == {"string"} and (form := self._form):
            return f"string {form}"
        return " or ".join(sorted(types)) or "anything"

    @cached_property
    def facts(self) -> dict[str, str]:
        """What else is said of it, by the names that OpenAPI has for it."""
        nullable = self._first("nullable")
        if nullable is None:
            nullable = "null" in self._types or (not self._types and None in self._enum)
        facts = {"nullable": _shown(bool(nullable))}
        if values := {_shown(value) for value in self._enum if value is not None}:
            facts["enum"] = " | ".join(sorted(values))
        facts |= {name: _shown(limit) for name, limit in self._limits().items()}
        if content := self._first("contentMediaType"):
            facts["content"] = _shown(content)
            for schema in self._having("contentSchema"):
                facts["content"] += f" {Value(schema).type}"
        return facts

    @cached_property
    def parts(self) -> dict[str, "Value"]:
        """What an object or a list holds, each by what a pointer to it goes on with."""
        parts = {f".{name}": Value(schema) for name, schema in self._fields()}
        for items in self._having("items"):
            parts["[]"] = Value(items)
        return parts

    @property
    def required(self) -> list[str]:
        """The names of the parts that are always there."""
        return [name.text() for names in self._having("required") for name in names.elements()]

    @property
    def is_map(self) -> bool:
        """Whether it holds parts of which the names are not said."""
        others = self._first("format") or self._first("additionalProperties")
        return others not in (None, False) and not any(self._fields())

    @cached_property
    def _types(self) -> set[str]:
        return {
            name.text()
            for found in self._having("type")
            for name in (found.elements() if isinstance(found.value, list) else [found])
        }

    def _implied(self) -> Iterator[str]:
        """The types that a schema means which names none."""
        if any(self._fields()):
            yield "object"
        if any(self._having("items")):
            yield "array"
        if any(isinstance(value, str) for value in self._enum):
            yield "string"

    @property
    def _form(self) -> str | None:
        """What kind of text it is, if one is said."""
        sid = _SID_PATTERN.match(str(self._first("pattern")))
        return f"{sid[1]} SID" if sid else self._first("format")

    @cached_property
    def _enum(self) -> list[Any]:
        listed = (part for values in self._having("enum") for part in values.elements())
        return [part.value for part in (*listed, *self._having("const"))]

    def _limits(self) -> dict[str, Any]:
        limits = {name: self._first(name) for name in _LIMITS}
        for bound, step in (("minimum", 1), ("maximum", -1)):
            exclusive = f"exclusive{bound.capitalize()}"
            if limits[exclusive] is True:  # in OpenAPI 3.0 it is a flag, in 3.1 the bound
                limits[exclusive] = limits.pop(bound)
            if self.type == "integer" and type(limits[exclusive]) is int:
                limits[bound] = limits.pop(exclusive) + step
        if self.type.endswith(" SID"):
            limits |= {name: limits[name] or _SID_LENGTH for name in _LENGTHS}
        return {
            name: limit
            for name, limit in limits.items()
            if limit is not None
            and limit is not False
            and (name, limit) not in (("minLength", 0), ("minItems", 0))
        }

    def _fields(self) -> Iterator[tuple[str, Node]]:
        for properties in self._having("properties"):
            yield from properties.items()

    def _having(self, name: str) -> Iterator[Node]:
        found = (schema[name] for schema in self._schemas if name in schema)
        return (node for node in found if node.value is not None)

    def _first(self, name: str) -> Any:
        return next((node.value for node in self._having(name)), None)


def _taken_together(schema: Node, seen: set[int]) -> Iterator[Node]:
    if isinstance(schema.value, bool) or id(schema.value) in seen:  # it says nothing, or no more
        return
    seen.add(id(schema.value))
    yield schema
    for name in ("allOf", "anyOf", "oneOf"):
        for part in schema[name].elements():
            yield from _taken_together(part, seen)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return brief(int(value) if isinstance(value, float) and value.is_integer() else value)
