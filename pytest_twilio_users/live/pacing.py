"""Limits how much one process of a live run sends."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from pytest_twilio_users.errors import LiveRefused, counted
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.state.elapsed import Elapsed

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """`clock` gives and `sleep` takes seconds, from any beginning; `random` spreads retries.

    `left` tells for how many seconds the account may still be asked; once there are none,
    `sleep` raises Lost.
    """

    clock: Callable[[], float] = Elapsed.seconds
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)
    left: Callable[[], float] = lambda: math.inf


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits of one process.

    `changes` counts the creates, updates and deletes that it may send;
    `concurrency` is how many requests may be under way at once; `deadline`, in
    seconds, is for how long a request is tried again.
    """

    changes: int
    changes_per_second: float
    concurrency: int
    deadline: float

    @classmethod
    def share(cls, settings: Settings, *, workers: int) -> "Limits":
        """What each of a run's workers has of the run's limits."""
        return cls(
            changes=math.ceil(settings.changes / workers),
            changes_per_second=settings.changes_per_second / workers,
            concurrency=max(settings.concurrency // workers, 1),
            deadline=settings.deadline,
        )


class Budget:
    """How many changes may be sent, and how many were. Safe for threads."""

    def __init__(self, changes: int) -> None:
        self._changes = changes
        self._lock = threading.Lock()
        self.spent = 0

    def spend(self, operation: str) -> None:
        """Take one change off.

        Raises:
            LiveRefused: none is left.
        """
        with self._lock:
            if self.spent < self._changes:
                self.spent += 1
                return
        spent = LiveRefused(
            f"{operation}: this process may send {counted(self._changes, 'change')}, and has"
            f" sent all. To allow more: {SETTINGS['changes'].option}=N"
        )
        spent.ends_run = True
        raise spent


class Pace:
    """Gives requests their turn: changes evenly in time, and not too many at once.

    Safe for threads.
    """

    def __init__(self, limits: Limits, timing: Timing) -> None:
        self._interval = 1 / limits.changes_per_second
        self._slots = threading.BoundedSemaphore(limits.concurrency)
        self._timing = timing
        self._lock = threading.Lock()
        self._next = timing.clock()

    @contextmanager
    def turn(self, *, change: bool) -> Iterator[None]:
        """Wait for a turn, and have it until the end."""
        if change:
            self._wait()
        with self._slots:
            yield

    def _wait(self) -> None:
        with self._lock:
            now = self._timing.clock()
            mine = max(self._next, now)
            self._next = mine + self._interval
        if mine > now:
            self._timing.sleep(mine - now)
