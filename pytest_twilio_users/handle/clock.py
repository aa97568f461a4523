"""The stub's clock: tests read it, or move it on instead of sleeping."""

from bisect import insort
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from pytest_twilio_users.contract.arguments import require_time
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.state.supplies import wall_clock
from pytest_twilio_users.transports.turns import give_way, running_loop

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class UsersClock:
    """The stub's clock. It is put back at the end of the test or fixture that moved it.

    In live and record it shows the real time, and `advance` really waits.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._asleep: WeakKeyDictionary[Any, list[tuple[timedelta, int]]] = WeakKeyDictionary()
        self._sleepers = count()

    def now(self) -> datetime:
        """The time now, in UTC: the date of a user that is created now.

        It follows time-machine and freezegun. If a test does two things within one second, they
        have the same time.
        """
        return wall_clock() if self._is_live else self._records.now()

    def advance(self, seconds: float | timedelta) -> None:
        """Let time pass, without sleeping.

        It can stand in for the application's sleep:
        `monkeypatch.setattr(time, "sleep", twilio_users.clock.advance)`. If several threads
        sleep at the same time, their pauses add up.

        Args:
            seconds: seconds from 0 to a hundred years, or a timedelta.

        Raises:
            InvalidArgument: it is not such a time, or leads beyond Python's last year (9999).
        """
        passed = require_time(seconds, name="seconds")
        if self._is_live:
            Elapsed.sleep(passed.total_seconds())
        else:
            self._records.let_pass(passed)

    async def advance_async(self, seconds: float | timedelta, result: Any = None) -> Any:
        """Let time pass in a coroutine, as `asyncio.sleep` would.

        It can stand in for the application's sleep:
        `monkeypatch.setattr(asyncio, "sleep", twilio_users.clock.advance_async)`. Other tasks
        run on. Sleeping tasks wake up in the order of their times, and time in which several
        sleep passes once. It works on trio, too.

        Args:
            seconds: seconds up to a hundred years, or a timedelta. Negative is like 0.
            result: the value to return, as for `asyncio.sleep`.

        Raises:
            InvalidArgument: it is not such a time, or leads beyond Python's last year (9999).
        """
        if isinstance(seconds, int | float) and seconds < 0:
            seconds = 0
        passed = require_time(seconds, name="seconds")
        if self._is_live:
            await give_way(passed.total_seconds())
            return result
        mine = self._records.ahead + passed, next(self._sleepers)
        asleep = self._asleep.setdefault(running_loop(), [])
        insort(asleep, mine)
        try:
            await give_way()
            while mine != asleep[0]:
                await give_way()
            self.advance(max(mine[0] - self._records.ahead, timedelta()))
        finally:
            asleep.remove(mine)
        return result

    @property
    def _is_live(self) -> bool:
        return self._records.use().scope.settings.mode.is_live

    def __repr__(self) -> str:
        return f"<UsersClock: {self.now()}>"
