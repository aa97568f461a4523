"""Lets the time of an event loop pass without waiting."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class NobodyWaits(Exception):
    """Nothing would ever end the wait."""


class UnknownLoop(Exception):
    """The time of this event loop can't be moved on."""


async def pass_time(seconds: float, *, on_passed: Callable[[float], None]) -> None:
    """Let time pass on the running loop: its timers are due in between, in order.

    Where the loop would wait for its next timer, its time moves on instead. So whatever
    else runs on it has its turns and its timeouts, `asyncio.timeout` around the caller too.

    Args:
        seconds: how long; for ever if infinite, until somebody cancels the caller.
        on_passed: is told of each part of the time that has passed.

    Raises:
        NobodyWaits: it would last for ever.
        UnknownLoop: the loop is none of asyncio's own.
    """
    loop = asyncio.get_running_loop()
    mover = _movers.get(loop)
    if mover is None:
        selector = getattr(loop, "_selector", None)
        if selector is None or not isinstance(loop, asyncio.BaseEventLoop):
            raise UnknownLoop(f"{type(loop).__module__}.{type(loop).__qualname__}")
        mover = _movers[loop] = _Mover(loop, selector)
    await mover.wait(seconds, on_passed)


class _Mover:
    """Moves a loop's time on while somebody waits; at other times it is a pass-through."""

    def __init__(self, loop: Any, selector: Any) -> None:
        self._loop = loop
        self._time = loop.time
        self._select = selector.select
        self._ahead = 0.0
        self._waiting: dict[asyncio.Future[None], Callable[[float], None]] = {}
        loop.time = self._now
        selector.select = self._select_or_move

    async def wait(self, seconds: float, on_passed: Callable[[float], None]) -> None:
        """Wait until so much time has passed."""
        waiter = self._loop.create_future()
        self._waiting[waiter] = on_passed
        timer = None if seconds == inf else self._loop.call_later(seconds, _wake, waiter)
        try:
            await waiter
        finally:
            del self._waiting[waiter]
            if timer is not None:
                timer.cancel()

    def _now(self) -> float:
        now: float = self._time() + self._ahead
        return now

    def _select_or_move(self, timeout: float | None = None) -> Any:
        """What the loop asks once nothing is left to run: what came, or when the next is due."""
        if not self._waiting or timeout == 0:
            return self._select(timeout)
        came = self._select(0)
        if came:
            return came
        if timeout is None:
            for waiter in self._waiting:
                if not waiter.done():
                    waiter.set_exception(NobodyWaits())
            return came
        self._ahead += timeout
        # Who waits together sees the same time pass, once.
        for on_passed in {id(each): each for each in self._waiting.values()}.values():
            on_passed(timeout)
        return came


def _wake(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)


_movers: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Mover]" = WeakKeyDictionary()
