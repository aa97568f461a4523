"""What the stub takes from outside: the time, and SIDs."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from pytest_twilio_users.contract.sids import SidKind, derive_sid

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time now. Read at each call, so time-machine and freezegun move it."""
    return datetime.now(UTC)


class SidSupply:
    """SIDs that follow from a seed and a counter: the same run, the same SIDs.

    The counter stands in front, where people look: `US00000001…`, `US00000002…`.
    """

    def __init__(self, seed: str) -> None:
        self._counts = {kind: count(1) for kind in SidKind}
        self._tail = derive_sid(SidKind.USER, seed)[-24:]

    def next(self, kind: SidKind) -> str:
        """The next SID of a kind."""
        return f"{kind.value}{next(self._counts[kind]):08x}{self._tail}"
