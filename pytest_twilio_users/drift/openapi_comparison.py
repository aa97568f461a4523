"""Finds how an OpenAPI document differs from what the kit knows, with the severity."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.described import REFUSALS, Body, Described, Input, describe
from pytest_twilio_users.drift.nodes import Document
from pytest_twilio_users.drift.values import Value
from pytest_twilio_users.wire.schema import openapi
from pytest_twilio_users.wire.violations import Severity

_NOTHING = "nothing"

REQUIRED = "required"
"""What a parameter is called that each request has to have."""

_LISTED = {
    # what: how bad it is that one of the kit's is not listed, and that a new one is
    "operation": (Severity.WARNING, Severity.WARNING),
    "server": (Severity.ERROR, Severity.NOTE),
    "credentials": (Severity.ERROR, Severity.NOTE),
    "request body": (Severity.ERROR, Severity.NOTE),
    "status": (Severity.ERROR, Severity.ERROR),
    "response headers": (Severity.NOTE, Severity.NOTE),
    "content type": (Severity.ERROR, Severity.NOTE),
}
_BY_BOTH = ("server", "credentials", "request body", "content type")
"""Compared only where both documents list some: a cut one may not."""

_LENGTHS = ("minLength", "maxLength", "content")
"""What the kit knows from elsewhere. That the document does not say it is no difference."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One thing that the kit knows more precisely than the document; no difference."""

    operation: str
    pointer: str
    known: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.pointer}: {self.known}"


Difference = tuple[Severity | None, str, str, str]
"""Severity, pointer, what the kit knows, what the document says. Without severity: no drift."""


def find_differences(found: Mapping[str, Described]) -> Iterator[Drift | Known]:
    """Hold the operations of a document against those of the kit's own document.

    Raises:
        KitError: something in the document is not what OpenAPI says it is.
    """
    kit = _kit()
    for call in {**kit, **found}:
        one, other = kit.get(call), found.get(call)
        for severity, pointer, first, second in _in_operations(one, other, call):
            name = (one or found[call]).name
            if severity is None:
                yield Known(operation=name, pointer=pointer, known=first)
            else:
                yield Drift(
                    severity=severity, operation=name, pointer=pointer, first=first, second=second
                )


@cache
def _kit() -> Mapping[str, Described]:
    """What the kit's tables say, by the same reader: what it passes over differs on no side."""
    return describe(Document(content=openapi(), source="the kit").root)


def _in_operations(
    one: Described | None, other: Described | None, call: str
) -> Iterator[Difference]:
    if one is None or other is None:
        first, second = (call if operation else _NOTHING for operation in (one, other))
        yield Severity.ERROR, "operation", first, second
        return
    for name in one.lists:
        yield from _in_lists(name, one.lists[name], other.lists[name])
    for pointer in {**one.inputs, **other.inputs}:
        yield from _in_inputs(one.inputs.get(pointer), other.inputs.get(pointer), pointer)
    for status, body in one.answers.items():
        if status in other.answers:
            pointer = "default.json" if status == REFUSALS else "json"
            yield from _in_bodies(body, other.answers[status], pointer)
        elif status == REFUSALS:
            yield None, "status", f"{status}, every refusal", _NOTHING


def _in_lists(name: str, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[Difference]:
    if name in _BY_BOTH and not (one and other):
        return
    changes = zip(_LISTED[name], (set(one) - set(other), set(other) - set(one)), strict=True)
    if found := [severity for severity, names in changes if names]:
        yield max(found), name, _listed(one), _listed(other)


def _in_inputs(one: Input | None, other: Input | None, pointer: str) -> Iterator[Difference]:
    first, second = map(_need, (one, other))
    if first != second:
        is_required = REQUIRED in (first, second)
        yield Severity.ERROR if is_required else Severity.WARNING, pointer, first, second
    if one and other:
        yield from _in_values(one.value, other.value, pointer)


def _in_bodies(one: Body | None, other: Body | None, pointer: str) -> Iterator[Difference]:
    if one and other:
        yield from _in_lists("content type", one.types, other.types)
        yield from _in_values(one.value, other.value, pointer)
    elif one or other:
        first, second = (body.value.type if body else _NOTHING for body in (one, other))
        yield Severity.ERROR, pointer, first, second


def _in_values(one: Value, other: Value, pointer: str) -> Iterator[Difference]:
    """Where two differ in type, nothing else of them can be compared."""
    if one.type != other.type:
        yield Severity.ERROR, pointer, one.type, other.type
        return
    yield from _in_facts(one.facts, other.facts, pointer)
    if lacking := [name for name in one.required if name not in other.required]:
        yield None, pointer, f"required {_listed(lacking)}", _NOTHING
    parts, others = one.parts, other.parts
    for name in {**parts, **others}:
        below = f"{pointer}{name}"
        if name not in others:
            severity = None if other.is_map else Severity.WARNING
            yield severity, below, parts[name].type, _NOTHING
        elif name not in parts:
            yield Severity.NOTE, below, _NOTHING, others[name].type
        else:
            yield from _in_values(parts[name], others[name], below)


def _in_facts(
    one: Mapping[str, str], other: Mapping[str, str], pointer: str
) -> Iterator[Difference]:
    for name in {**one, **other}:
        first, second = one.get(name), other.get(name)
        if first is None:
            yield Severity.WARNING, pointer, _NOTHING, f"{name} {second}"
        elif first != second:
            severity = None if second is None and name in _LENGTHS else Severity.WARNING
            yield severity, pointer, f"{name} {first}", second or _NOTHING


def _need(found: Input | None) -> str:
    if found is None:
        return _NOTHING
    return REQUIRED if found.required else "optional"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or _NOTHING
