"""The line of the application that is running: the nearest that is no library's."""

import os
import sys
import sysconfig
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_twilio_users.errors import printable

if TYPE_CHECKING:
    from types import CodeType, FrameType

_LIBRARIES = (
    "<",  # no file
    *(
        str(folder) + os.sep
        for folder in (
            Path(__file__).parents[1],
            sysconfig.get_path("stdlib"),
            sysconfig.get_path("platstdlib"),
        )
    ),
)
_INSTALLED = tuple(f"{os.sep}{name}-packages{os.sep}" for name in ("site", "dist"))

_PYTEST = f"{os.sep}_pytest{os.sep}"
"""Whatever called pytest is no application: a script, or an editor."""


class _Whose(Enum):
    APPLICATION = auto()
    LIBRARY = auto()
    PYTEST = auto()


_known: dict[str, _Whose] = {}
"""Whose each file is that was met."""


class Line(NamedTuple):
    """Where in its code a frame stood. Which line that is, is worked out when it is shown."""

    code: "CodeType"
    offset: int

    def __str__(self) -> str:
        """File, short where it lies below the working directory, and line: `app.py:12`."""
        file = self.code.co_filename.removeprefix(str(Path.cwd()) + os.sep)
        number = self.code.co_firstlineno
        for start, end, line in self.code.co_lines():
            if start <= self.offset < end:
                number = line or number
        return printable(f"{file}:{number}")


def calling_line() -> Line | None:
    """The nearest line, from who calls, that belongs neither to a library nor to the kit.

    None if there is none, as in a task of its own, or a thread of a server.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # nothing else costs as little
    while frame is not None:
        code = frame.f_code
        whose = _known.get(code.co_filename)
        if whose is None:
            whose = _known[code.co_filename] = _whose(code.co_filename)
        if whose is _Whose.APPLICATION:
            return Line(code, frame.f_lasti)
        if whose is _Whose.PYTEST:
            return None
        frame = frame.f_back
    return None


def _whose(file: str) -> _Whose:
    if _PYTEST in file:
        return _Whose.PYTEST
    installed = any(folder in file for folder in _INSTALLED)
    return _Whose.LIBRARY if installed or file.startswith(_LIBRARIES) else _Whose.APPLICATION
