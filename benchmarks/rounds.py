"""Interleaved rounds: each times every contender once, so all of them share the machine's moods."""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import repeat

Timer = Callable[[int], float]
"""Makes a number of calls; gives the seconds that one of them took."""

Contender = Callable[[], AbstractContextManager[Timer]]
"""Sets up what its calls need, for one round."""

_EXACT = time.get_clock_info("thread_time").resolution <= 1e-6
PROCESSOR_TIME = time.thread_time if _EXACT else time.perf_counter
"""What is timed here never waits, so the time that other processes take need not count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What the rounds found: the median, and the quartiles as its spread."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Sum up one value per round."""
        if len(values) == 1:
            return cls(median=values[0], low=values[0], high=values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median=median, low=low, high=high)

    def scaled(self, by: float) -> "Figure":
        """The same in another unit."""
        return Figure(median=self.median * by, low=self.low * by, high=self.high * by)


class Times:
    """Seconds per call, by contender and round."""

    def __init__(self, seconds: Mapping[str, Sequence[float]]) -> None:
        self._seconds = seconds

    def of(self, name: str) -> Figure:
        """A contender's own seconds: they mean something beside others' only."""
        return Figure.of(self._seconds[name])

    def ratio(self, name: str, *, to: str) -> Figure:
        """How many times as long as another one it took, round by round."""
        pairs = zip(self._seconds[name], self._seconds[to], strict=True)
        return Figure.of([seconds / beside for seconds, beside in pairs])

    def difference(self, name: str, *, to: str) -> Figure:
        """How many seconds longer than another one it took, round by round."""
        pairs = zip(self._seconds[name], self._seconds[to], strict=True)
        return Figure.of([seconds - beside for seconds, beside in pairs])


def timer(call: Callable[[], object]) -> Timer:
    """Time a function."""

    def seconds(calls: int) -> float:
        turns = repeat(None, calls)
        start = PROCESSOR_TIME()
        for _ in turns:
            call()
        return (PROCESSOR_TIME() - start) / calls

    return seconds


def async_timer(call: Callable[[], Awaitable[object]], runner: asyncio.Runner) -> Timer:
    """Time a function that is awaited; the start of the event loop is left out."""

    async def seconds(calls: int) -> float:
        turns = repeat(None, calls)
        start = PROCESSOR_TIME()
        for _ in turns:
            await call()
        return (PROCESSOR_TIME() - start) / calls

    return lambda calls: runner.run(seconds(calls))


def ready(run: Timer) -> Contender:
    """A contender that needs nothing set up."""
    return lambda: nullcontext(run)


def interleave(contenders: Mapping[str, Contender], *, rounds: int, calls: int) -> Times:
    """Time the contenders in turn, beginning each round with the next one.

    The garbage collector stays on, as it is in a test run. What was there
    before is frozen, and each contender starts on a clean heap: it pays for its
    own garbage, and for nobody else's.
    """
    names = list(contenders)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            with contenders[name]() as run:
                if calls > 1:
                    run(calls // 10 + 1)  # after the others, its caches are cold
                gc.collect()
                seconds[name].append(run(calls))
    gc.unfreeze()
    return Times(seconds)
