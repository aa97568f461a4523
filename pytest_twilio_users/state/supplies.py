"""What the stub takes from outside: the time, its SIDs."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.state.elapsed import Elapsed

Clock = Callable[[], datetime]

_NO_TIME = timedelta()
_ALIKE = 0.001
_SECOND = timedelta(seconds=1)


def wall_clock() -> datetime:
    """The time now. Read at each call, so time-machine and freezegun move it."""
    return datetime.now(UTC)


class SteadyClock:
    """The wall clock in whole seconds, without steps of less than a second.

    What a test does in a row has the same date, whenever in a second it begins.
    Where a second or more lies between two looks at the clock (the test slept, or
    moved it by time-machine or freezegun), it shows the wall clock's second.
    """

    def __init__(self) -> None:
        self._looked = self._shown = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time now."""
        now = wall_clock()
        if not _NO_TIME <= now - self._looked < _SECOND:
            self._shown = now.replace(microsecond=0)
        self._looked = now
        return self._shown


class Pauses:
    """How much time has passed, as of the last pause: what a machine is slow at is none.

    A pause is where a test moved the wall clock, by time-machine or freezegun, or where
    a second really passed since the last `mark`. Whether it was moved, a clock tells
    that no test moves.
    """

    def __init__(self) -> None:
        self._passed = _NO_TIME
        self._paused = wall_clock()
        self._looked = self._marked = (self._paused, Elapsed.seconds(), Elapsed.seconds())

    def __call__(self) -> timedelta:
        """The time so far. It never goes back."""
        look = Elapsed.seconds(), wall_clock(), Elapsed.seconds()
        before, now, after = look
        looked, least, most = self._looked
        step = (now - looked).total_seconds()
        ran = before - most - _ALIKE <= step <= after - least + _ALIKE
        if not ran or before - self._marked[2] >= 1:
            self._passed += max(now - self._paused, _NO_TIME)
            self._paused = now
            self._marked = now, before, after
        self._looked = now, before, after
        return self._passed

    def mark(self) -> None:
        """Something was taken at the time of the last look."""
        self._marked = self._looked


class SidSupply:
    """SIDs that follow from a seed and a counter: the same run, the same SIDs.

    The counter stands in front, where people look: `US00000001…`, `US00000002…`.
    """

    def __init__(self, seed: str) -> None:
        self._counts: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._tail = derive_sid(SidKind.USER, seed)[-24:]

    def reserve(self, sid: str) -> None:
        """Never give this SID, as it is given already."""
        kind, number, tail = sid[:2], sid[2:10], sid[10:]
        if tail == self._tail:
            self._counts[kind] = count(max(next(self._counts[kind]), int(number, 16) + 1))

    def next(self, kind: str) -> str:
        """The next SID of a kind, which is its two letters."""
        return f"{kind}{next(self._counts[kind]):08x}{self._tail}"
