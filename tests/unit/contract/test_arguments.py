import math
from datetime import timedelta
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from pytest_twilio_users.contract.arguments import (
    LONGEST_TIME,
    as_text,
    is_empty,
    require_flag,
    require_sendable,
    require_text,
    require_time,
    require_whole,
)
from pytest_twilio_users.errors import InvalidArgument


class Word(StrEnum):
    """An enum that is text."""

    RED = "red"


class Mixed(str, Enum):  # noqa: UP042  # as applications wrote it before Python 3.11
    """An enum of texts, whose `str()` is not text of an application."""

    RED = "red"


class Number(int, Enum):
    """An enum of numbers, whose `str()` is none."""

    ONE = 1


class Digit(IntEnum):
    """An enum that is a number."""

    ONE = 1


class Color(Enum):
    """An enum whose members are nothing else."""

    RED = "red"


class Name(str):
    """Text with a `str()` of its own."""

    __slots__ = ()

    def __str__(self) -> str:
        return "no text"


UUID_TEXT = "12345678-1234-5678-1234-567812345678"


def refusal(take: Any, value: object, **named: Any) -> str:
    """What is said of a value."""
    with pytest.raises(InvalidArgument) as raised:
        take(value, name="x", **named)
    return str(raised.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ada", "ada"),
        ("", ""),
        (Name("ada"), "ada"),
        (7, "7"),
        (-7, "-7"),
        (UUID(UUID_TEXT), UUID_TEXT),
        (Word.RED, "red"),
        (Mixed.RED, "red"),
        (Number.ONE, "1"),
        (Digit.ONE, "1"),
    ],
)
def test_what_is_text_or_plainly_meant_as_such_is_text(value: object, text: str) -> None:
    """An application's user ids are numbers or UUIDs; of an enum's member the value is meant."""
    assert require_sendable(value, name="x") == text
    assert type(as_text(value)) is str


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "x=None (NoneType)"),
        (True, "x=True (bool)"),
        (1.0, "x=1.0 (float)"),
        ([1], "x=[1] (list)"),
        ({"a": 1}, "x={'a': 1} (dict)"),
        (["x" * 200], f"x=['{'x' * 117}… (list)"),
    ],
    ids=["None", "True", "float", "list", "dict", "long"],
)
def test_what_is_no_text_is_refused(value: object, told: str) -> None:
    """It is never made text of by `str()`; what is shown of it is short."""
    assert refusal(require_text, value) == f"{told}: allowed: text, an int or a UUID."


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (b"ada", " Decode it first: .decode()."),
        (bytearray(b"ada"), " Decode it first: .decode()."),
        (Color.RED, " Give its value: Color.RED.value."),
    ],
)
def test_of_what_is_nearly_text_it_is_told_how_to_make_it_so(value: object, advice: str) -> None:
    """Bytes are decoded by who knows how; the name of an enum's member is not guessed."""
    assert refusal(require_text, value) == (
        f"x={value!r} ({type(value).__name__}): allowed: text, an int or a UUID.{advice}"
    )


@pytest.mark.parametrize(
    ("require", "allowed"),
    [(require_text, "text, an int or a UUID"), (require_whole, "whole numbers")],
)
def test_of_an_int_of_too_many_digits_the_most_is_told(require: Any, allowed: str) -> None:
    """It is an int, and a whole number: without that it would be a riddle."""
    assert refusal(require, 10**5_000) == (
        f"x=<int> (int): allowed: {allowed}. Python writes no int of more than 4300 digits."
    )


def test_what_nobody_is_to_see_is_told_by_its_type() -> None:
    """A token is in no message."""
    assert refusal(require_sendable, b"token", hide=True) == (
        "x (bytes): allowed: text, an int or a UUID. Decode it first: .decode()."
    )
    assert refusal(require_sendable, "token\ud800", hide=True) == (
        "x can't be sent: character 5 is half of a surrogate pair, which UTF-8 does not encode."
    )


def test_what_utf_8_can_not_hold_can_not_be_sent() -> None:
    """What it is, is shown."""
    assert refusal(require_sendable, "ada\ud800") == (
        "x='ada\\ud800' can't be sent: character 3 is half of a surrogate pair, which UTF-8 does"
        " not encode."
    )


@pytest.mark.parametrize(
    ("value", "empty"), [("", True), ("a", False), (None, False), (0, False), ([], False)]
)
def test_only_an_empty_text_is_empty(value: object, empty: bool) -> None:
    """Whatever else is false."""
    assert is_empty(value) is empty


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_a_boolean(value: bool) -> None:
    """And nothing that is like one."""
    assert require_flag(value, name="x") is value


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, None, []])
def test_what_is_no_flag_is_refused(value: object) -> None:
    """Truth is no boolean: "no" would be true."""
    assert refusal(require_flag, value) == (
        f"x={value!r} ({type(value).__name__}): allowed: True, False."
    )


@pytest.mark.parametrize(
    ("value", "bounds", "allowed"),
    [
        (2.0, {}, "whole numbers"),
        (True, {}, "whole numbers"),
        ("2", {}, "whole numbers"),
        (math.nan, {"least": 0}, "whole numbers from 0"),
        (-1, {"least": 0}, "whole numbers from 0"),
        (0, {"least": 1, "instead": ", or None for all"}, "whole numbers from 1, or None for all"),
        (1_001, {"least": 1, "most": 1_000}, "whole numbers from 1 to 1,000"),
        (0, {"least": 1, "most": 1_000}, "whole numbers from 1 to 1,000"),
        (6, {"most": 5}, "whole numbers to 5"),
    ],
)
def test_what_is_no_whole_number_is_refused(
    value: object, bounds: dict[str, Any], allowed: str
) -> None:
    """Neither is rounded, nor read from text."""
    assert refusal(require_whole, value, **bounds) == (
        f"x={value!r} ({type(value).__name__}): allowed: {allowed}."
    )


@pytest.mark.parametrize(
    ("value", "bounds"),
    [(0, {"least": 0}), (-3, {}), (10**30, {"least": 1}), (5, {"least": 5, "most": 5})],
)
def test_a_whole_number_is_given_back(value: int, bounds: dict[str, int]) -> None:
    """Of any size that Python writes, its bounds included."""
    assert require_whole(value, name="x", **bounds) == value


@pytest.mark.parametrize(
    ("value", "seconds"), [(0, 0), (3, 3), (0.5, 0.5), (timedelta(minutes=1), 60)]
)
def test_time_is_given_in_seconds_or_as_it_is(value: Any, seconds: float) -> None:
    """Fractions of a second are time, too."""
    assert require_time(value, name="x").total_seconds() == seconds


def test_time_may_be_a_hundred_years() -> None:
    """Of 365 days and a quarter; no second more."""
    hundred = 100 * 365.25 * 24 * 60 * 60
    assert require_time(hundred, name="x") == LONGEST_TIME == timedelta(seconds=hundred)
    assert refusal(require_time, hundred + 1).startswith("x=3155760001.0 (float): ")


@pytest.mark.parametrize(
    "value",
    [
        *(-1, -0.001, math.nan, math.inf, 10**10, 1e300, True, "3", None, [3]),
        *(Fraction(1, 2), timedelta(seconds=-1), timedelta.max),
    ],
    ids=repr,
)
def test_what_is_no_time_is_refused(value: object) -> None:
    """It does not go backwards, nor beyond what a date can show."""
    assert refusal(require_time, value) == (
        f"x={value!r} ({type(value).__name__}): allowed: seconds from 0 to a hundred years, or a"
        " timedelta."
    )
