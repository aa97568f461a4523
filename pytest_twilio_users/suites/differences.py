"""Shows the first difference between two values, in one line."""

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

_SHOWN = 60
"""How many characters of a value are shown, from a little before the difference."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


def difference(found: Any, due: Any, *, hide: Callable[[str], str]) -> str:
    """Tell where a value is not what it should be: `friendly_name: None instead of 'Ada'`.

    Args:
        found: the value.
        due: what it should be.
        hide: gives a text without private values, which may make two of them one.
    """
    place, *values = _first(found, due, "")
    one, other = (hide(repr(value)) for value in values)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    start = max(same - 10, 0) if max(len(one), len(other)) > _SHOWN else 0
    shown = " instead of ".join(_cut(text, start) for text in (one, other))
    hidden = " (what differs is hidden)" if one == other else ""
    return f"{place}{': ' if place else ''}{shown}{hidden}"


def _first(found: Any, due: Any, place: str) -> tuple[str, Any, Any]:
    """The first part of two values that differs, and where it is."""
    parts, other = _parts(found), _parts(due)
    if parts is not None and other is not None:
        for name in {**parts, **other}:
            one, another = parts.get(name, _Nothing()), other.get(name, _Nothing())
            if one != another:
                return _first(one, another, f"{place}.{name}" if place else str(name))
    return place, found, due


def _parts(value: Any) -> Mapping[Any, Any] | None:
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    return value if isinstance(value, Mapping) else None


def _cut(text: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if text[end:] else ''}"
