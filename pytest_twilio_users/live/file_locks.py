"""Locks open files, exclusively or shared, until they are closed.

The system lets go of a file when the process ends, however it ends.
"""

import os
import sys
from importlib import import_module
from threading import Event
from typing import Any

_BEHIND = 1 << 30
"""Where a file is held on Windows: what is held there, nobody else can read."""

_PLACES = 64
"""How many can hold a file beside one another on Windows, which knows no sharing: each a byte."""

_A_MOMENT = 0.05
"""Seconds between two tries on Windows, which gives up waiting after ten of its own."""


def hold_on_posix(descriptor: int, *, alone: bool, wait: bool) -> None:
    """Hold a file as `hold` does, where there is `fcntl`."""
    fcntl: Any = import_module("fcntl")
    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)


def hold_on_windows(descriptor: int, *, alone: bool, wait: bool) -> None:
    """Hold a file as `hold` does, where there is `msvcrt`."""
    place = os.lseek(descriptor, 0, os.SEEK_CUR)
    try:
        while not (held := _try(descriptor, alone=alone)) and wait:
            Event().wait(_A_MOMENT)
    finally:
        os.lseek(descriptor, place, os.SEEK_SET)
    if not held:
        raise BlockingIOError(0, "Somebody else holds it")


def _try(descriptor: int, *, alone: bool) -> bool:
    msvcrt: Any = import_module("msvcrt")
    for first, count in [(0, _PLACES)] if alone else [(each, 1) for each in range(_PLACES)]:
        os.lseek(descriptor, _BEHIND + first, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, count)
        except OSError:
            continue
        return True
    return False


hold = hold_on_windows if sys.platform == "win32" else hold_on_posix
"""Hold an open file. Where it is read and written goes on where it was.

Args:
    descriptor: the file's.
    alone: without others, instead of beside those who hold it so, too.
    wait: until those who are in the way let go of it.

Raises:
    OSError: somebody is in the way, and it does not wait.
"""
