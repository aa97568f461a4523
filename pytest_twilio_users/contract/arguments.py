"""Checks arguments of functions: one rule each for text, numbers, flags, lengths of time.

A value that is none is refused where it is given, and never made text of by `str()`.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from enum import Enum
from typing import Any

from pytest_twilio_users.errors import InvalidArgument, brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

TEXT = "text, an int or a UUID"
"""The types that are accepted as text."""

LONGEST_TIME = timedelta(days=36_525)
"""A hundred years: no date is left behind that Python can't show."""


def as_text(value: object) -> str | None:
    """The text of what is text, or plainly meant as such: a str, an int, a UUID; else None."""
    if isinstance(value, str):
        return str.__str__(value)  # of a member of an enum its value, not its name
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        with suppress(ValueError):  # it has more digits than Python writes
            return int.__repr__(value)
        return None
    from uuid import UUID  # few give one, and its module takes long to load

    return str(value) if isinstance(value, UUID) else None


def is_empty(value: object) -> bool:
    """Tell whether a value is the empty text. Not by `==`, of which some make no truth."""
    return isinstance(value, str) and not value


def given_or_set(
    value: object, *, name: str, environ: Mapping[str, object]
) -> tuple[str, object | None]:
    """An argument, or else what stands in the environment as `TWILIO_…`, with its name.

    An empty text is none: of a variable that is not set, shells make one.
    """
    if value is not None and not is_empty(value):
        return name, value
    name = f"TWILIO_{name.upper()}"
    return name, environ.get(name) or None


def require_text(value: object, *, name: str, hide: bool = False) -> str:
    """Give the text of a value.

    Args:
        value: what was given.
        name: of the parameter.
        hide: whether nobody is to see the value.

    Raises:
        InvalidArgument: it is none.
    """
    text = as_text(value)
    if text is None:
        raise refused(value, name=name, allowed=TEXT, hide=hide)
    return text


def require_sendable(value: object, *, name: str, hide: bool = False) -> str:
    """Give the text of a value that UTF-8 can hold; arguments are those of `require_text`.

    Raises:
        InvalidArgument: it is not text, or UTF-8 can't hold it.
    """
    text = require_text(value, name=name, hide=hide)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        told = name if hide else f"{name}={brief(text)}"
        raise InvalidArgument(
            f"{told} can't be sent: character {error.start} is half of a surrogate pair, which"
            " UTF-8 does not encode."
        ) from None
    return text


def require_flag(value: object, *, name: str) -> bool:
    """Give a boolean back.

    Raises:
        InvalidArgument: it is none.
    """
    if isinstance(value, bool):
        return value
    raise refused(value, name=name, allowed="True, False")


def require_whole(
    value: object,
    *,
    name: str,
    least: int | None = None,
    most: int | None = None,
    instead: str = "",
) -> int:
    """Give a whole number back.

    Args:
        value: what was given.
        name: of the parameter.
        least: the smallest that is taken; any if None.
        most: the largest that is taken; any if None.
        instead: what is taken besides, for the complaint.

    Raises:
        InvalidArgument: it is no int, too small or too large.
    """
    if isinstance(value, int) and as_text(value):  # a bool has none
        above = least is None or value >= least
        if above and (most is None or value <= most):
            return value
    bound = "" if least is None else f" from {least}"
    bound += "" if most is None else f" to {most:,}"
    raise refused(value, name=name, allowed=f"whole numbers{bound}{instead}")


def require_time(value: Any, *, name: str) -> timedelta:
    """Give how long something takes, of seconds or a timedelta.

    Raises:
        InvalidArgument: it is neither, is negative, or lasts more than a hundred years.
    """
    with suppress(TypeError, ValueError, OverflowError):
        time = value if isinstance(value, timedelta) else timedelta(seconds=value)
        if timedelta() <= time <= LONGEST_TIME and not isinstance(value, bool):
            return time
    raise refused(value, name=name, allowed="seconds from 0 to a hundred years, or a timedelta")


def refused(value: object, *, name: str, allowed: str, hide: bool = False) -> InvalidArgument:
    """The complaint of a value: the parameter, the value with its type, what is allowed."""
    told = name if hide else f"{name}={brief(value)}"
    return InvalidArgument(f"{told} ({type(value).__name__}): allowed: {allowed}.{advice(value)}")


def advice(value: object) -> str:
    """How to make text of what is nearly text, or why none is made, as a sentence; or nothing."""
    if isinstance(value, bytes | bytearray):
        return " Decode it first: .decode()."
    if isinstance(value, Enum):
        return f" Give its value: {type(value).__name__}.{value.name}.value."
    if isinstance(value, int) and not isinstance(value, bool) and as_text(value) is None:
        return f" Python writes no int of more than {sys.get_int_max_str_digits()} digits."
    return ""
