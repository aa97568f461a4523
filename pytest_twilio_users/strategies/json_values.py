"""JSON values, in the many ways to write them."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st

NUMBERS = (
    *(0, 1, -1, 2**31, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 2**64, 10**30),
    *(-0.0, 1.0, 0.1, 1e16, 1e-7, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308),
)
"""Numbers at which programs differ."""

TEXTS = (
    *("", " ", "a", "é", "e\u0301", "😀", "\0", "\x7f", "\u2028", "\ufeff", '"', "\\", "/", "</"),
    *("null", "{}", "\\u0000", "a.b", "a/b~c", "$ref", "__proto__", "constructor", "0"),
)
"""Texts that are awkward as a key or a value."""

_CONSTANTS = tuple(map(st.sampled_from, ((None, False, True), NUMBERS, TEXTS)))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_CHEAP = st.one_of(*_CONSTANTS, _TEXTS)


def _nested(depth: int) -> Any:
    value: Any = {}
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    return value


JSON_VALUES: st.SearchStrategy[Any] = st.one_of(
    *_CONSTANTS,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    _TEXTS,
    st.lists(_CHEAP, max_size=2),
    st.tuples(_TEXTS, _CHEAP).map(lambda pair: {pair[0]: pair[1]}),
    st.integers(0, 32).map(_nested),
)
"""Values that are equal after a round trip through JSON."""


def _object(drawn: tuple[str, int, list[Any]]) -> dict[str, Any]:
    key, place, values = drawn
    keys = (key, *TEXTS[place:], *TEXTS)
    return dict(zip(keys, values, strict=False))


# One key is free, the others are neighbours in the table: to draw each would take far longer.
JSON_OBJECTS: st.SearchStrategy[dict[str, Any]] = st.tuples(
    _TEXTS, st.integers(0, len(TEXTS) - 1), st.lists(JSON_VALUES, max_size=3)
).map(_object)
"""Objects of up to three keys."""

# In what `json.dumps` writes; a number is one that has a point or an exponent.
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_TEXT_OR_FLOAT = re.compile(_TEXT.pattern + r"|-?\d+(?:\.\d+(?:e[-+]\d+)?|e[-+]\d+)")


def _with_keys_reversed(value: Any) -> str:
    if isinstance(value, dict):
        value = dict(reversed(value.items()))
    return json.dumps(value)


def _with_escaped_slashes(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("/", "\\/")


def _with_nothing_but_escapes(value: Any) -> str:
    def escape(text: re.Match[str]) -> str:
        units = json.loads(text[0]).encode("utf-16-be").hex(" ", 2).upper().split()
        return '"' + "".join(f"\\u{unit}" for unit in units) + '"'

    return _TEXT.sub(escape, json.dumps(value))


def _with_exponents(value: Any) -> str:
    def write(token: re.Match[str]) -> str:
        text = token[0]
        if text.startswith('"'):
            return text
        return text.replace("e", "E") if "e" in text else f"{text}e+00"

    return _TEXT_OR_FLOAT.sub(write, json.dumps(value))


def _with_space_around(value: Any) -> str:
    return f"\n\t {json.dumps(value)} \r\n"


JSON_STYLES: tuple[Callable[[Any], str], ...] = (
    json.dumps,
    partial(json.dumps, ensure_ascii=False),
    partial(json.dumps, separators=(",", ":")),
    partial(json.dumps, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    partial(json.dumps, indent=2),
    partial(json.dumps, indent="\t", separators=("\r\n,", "\t:\n")),
    _with_keys_reversed,
    _with_escaped_slashes,
    _with_nothing_but_escapes,
    _with_exponents,
    _with_space_around,
)
"""Functions that write the same value differently."""
