"""How fast requests may follow each other, and how many may be under way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """Gives requests their turn: changes evenly in time, and not too many at once.

    Safe for threads. `sleep` and `clock` take and give seconds.
    """

    def __init__(
        self,
        *,
        changes_per_second: float,
        concurrency: int,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._interval = 1 / changes_per_second
        self._slots = threading.BoundedSemaphore(concurrency)
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock()

    @contextmanager
    def turn(self, *, change: bool) -> Iterator[None]:
        """Wait for a turn, and have it until the end."""
        if change:
            self._wait()
        with self._slots:
            yield

    def _wait(self) -> None:
        with self._lock:
            now = self._clock()
            mine = max(self._next, now)
            self._next = mine + self._interval
        if mine > now:
            self._sleep(mine - now)
