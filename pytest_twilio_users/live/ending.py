"""Ends a live run early, when it is told to."""

import math
import threading
import time
from collections.abc import Callable

from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.state.elapsed import Elapsed

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

LAST_SECONDS = 0.5
"""How many seconds an ending run still has to delete what it made."""


class Ending:
    """Whether the run was told to end, and how much time it has then. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = Elapsed.seconds) -> None:
        self._clock = clock
        self._begun = threading.Event()
        self._end = math.inf

    @property
    def begun(self) -> bool:
        """Whether the run was told to end."""
        return self._begun.is_set()

    def begin(self) -> None:
        """The run is told to end: it has little time from now on."""
        self._end = self._clock() + LAST_SECONDS
        self._begun.set()

    def left(self) -> float:
        """For how many seconds the account may still be asked."""
        return max(self._end - self._clock(), 0.0)

    def sleep(self, seconds: float) -> None:
        """Let seconds pass.

        Raises:
            Lost: the run ends before that.
        """
        until = self._clock() + seconds
        self._begun.wait(seconds)
        rest = until - self._clock()
        if rest > self.left():
            raise told_to_end()
        time.sleep(max(rest, 0))


def told_to_end() -> Lost:
    """Why a request is not sent any more."""
    return Lost("the run was told to end", may_have_arrived=False)
