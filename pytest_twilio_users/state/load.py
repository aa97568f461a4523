"""The load of the stub: changes in a second, requests at once."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

_SECOND = timedelta(milliseconds=999)
"""For how long a change counts: who sleeps 1/30 s thirty times has slept a bit less than one."""


class Load:
    """A model of Twilio's two limits, for one scope. Safe for threads.

    How many changes a second, in a service, is documented, and not how they are counted. Here
    each counts for a second of its own, so no second has more of them than are allowed,
    wherever it begins. One that is refused as too many counts for nothing, as it "was
    never processed"; any other counts, whatever it is answered.
    """

    def __init__(
        self, passed: Callable[[], timedelta], *, mark: Callable[[], None] = lambda: None
    ) -> None:
        """Begin without load.

        Args:
            passed: tells how much time has, from any beginning.
            mark: hears of each change that is taken.
        """
        self._passed = passed
        self._mark = mark
        self._changes: defaultdict[str, deque[timedelta]] = defaultdict(deque)
        self._under_way = 0
        self._lock = threading.Lock()

    def takes_change(self, service_sid: str, *, most: int) -> bool:
        """Tell whether a service takes one more change now, which then counts."""
        with self._lock:
            changes, now = self._counting(service_sid)
            if len(changes) >= most:
                return False
            changes.append(now)
            self._mark()
            return True

    def has_room(self, service_sid: str, *, most: int) -> bool:
        """Tell whether a service would take one more change now."""
        with self._lock:
            return len(self._counting(service_sid)[0]) < most

    def _counting(self, service_sid: str) -> tuple[deque[timedelta], timedelta]:
        """When the changes came that count now; and now."""
        now = self._passed()
        changes = self._changes[service_sid]
        while changes and now - changes[0] >= _SECOND:
            changes.popleft()
        return changes, now

    @contextmanager
    def takes_request(self, *, most: int) -> Iterator[bool]:
        """Have a request under way, if one more is taken; gives whether it is."""
        with self._lock:
            taken = self._under_way < most
            self._under_way += taken
        try:
            yield taken
        finally:
            with self._lock:
                self._under_way -= taken
