"""Stand-ins for private values: of the same shape, equal where the values are equal."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from pytest_twilio_users.contract.sids import (
    OWN_ACCOUNT_SID,
    OWN_DEFAULT_SERVICE_SID,
    OWN_SERVICE_SID,
    SidKind,
    derive_sid,
)
from pytest_twilio_users.scopes.run_name import RUN_NAME

T = TypeVar("T")
Around = Callable[[], Iterable[T]]

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_SHAPES = {
    "person": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), "person-{number}{mark}@example.com"),
    "phone": (re.compile(r"\+[0-9]{6,15}"), "+1555{number:07d}"),
    "token": (re.compile(r"P[A-Z][A-Za-z0-9_-]{16,}"), "PT{number:030d}"),
    "url": (re.compile(r"https?://\S+"), "https://example.com/{number}{mark}"),
    "text": (re.compile(r"(?s).*"), "text-{number}{mark}"),
}
"""What has which shape, and what stands in for it; the first that fits."""

STAND_IN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}[0-9a-f]{32}(?![0-9A-Za-z])"
    r"|\bperson-[0-9]+(?:-[0-9a-f]{4})?@example\.com\b"
    r"|\+1555[0-9]{7}\b"
    r"|\bPT[0-9]{30}\b"
    r"|\bhttps://example\.com/[0-9]+(?:-[0-9a-f]{4})?\b"
    r"|\btext-[0-9]+(?:-[0-9a-f]{4})?\b"
)
"""What stands in for a text, wherever it stands."""


@lru_cache(maxsize=1024)  # most texts come again
def is_one_stand_in(text: str) -> bool:
    """Whether a text is a stand-in, and no more."""
    return STAND_IN.fullmatch(text) is not None


GIVEN = frozenset((OWN_ACCOUNT_SID, OWN_SERVICE_SID, OWN_DEFAULT_SERVICE_SID))
"""The handle's own SIDs, which stand in for those of the account and its services."""

ANY_PREFIX = re.compile(rf"{RUN_NAME}-(?:[0-9a-f]{{6}}-)?")
"""What live runs put before identities."""

NO_PREFIX = re.compile("(?!)")  # matches nowhere


MOST = 10_000
"""Numbers that stand in are counted; nobody counts further."""


def is_stand_in(value: str | float) -> bool:
    """Whether the kit gives such stand-ins; its SIDs are counted, too, and nobody counts far."""
    if not isinstance(value, str):
        return 0 < value < MOST and not value * 2 % 1
    if not is_one_stand_in(value):
        return False
    return not SID.fullmatch(value) or value[2:6] == "0000" or value in GIVEN


_SID_TAIL = re.compile(r"(?<=\b[A-Z]{2}[0-9a-f]{8})[0-9a-f]{24}\b")


def shorten_sids(text: str) -> str:
    """The text with what counts of SIDs alone: their tails are one in a conversation."""
    return _SID_TAIL.sub("…", text)


def shape_of(value: str) -> str:
    """Of a value or its stand-in: a SID's two letters, person, phone, text, token or url."""
    if SID.fullmatch(value):
        return value[:2]
    return next(name for name, (fits, _) in _SHAPES.items() if fits.fullmatch(value))


def _hundred_of(mark: str) -> int:
    """After which number those begin that are seen elsewhere: 1000, 1100 … 9900, by the mark.

    A number can't bear the mark itself. So these are higher than a test's own, and
    those of two seeds are mostly told apart.
    """
    hundreds = 10 + int(mark, 16) % 90
    return hundreds * 100


class StandIns:
    """Gives out stand-ins, numbered by first appearance for each shape."""

    def __init__(
        self,
        *,
        seed: str,
        known: Mapping[str, str],
        around: Around["StandIns"],
        marked: bool,
        prefix: re.Pattern[str],
        taken: Container[str | float] = (),
    ) -> None:
        """Give out the known ones, make up the others; the parameters are those of `Aliases`.

        None is made up that is taken.
        """
        self._tail = derive_sid(SidKind.USER, seed)[-24:]
        self._mark = f"-{self._tail[-4:]}" if marked else ""
        self._first = _hundred_of(self._tail[-4:]) if marked else 0
        self._around = around
        self._prefix = prefix
        self._taken = taken
        self._counts: Counter[str] = Counter()
        self.by_value: dict[str, str] = dict(known)
        self.numbers: dict[str, int | float] = {}
        self.written: dict[str, int] = {}

    def of_text(self, value: str) -> str:
        """The stand-in of a text, whatever run named it; the empty one hides nothing."""
        if not value:
            return value
        for given in (self, *self._around()):
            own = given.without_prefix(value)
            if own in given.by_value:
                return given.by_value[own]
        value = self.without_prefix(value)
        stand_in = self._make(value)
        while stand_in in self._taken:
            stand_in = self._make(value)
        self.by_value[value] = stand_in
        return stand_in

    def without_prefix(self, text: str) -> str:
        """The text as another run would have it."""
        return self._prefix.sub("", text)

    def of_number(self, value: float) -> int | float:
        """The stand-in of a number: whole ones stay whole."""
        key = repr(value)  # JSON's 1 is not 1.0, and 0.0 not -0.0
        for given in (self, *self._around()):
            if key in given.numbers:
                return given.numbers[key]
        part = 0.5 if isinstance(value, float) else 0
        number = self._first + self._count("number") + part
        while number in self._taken:
            number = self._first + self._count("number") + part
        self.numbers[key] = number
        return number

    def of_written(self, text: str) -> int:
        """The number of a JSON text, for how it is written."""
        for given in (self, *self._around()):
            if text in given.written:
                return given.written[text]
        return self.written.setdefault(text, self._first + len(self.written) + 1)

    def _make(self, value: str) -> str:
        shape = shape_of(value)
        number = self._count(shape)
        if shape not in _SHAPES:
            return f"{shape}{number:08x}{self._tail}"
        return _SHAPES[shape][1].format(number=number, mark=self._mark)

    def _count(self, shape: str) -> int:
        self._counts[shape] += 1
        return self._counts[shape]
