"""Gives requests their turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_twilio_users.live.limits import Limits
from pytest_twilio_users.live.timing import Timing


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
