"""A progress line at the bottom of the terminal, on standard error."""

import sys
from collections.abc import Mapping
from contextlib import suppress

from pytest_twilio_users.cli.screen import show
from pytest_twilio_users.live.progress_line import ProgressLine, moves_cursor


class LastLine:
    """Tells how far a command has come; what it prints stands above.

    Where standard error is no terminal, it is a log, with a line now and then.
    """

    def __init__(self, counts: str, *, environ: Mapping[str, str]) -> None:
        is_terminal = sys.stderr.isatty() and moves_cursor(environ)
        rewrite = self._rewrite if is_terminal else None
        self.show = ProgressLine(counts, rewrite=rewrite, log=_log).show
        self._shown = False

    def print(self, line: str) -> None:
        """Print a line above."""
        self.close()
        show(line)

    def close(self) -> None:
        """Leave nothing of it, until something is shown again."""
        if self._shown:
            self._rewrite("")
            self._shown = False

    def _rewrite(self, text: str) -> None:
        _write(f"\r{text}\x1b[K")
        self._shown = True


def _log(line: str) -> None:
    _write(f"{line}\n")


def _write(text: str) -> None:
    with suppress(OSError):  # nobody reads it: the work is done all the same
        sys.stderr.write(text)
        sys.stderr.flush()
