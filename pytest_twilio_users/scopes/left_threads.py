"""Threads, or work for a thread pool, that a test left running."""

import gc
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

_ANYIO = "anyio._backends._asyncio"
_POOLS = {"trio._core._thread_cache", "multiprocessing.pool"}
"""Whose threads wait for anybody's work, as anyio's do for a sync endpoint of FastAPI's."""

_OF_POOLS = {"anyio", "asyncio", "multiprocessing", "outcome", "queue", "threading", "trio"}
"""Packages by which a pool waits for work, and tells what came of it."""


class _Working(threading.local):
    """What this thread works for."""

    test = ""


class LeftThreads:
    """Compares the threads before a test with those after it."""

    def __init__(self) -> None:
        self._known: set[threading.Thread] = set()
        self._left: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()
        self._work: Counter[str] = Counter()
        self._working = _Working()

    @property
    def test_of_this(self) -> str:
        """The test that left this thread running, or its work; empty if none did."""
        return self._working.test or self._left.get(threading.current_thread(), "")

    @property
    def any_runs(self) -> bool:
        """Whether something of a test is still running."""
        return bool(self._work.total()) or any(thread.is_alive() for thread in self._left)

    @property
    def any_is_waited_for(self) -> bool:
        """Whether Python is going to wait for some of it, once the run is over."""
        threads = (thread for thread in self._left if not thread.daemon)
        return bool(self._work.total()) or any(thread.is_alive() for thread in threads)

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

        Not the threads of a pool, which are of whoever gives them work.
        """
        unknown = {*threading.enumerate()} - self._known
        for thread, modules in _where(unknown).items() if unknown else ():
            if not _is_of_a_pool(thread, modules):
                self._left[thread] = name

    def inherit(self, thread: threading.Thread) -> None:
        """This thread begins another: it is of the same test."""
        if self.test_of_this:
            self._left[thread] = self.test_of_this

    def work_of(self, test: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, known as the test's wherever it is done; or as that of this thread."""
        name = self.test_of_this or test
        if not name:
            return work
        self._work[name] += 1

        def noted(*args: Any, **given: Any) -> Any:
            self._working.test = name
            try:
                return work(*args, **given)
            finally:
                self._working.test = ""
                self._work[name] -= 1

        return noted


def _where(threads: Iterable[threading.Thread]) -> Mapping[threading.Thread, Sequence[str]]:
    """The modules that each thread is in at this moment, the innermost first."""
    # CPython holds a lock meanwhile, for which a garbage collection may wait: for ever.
    collects = gc.isenabled()
    gc.disable()
    frames = sys._current_frames()  # noqa: SLF001  # there is no other way
    try:
        return {thread: list(_modules(frames.get(thread.ident or 0))) for thread in threads}
    finally:
        frames.clear()  # this one is among them: a cycle, which would keep those of all threads
        if collects:
            gc.enable()


def _modules(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield str(frame.f_globals.get("__name__"))
        frame = frame.f_back


def _is_of_a_pool(thread: threading.Thread, modules: Sequence[str]) -> bool:
    """Whether a thread is a worker of `concurrent.futures`, or waits for work in another pool."""
    if "concurrent.futures.thread" in modules:
        return True
    waits = {module.partition(".")[0] for module in modules} <= _OF_POOLS
    return waits and (type(thread).__module__ == _ANYIO or not _POOLS.isdisjoint(modules))
