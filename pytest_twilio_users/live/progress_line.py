"""Shows progress: in one line of a terminal, or in lines of a log."""

from collections.abc import Callable, Mapping
from shutil import get_terminal_size

from pytest_twilio_users.errors import printable
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.elapsed import Elapsed

NOW_AND_THEN = 30.0
"""Seconds between two lines of a log, and before the first."""


class ProgressLine:
    """Shows each text in the place of the one before, or as a line of a log now and then.

    Args:
        counts: what the numbers count, such as "tests".
        rewrite: puts a text into the place of the one before, where that can be done.
        log: writes a line.
        clock: the seconds, from any beginning.
    """

    def __init__(
        self,
        counts: str,
        *,
        rewrite: Callable[[str], None] | None,
        log: Callable[[str], None],
        clock: Callable[[], float] = Elapsed.seconds,
    ) -> None:
        self._counts = counts
        self._rewrite = rewrite
        self._log = log
        self._clock = clock
        self._began = clock()
        self._next = self._began + NOW_AND_THEN

    def show(self, done: int, total: int, *more: str) -> None:
        """Show how much is done of how much, and when the rest may be; if that is known yet."""
        now = self._clock()
        if self._rewrite is None and now < self._next:
            return
        self._next = now + NOW_AND_THEN
        counted = f"{done} of {total} {self._counts}{_left(now - self._began, done, total)}"
        parts = (counted, *more) if total else more
        text = printable(f"twilio-users: {'; '.join(parts)}")
        if self._rewrite is None:
            self._log(text)
        else:  # on one line, in letters that are as wide everywhere
            plain = text.encode("ascii", "backslashreplace").decode()
            self._rewrite(plain[: get_terminal_size().columns - 1])


def _left(seconds: float, done: int, total: int) -> str:
    """How much time is left, if the rest takes as long as what is done; empty at first."""
    if not done or seconds < 1:
        return ""
    left = seconds / done * (total - done)
    return f", {left:.0f} s left" if left < 100 else f", {left / 60:.0f} min left"


def moves_cursor(environ: Mapping[str, str]) -> bool:
    """Whether a terminal does as it is told, if it is one."""
    return environ.get("TERM") != "dumb"


def pace_of(settings: Settings) -> str:
    """How fast changes of an account may follow each other."""
    return f"{settings.changes_per_second} a second at most"
