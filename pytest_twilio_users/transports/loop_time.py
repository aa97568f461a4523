"""Lets the time of an event loop pass without waiting."""

import asyncio
from collections.abc import Callable
from math import inf, ulp
from typing import Any

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


_DIGITS = 2
"""Time is told in hundredths of a second."""

_BUSY_TURNS = 10_000
"""After so many turns of a loop that is never idle, somebody looks again and again."""


class NobodyWaits(Exception):
    """Nothing would ever end the wait."""


class UnknownLoop(Exception):
    """The time of this event loop can't be moved on."""


async def pass_time(seconds: float, *, on_passed: Callable[[float], None]) -> None:
    """Let time pass on the running loop: its timers are due in between, in order.

    Where the loop would wait for its next timer, its time moves on instead. So whatever
    else runs on it has its turns and its timeouts, `asyncio.timeout` around the caller too.
    It moves on, too, where somebody looks again and again by `asyncio.sleep(0)`.

    Args:
        seconds: how long; for ever if infinite, until somebody cancels the caller.
        on_passed: is told of each part of the time that has passed.

    Raises:
        NobodyWaits: it would last for ever.
        UnknownLoop: the loop is none of asyncio's own.
    """
    loop = asyncio.get_running_loop()
    mover = getattr(loop.time, "__self__", None)
    if not isinstance(mover, _Mover):
        selector = getattr(loop, "_selector", None)
        if selector is None:
            raise UnknownLoop(f"{type(loop).__module__}.{type(loop).__qualname__}")
        mover = _Mover(loop, selector)
    await mover.wait(seconds, on_passed)


class _Mover:
    """Stops a loop's own time while somebody waits, and moves it on; else it is out of the way."""

    def __init__(self, loop: Any, selector: Any) -> None:
        self._loop = loop
        self._time = loop.time
        self._select = selector.select
        self._ahead = 0.0
        self._stopped_at: float | None = None
        self._busy = 0
        self._waiting: dict[asyncio.Future[None], Callable[[float], None]] = {}
        loop.time = self._now
        selector.select = self._select_or_move

    async def wait(self, seconds: float, on_passed: Callable[[float], None]) -> None:
        """Wait until so much time has passed."""
        if not self._waiting:
            self._stopped_at, self._passed, self._busy = self._time(), 0.0, 0
        waiter = self._loop.create_future()
        self._waiting[waiter] = on_passed
        timer = None if seconds == inf else self._loop.call_later(seconds, _wake, waiter)
        try:
            await waiter
        finally:
            if timer is not None:
                timer.cancel()
            del self._waiting[waiter]
            if not self._waiting:
                self._ahead += self._stopped_at - self._time()
                self._stopped_at = None

    def _now(self) -> float:
        now: float = self._time() if self._stopped_at is None else self._stopped_at
        return now + self._ahead

    def _select_or_move(self, timeout: float | None = None) -> Any:
        """What the loop asks once nothing is left to run: what came, or when the next is due."""
        if not self._waiting:
            return self._select(timeout)
        came = self._select(0)
        self._busy = self._busy + 1 if timeout == 0 else 0
        if self._busy > _BUSY_TURNS:
            timeout = self._next_timer()
        if came or timeout == 0:
            return came
        if timeout is None:
            for waiter in self._waiting:
                _wake(waiter, NobodyWaits())
        else:
            self._move(timeout)
        return came

    def _next_timer(self) -> float | None:
        """In how many seconds the next is due; None if there is none."""
        timers = self._loop._scheduled  # noqa: SLF001  # the loop tells no one
        return max(0.0, timers[0].when() - self._now()) if timers else None

    def _move(self, seconds: float) -> None:
        """Move on. Who waits together sees the same time pass, once."""
        before, self._passed = self._passed, self._passed + seconds
        # Far from zero a float can't tell the loop's resolution, and no timer would be due.
        self._ahead += seconds + 4 * ulp(self._now() + seconds)
        # Timers of a caller were set some microseconds before it waits: these don't count.
        told = round(self._passed, _DIGITS) - round(before, _DIGITS)
        for on_passed in dict.fromkeys(self._waiting.values()):
            on_passed(told)


def _wake(waiter: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if waiter.done():
        return
    if error is None:
        waiter.set_result(None)
    else:
        waiter.set_exception(error)
