"""Threads that a test left running."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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

    @contextmanager
    def knowing(self) -> Iterator[None]:
        """What begins meanwhile belongs to nobody's test: a server of a wide fixture's, say."""
        before = {*threading.enumerate()}
        yield
        self._known |= {*threading.enumerate()} - before

    def end_test(self, name: str) -> None:
        """A test is over: what runs that was not known before, it left behind.

        Not the threads of a pool that wait for work: whose that will be, nobody knows.
        """
        for thread in {*threading.enumerate()} - self._known:
            if not _waits_for_work(thread):
                self._left[thread] = name

    def inherit(self, thread: threading.Thread) -> None:
        """This thread begins another: it is of the same test."""
        if self.test_of_this:
            self._left[thread] = self.test_of_this


def _waits_for_work(thread: threading.Thread) -> bool:
    """Whether it is a worker of `concurrent.futures`, or of an event loop, with nothing to do."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001  # there is no other way
    return frame is not None and frame.f_globals.get("__name__") == "concurrent.futures.thread"
