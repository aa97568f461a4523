"""The JSON of a seed, read user by user: what is wrong is told of the user that it is wrong of."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.wire.codec import no_duplicates, refuse_constant

Problems = list[str]
"""What Python's JSON would have passed over, in words."""

_KINDS = {'"': "a string", "{": "an object", "f": "false", "n": "null", "t": "true"}
"""What JSON is that is no list, by its first character."""

_ADVICE = 'A seed is a list of users, such as [{"identity": "ada"}].'

_SPACE = re.compile(r"[ \t\r\n]*")


def read_entries(text: str | bytes, *, source: str) -> Iterator[tuple[Any, Problems]]:
    """Give each value of a list, and what is wrong inside it.

    Raises:
        InvalidArgument: it is no JSON, or no list; the message names the source and the user.
    """
    place = source
    problems: Problems = []
    decoder = _decoder(problems)
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text), "surrogatepass")
        _require_list(text, decoder, source=source)
        at = _after(text, "[", 0)
        number, is_over = 0, text.startswith("]", at)
        while not is_over:
            number += 1
            place = f"{source}, user {number}"
            problems.clear()
            entry, at = decoder.raw_decode(text, at)
            yield entry, list(problems)
            at = _skip(text, at)
            is_over = text.startswith("]", at)
            if not is_over:
                at = _after(text, ",", at)
        place = source
        end = _after(text, "]", at)
        if end < len(text):
            raise json.JSONDecodeError("Extra data", text, end)
    except RecursionError:
        raise InvalidArgument(f"{place} is nested too deep.") from None
    except InvalidArgument:
        raise
    except ValueError as error:
        raise InvalidArgument(f"{place} is no JSON: {error}. {_ADVICE}") from None


def _require_list(text: str, decoder: json.JSONDecoder, *, source: str) -> None:
    at = _skip(text, 0)
    if not text.startswith("[", at):
        decoder.decode(text)  # what is no JSON is told as such
        kind = _KINDS.get(text[at], "a number")
        raise InvalidArgument(f"{source} is {kind}. {_ADVICE}")


def _skip(text: str, at: int) -> int:
    """The place of what comes next that is no space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _after(text: str, mark: str, at: int) -> int:
    """The place of what comes after a mark."""
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise json.JSONDecodeError(f"Expecting {mark!r}", text, at)
    return _skip(text, at + 1)


def _decoder(problems: Problems) -> json.JSONDecoder:
    """What reads one user to the end, whatever is wrong inside: its identity is to be told."""

    def noting(read: Callable[[Any], Any], instead: Callable[[Any], Any] = str) -> Any:
        def reading(found: Any) -> Any:
            try:
                return read(found)
            except ValueError as error:
                problems.append(str(error))
                return instead(found)

        return reading

    return json.JSONDecoder(
        object_pairs_hook=noting(no_duplicates, dict),
        parse_int=noting(_whole),
        parse_float=noting(_fraction),
        parse_constant=noting(refuse_constant),
    )


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(_too_large(text)) from None


def _fraction(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(_too_large(text))
    return number


def _too_large(text: str) -> str:
    shown = text if len(text) <= 20 else f"{text[:20]}…"
    return f"Python can't hold the number {shown}: write the attributes that have it as text"
