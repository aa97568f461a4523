"""Finds how two recordings of one conversation differ, with the severity."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote

from pytest_twilio_users.cassettes.cassette import Recorded
from pytest_twilio_users.contract.fields import LINK_NAMES, META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import cut
from pytest_twilio_users.privacy.stand_ins import GIVEN, SID, STAND_IN, shape_of, shorten_sids
from pytest_twilio_users.wire.answers import ANY_DATE
from pytest_twilio_users.wire.codec import WEBHOOK_HEADER
from pytest_twilio_users.wire.violations import Severity

_TELLING = ("status", "json", "text", "json.status", "json.code")
"""Where any difference is an error."""

_VARYING = (
    *("headers.date", "headers.retry-after", "headers.x-home-region"),
    *("headers.twilio-concurrent-requests", "headers.twilio-request-duration"),
)
"""Whose values differ although the service is the same: only that they are there counts."""

_LITERAL = ("status", "json.status", "json.code", "json.meta.page", "json.meta.page_size")
_URL = re.compile(r"(?:/v1/|https?://).*")
_BY_KIND = {Kind.DATE_TIME: ANY_DATE, Kind.SID: SID, Kind.URL: _URL}
_LOOKS = {
    name: _BY_KIND[field.kind]
    for name, field in (USER_FIELDS | META_FIELDS).items()
    if field.kind in _BY_KIND
} | dict.fromkeys(LINK_NAMES, _URL)
"""What a text looks like in some fields: one that does not is of another type."""

_ASKED = ("operation", "method", "path", "query", "form", "body", "credentials")


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """One thing in which the second recording is not the first.

    An error: another status, code or type. A warning: another value, a date in another
    form, a missing field, or another request. A note: a new field.
    """

    severity: Severity
    operation: str
    pointer: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.pointer}: {self.first}, then {self.second}"


def find_drifts(first: Sequence[Recorded], second: Sequence[Recorded]) -> Iterator[Drift]:
    """Hold two recordings of a conversation against each other.

    Values are private, and known by stand-ins: what counts is whether those that are
    equal in one are equal in the other. Once the second asks for something else, the rest
    is not compared; that is told, unless an answer that differs is the reason.
    """
    comparison = _Comparison()
    explained = False
    for number, (one, other) in enumerate(zip_longest(first, second), start=1):
        turn = comparison.find_turn(one, other)
        if turn is not None:
            if not explained:
                yield replace(turn, severity=Severity.WARNING, operation=f"request {number}")
            return
        for drift in comparison.in_answers(one, other):
            explained = explained or drift.severity > Severity.NOTE
            yield drift


class _Said:
    """What is said in the place of a value."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


_MISSING = _Said("nothing")
_NO_TEXT = _Said("JSON that is in no text")
_FORMATS = {False: _Said("as json.dumps writes it"), True: _Said("otherwise")}


class _Comparison:
    """Compares exchange by exchange, and remembers which stand-ins are which."""

    def __init__(self) -> None:
        self._there: dict[Any, Any] = {}
        self._back: dict[Any, Any] = {}
        self._operation = ""

    def find_turn(self, one: Recorded | None, other: Recorded | None) -> Drift | None:
        """Where the second asks for something else, if it does."""
        if one is None or other is None:
            return self._drift("request", *map(_name, (one, other)))
        return next(self._in_objects(_ask(one), _ask(other), ""), None)

    def in_answers(self, one: Recorded, other: Recorded) -> Iterator[Drift]:
        """Where the answers to the same request differ."""
        self._operation = repr(_name(one))
        yield from self._in_objects(one.response, other.response, "")

    def _in_values(self, one: Any, other: Any, pointer: str) -> Iterator[Drift]:
        if _has_keys(one, "unquoted") is not _has_keys(other, "unquoted"):
            shown = (_NO_TEXT if _has_keys(tree, "unquoted") else tree for tree in (one, other))
            yield self._drift(pointer, *shown)
        elif isinstance(one, dict) and isinstance(other, dict):
            formatted = [_has_keys(tree, "json", "written") for tree in (one, other)]
            if formatted[0] is not formatted[1]:
                yield self._drift(f"{pointer}.written", *(_FORMATS[found] for found in formatted))
                one, other = (
                    tree["json"] if found else tree
                    for tree, found in zip((one, other), formatted, strict=True)
                )
            yield from self._in_objects(one, other, f"{pointer}.")
        elif pointer == "json.users" and isinstance(one, list) and isinstance(other, list):
            yield from self._in_users(one, other, pointer)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for index, (part, counterpart) in enumerate(zip(one, other, strict=True)):
                yield from self._in_values(part, counterpart, f"{pointer}[{index}]")
        elif not self._are_equal(one, other, pointer):
            yield self._drift(pointer, one, other)

    def _in_objects(self, one: JsonObject, other: JsonObject, above: str) -> Iterator[Drift]:
        there = {self._back.get(name, name): value for name, value in other.items()}
        for name in one | there:
            below = f"{above}{name}"
            yield from self._in_values(one.get(name, _MISSING), there.get(name, _MISSING), below)

    def _in_users(self, one: list[Any], other: list[Any], pointer: str) -> Iterator[Drift]:
        """Of those that the conversation knows: a service may hold users of others."""
        users = {_sid(user): user for user in one if _sid(user) in self._there}
        there = {self._back[_sid(user)]: user for user in other if _sid(user) in self._back}
        if list(users) != list(there):
            yield self._drift(pointer, list(users), list(there))
        for number, sid in enumerate(users):
            if sid in there:
                yield from self._in_values(users[sid], there[sid], f"{pointer}[{number}]")

    def _are_equal(self, one: Any, other: Any, pointer: str) -> bool:
        if pointer in _VARYING:
            return _MISSING not in (one, other)
        if isinstance(one, str) and isinstance(other, str):
            if ANY_DATE.fullmatch(one) and ANY_DATE.fullmatch(other):
                return _date_form(one) == _date_form(other)
            return self._are_texts_equal(one, other)
        if _is_number(one) and _is_number(other) and pointer not in _LITERAL:
            written = pointer.casefold().endswith("attributes.written")
            return self._match(*((type(number), number, written) for number in (one, other)))
        return type(one) is type(other) and bool(one == other)

    def _are_texts_equal(self, one: str, other: str) -> bool:
        one, other = unquote(one), unquote(other)
        pairs = zip(STAND_IN.findall(one), STAND_IN.findall(other), strict=False)
        return skeleton(one) == skeleton(other) and all(self._match(*pair) for pair in pairs)

    def _match(self, one: Any, other: Any) -> bool:
        """Whether two stand-ins may be for the same value; from now on they are.

        Those of the account and its services are the same everywhere.
        """
        if one in GIVEN or other in GIVEN:
            return bool(one == other)
        if self._there.get(one, other) != other or self._back.get(other, one) != one:
            return False
        self._there[one] = other
        self._back[other] = one
        return True

    def _drift(self, pointer: str, one: Any, other: Any) -> Drift:
        return Drift(
            severity=_severity(pointer, one, other),
            operation=self._operation,
            pointer=pointer,
            first=_say(one),
            second=_say(other),
        )


def _name(exchange: Recorded | None) -> _Said:
    """Which operation is asked for, if one is."""
    if exchange is None:
        return _MISSING
    return _Said(exchange.operation)


def _ask(exchange: Recorded) -> JsonObject:
    """What a request asks for; HTTP libraries differ in the rest."""
    request = exchange.request
    webhook = request.get("headers", {}).get(WEBHOOK_HEADER)
    return {key: request.get(key) for key in _ASKED} | {WEBHOOK_HEADER: webhook}


def _sid(user: Any) -> str:
    return str(user.get("sid")) if isinstance(user, dict) else ""


def _has_keys(tree: Any, *keys: str) -> bool:
    """Whether it is attributes with a mark for how they were written."""
    return isinstance(tree, dict) and tree.keys() == set(keys)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def skeleton(text: str) -> str:
    """The text without what differs from run to run: of stand-ins the shape alone."""
    return STAND_IN.sub(lambda found: f"<{shape_of(found[0])}>", text)


def _severity(pointer: str, one: Any, other: Any) -> Severity:
    if pointer in _TELLING:
        return Severity.ERROR
    if one is _MISSING:
        return Severity.NOTE
    same_type = other is _MISSING or _type(one, pointer) == _type(other, pointer)
    return Severity.WARNING if same_type else Severity.ERROR


def _type(value: Any, pointer: str) -> str:
    """The type of a value; of a text where a SID, a date or a URL belongs whether it is one."""
    if _is_number(value):
        return "number"
    if isinstance(value, str) and ".attributes" not in pointer:
        looks = _LOOKS.get(pointer.rpartition(".")[2])
        if looks is not None and looks.fullmatch(value):
            return looks.pattern
    return type(value).__name__


def _date_form(date: str) -> str:
    """How a date is written, whichever it is."""
    return re.sub(r"\d+", "0", date)


def _say(value: Any) -> str:
    return cut(shorten_sids(repr(value)))  # tests differ in it, and who reads needs no more
