"""Attributes: as objects, as text, as text that Twilio refuses."""

import json
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import MOST_ATTRIBUTES
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.strategies.invalid import Invalid, refused
from pytest_twilio_users.strategies.json_values import JSON_OBJECTS, JSON_STYLES, JSON_VALUES
from pytest_twilio_users.strategies.titles import made_once, titled

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_SMALLEST = len("{}")


def attributes(*, max_bytes: int = MOST_ATTRIBUTES) -> st.SearchStrategy[dict[str, Any]]:
    """Attributes that Twilio accepts, as a dictionary. Equal after a round trip through JSON.

    Args:
        max_bytes: the longest JSON, in bytes, in any usual way to write it; `json.dumps`
            with its escapes is the longest. Some attributes are exactly that long.

    Raises:
        InvalidArgument: `max_bytes` is too small for `{}`, or more than Twilio accepts.

    >>> @given(attributes(max_bytes=100))
    ... def test_attributes_fit(attributes):
    ...     assert len(json.dumps(attributes)) <= 100
    """
    return _attributes(_allowed(max_bytes))


def attributes_text(*, max_bytes: int = MOST_ATTRIBUTES) -> st.SearchStrategy[str]:
    r"""Attributes as JSON text, in any spacing, order of keys and spelling (`\u00e9`, `\/`, `1E0`).

    Args:
        max_bytes: the longest text, in bytes of UTF-8.

    Raises:
        InvalidArgument: `max_bytes` is too small for `{}`, or more than Twilio accepts.

    >>> @given(attributes_text())
    ... def test_attributes_are_an_object(text):
    ...     assert isinstance(json.loads(text), dict)
    """
    return _attributes_text(_allowed(max_bytes))


def _allowed(max_bytes: int) -> int:
    if type(max_bytes) is not int or not _SMALLEST <= max_bytes <= MOST_ATTRIBUTES:
        raise InvalidArgument(
            f"max_bytes={brief(max_bytes)} is not a length of attributes: allowed from {_SMALLEST},"
            f" the length of '{{}}', to {MOST_ATTRIBUTES}."
        )
    return max_bytes


@lru_cache(maxsize=64)
def _attributes(max_bytes: int) -> st.SearchStrategy[dict[str, Any]]:
    def fitting(value: dict[str, Any]) -> dict[str, Any]:
        while len(json.dumps(value)) > max_bytes:
            value.popitem()
        return value

    def filled(value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > 1:  # so that a filled one never counts as simpler than a short one
            empty = value | {"": ""}
            room = max_bytes - len(json.dumps(empty))
            value = empty | {"": "a" * max(room, 0)}
        return fitting(value)

    # Hypothesis looks at the same strategy once, so each of these is one of its own.
    short = (JSON_OBJECTS.map(fitting) for _ in range(15))
    return titled("attributes", st.one_of(*short, JSON_OBJECTS.map(filled)))


@lru_cache(maxsize=64)
def _attributes_text(max_bytes: int) -> st.SearchStrategy[str]:
    def write(drawn: tuple[dict[str, Any], Any]) -> str:
        value, style = drawn
        plain = json.dumps(value)
        if len(plain) > max_bytes // 2:  # most styles make it longer, and take long themselves
            return plain
        text: str = style(value)
        return text if len(text.encode()) <= max_bytes else plain

    return titled(
        "attributes_text",
        st.tuples(_attributes(max_bytes), st.sampled_from(JSON_STYLES)).map(write),
    )


_NOT_JSON = (
    *("", " ", "{", "}", '"', "a", "undefined", "None", "NaN", "{} {}", "{}a", "\ufeff{}"),
    *('{"a": 1,}', "{'a': 1}", "{a: 1}", '{"a" 1}', '{"a": }', '{"a"}', '{1: "a"}', "[1,]"),
    *('{"a": NaN}', '{"a": -Infinity}', '{"a": 01}', '{"a": .5}', '{"a": +1}', '{"a": 1.}'),
    *('{"a": "\n"}', '{"a": "\\x41"}', '{"a": "\\u12"}', '{"a": True}', '{"a": 1} // one'),
    *("a=1", "<a>1</a>", "a: 1"),
)


def _cut(drawn: tuple[str, int]) -> str:
    """A part of an object, from its start: never one itself."""
    text, place = drawn
    text = text.rstrip()
    return text[: place % len(text)]


def _over(drawn: tuple[str, int]) -> str:
    """An object that is a few bytes too long, filled with one character."""
    filling, more = drawn
    empty = '{"a": ""}'
    count = -(-(MOST_ATTRIBUTES + more - len(empty)) // len(filling.encode()))
    return json.dumps({"a": filling * count}, ensure_ascii=False)


@made_once
def invalid_attributes_text() -> st.SearchStrategy[Invalid]:
    """Texts that Twilio refuses as attributes, with the refusal: not JSON, no object, too long.

    >>> @given(invalid_attributes_text())
    ... def test_bad_attributes_are_the_callers_mistake(invalid):
    ...     assert invalid.refusal.code in (50303, 50304)
    """
    cut_off = st.tuples(attributes_text(), st.integers(0, MOST_ATTRIBUTES)).map(_cut)
    no_objects = JSON_VALUES.map(
        lambda value: json.dumps([value] if isinstance(value, dict) else value)
    )
    too_long = st.one_of(
        st.tuples(st.sampled_from("aé😀"), st.integers(1, 2 * MOST_ATTRIBUTES)).map(_over),
        st.integers(MOST_ATTRIBUTES - 1, 2 * MOST_ATTRIBUTES).map(
            lambda spaces: "{" + " " * spaces + "}"
        ),
    )
    return st.one_of(
        refused(st.sampled_from(_NOT_JSON), refusals.ATTRIBUTES_NOT_JSON),
        refused(cut_off, refusals.ATTRIBUTES_NOT_JSON),
        refused(no_objects, refusals.ATTRIBUTES_NO_OBJECT),
        refused(too_long, refusals.ATTRIBUTES_TOO_LONG),
    )
