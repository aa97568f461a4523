"""Reads the JSON of a seed, entry by entry, so that errors name the entry."""

import json
import math
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any, NoReturn

from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.wire.codec import no_duplicates, refuse_constant

Problems = list[str]
"""What Python's JSON would have passed over, in words."""

_KINDS = {'"': "a string", "f": "false", "n": "null", "t": "true"}
"""What JSON is that is no list, by its first character."""

_ADVICE = 'A seed is a list of users, such as [{"identity": "ada"}].'

_LISTS = {"users": "user", "neighbours": "neighbour"}
"""The lists that a state has, and what is in each."""

_OF_THE_ACCOUNT = ("account_sid", "default_service_sid")
"""What a state tells besides, which a seed does not change."""

_SPACE = re.compile(r"[ \t\r\n]*")


def read_entries(text: str | bytes, *, source: str) -> Iterator[tuple[Any, Problems]]:
    """Give each value of a list, or of the lists of a state, and what is wrong inside it.

    Raises:
        InvalidArgument: it is not JSON, or neither; the message names the source and the entry.
    """
    reading = _Reading(source)
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text), "surrogatepass")
        at = _skip(text, 0)
        if text.startswith("{", at):
            at = yield from reading.state(text, at)
        elif text.startswith("[", at):
            at = yield from reading.entries(text, at, "user")
        else:
            reading.refuse_kind(text, at)
        if at < len(text):
            raise json.JSONDecodeError("Extra data", text, at)
    except RecursionError:
        raise InvalidArgument(f"{reading.place} is nested too deeply.") from None
    except InvalidArgument:
        raise
    except ValueError as error:
        raise InvalidArgument(f"{reading.place} is not JSON: {error}. {_ADVICE}") from None


class _Reading:
    """Reads one seed; `place` is where it is."""

    def __init__(self, source: str) -> None:
        self._source = self.place = source
        self._problems: Problems = []
        self.decoder = _decoder(self._problems)

    def refuse_kind(self, text: str, at: int) -> NoReturn:
        """Refuse what is neither a list nor an object; what is not JSON is told as such."""
        self.decoder.decode(text)
        kind = _KINDS.get(text[at], "a number")
        raise InvalidArgument(f"{self._source} is {kind}. {_ADVICE}")

    def entries(self, text: str, at: int, what: str) -> Generator[tuple[Any, Problems], None, int]:
        """Give what is in the list that begins there; comes to the place after it."""
        at = _after(text, "[", at)
        number, is_over = 0, text.startswith("]", at)
        while not is_over:
            number += 1
            self.place = f"{self._source}, {what} {number}"
            self._problems.clear()
            entry, at = self.decoder.raw_decode(text, at)
            if what == "neighbour" and isinstance(entry, dict) and what not in entry:
                raise InvalidArgument(
                    f'{self.place} does not say what it is: expected "neighbour", such as'
                    ' {"neighbour": "conversations", "unique_name": "lobby"}.'
                )
            yield entry, list(self._problems)
            at = _skip(text, at)
            is_over = text.startswith("]", at)
            if not is_over:
                at = _after(text, ",", at)
        self.place = self._source
        return _after(text, "]", at)

    def state(self, text: str, at: int) -> Generator[tuple[Any, Problems], None, int]:
        """Give what is in the lists of the state that begins there; comes to the place after it."""
        at = _after(text, "{", at)
        is_over = text.startswith("}", at)
        while not is_over:
            name, at = self.decoder.raw_decode(text, at)
            at = _after(text, ":", at)
            if isinstance(name, str) and name in _LISTS:
                at = yield from self.entries(text, at, _LISTS[name])
            elif isinstance(name, str) and name in _OF_THE_ACCOUNT:
                _, at = self.decoder.raw_decode(text, at)
            else:
                known = known_names(str(name), [*_LISTS, *_OF_THE_ACCOUNT])
                raise InvalidArgument(
                    f"{self._source} has {brief(name)}, which is not a key of a state.{known}"
                    f" {_ADVICE}"
                )
            at = _skip(text, at)
            is_over = text.startswith("}", at)
            if not is_over:
                at = _after(text, ",", at)
        return _after(text, "}", at)


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
