"""Threads that a test left running."""

import threading
from weakref import WeakKeyDictionary


class LeftThreads:
    """Compares the threads before a test with those after it."""

    def __init__(self) -> None:
        self._known: set[threading.Thread] = set()
        self._left: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()

    @property
    def test_of_this(self) -> str:
        """The test that left this thread running; empty if none did."""
        return self._left.get(threading.current_thread(), "")

    @property
    def any_runs(self) -> bool:
        """Whether one of them is still running."""
        return any(thread.is_alive() for thread in self._left)

    def know(self) -> None:
        """All threads that there are now belong to nobody's test."""
        self._known = {*threading.enumerate()}

    def end_test(self, name: str) -> None:
        """A test is over: what runs that was not known before, it left behind."""
        for thread in {*threading.enumerate()} - self._known:
            self._left[thread] = name
