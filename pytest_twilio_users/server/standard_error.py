"""Writes standard error in its own thread, so that a slow reader stops nothing."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import TextIO

WAITING = 1_000_000
"""How many characters may wait to be written. More are dropped."""

AGAIN = 0.1
"""Seconds until the next attempt to write."""

LAST_WORDS = 1.0
"""Seconds to write what still waits at the end."""


@contextmanager
def written_beside() -> Iterator[None]:
    """Let nothing that writes to standard error wait for who reads it, or meet an error.

    What nobody takes in time is dropped; how much it was is told as soon as somebody reads.
    """
    beside = _Beside(sys.stderr)
    with redirect_stderr(beside):
        try:
            yield
        finally:
            beside.close()


class _Beside(io.TextIOBase):
    """A text file that leaves it to a thread to write to another one."""

    def __init__(self, file: TextIO) -> None:
        self._file = file.fileno()  # itself has a lock, which the end of the process would wait for
        self._encoding = file.encoding
        self._changed = threading.Condition()
        self._texts: list[str] = []
        self._waiting = 0
        self._dropped = 0
        # A daemon: nobody waits for it at the end, as it may be waiting for a reader.
        self._thread = threading.Thread(target=self._pass_on, name="twilio-users log", daemon=True)
        self._thread.start()

    def write(self, text: str) -> int:
        """Have it written soon."""
        with self._changed:
            if self._dropped or self._waiting + len(text) > WAITING:
                self._dropped += text.count("\n")
            else:
                self._texts.append(text)
                self._waiting += len(text)
            self._changed.notify()
        return len(text)

    def close(self) -> None:
        """Have what waits written, if that takes no time."""
        with self._changed:
            super().close()
            self._changed.notify()
        self._thread.join(LAST_WORDS)

    def _pass_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._texts or self._dropped or self.closed)
                text = "".join(self._texts)
                told = text + _missing(self._dropped)
                self._texts, self._dropped = [], 0
            if not told:
                return
            data = told.encode(self._encoding, errors="backslashreplace")
            while data:
                data = data[self._write_part(data) :]
            with self._changed:
                self._waiting -= len(text)

    def _write_part(self, data: bytes) -> int:
        """Write as much as is taken; while that is nothing, wait a little."""
        try:
            return os.write(self._file, data)
        except OSError as error:  # the disk is full, nobody is there, or nobody waits for it
            with self._changed:
                if self.closed and not isinstance(error, BlockingIOError):
                    return len(data)
                self._changed.wait(AGAIN)
            return 0


def _missing(lines: int) -> str:
    return (
        f"(Lines missing here, as standard error was read too slowly: {lines:,}.)\n"
        if lines
        else ""
    )
