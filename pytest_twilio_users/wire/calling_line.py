"""The line of the application that is running: the nearest that is no library's."""

import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import CodeType, FrameType

_NOT_THE_APPLICATIONS = (
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

_known: dict[str, bool] = {}
"""Of each file that was met, whether it is the application's."""


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
        return f"{file}:{number}"


def calling_line() -> Line | None:
    """The nearest line, from who calls, that belongs neither to a library nor to the kit.

    None if there is none, as in a thread of a server.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # nothing else costs as little
    while frame is not None:
        code = frame.f_code
        is_applications = _known.get(code.co_filename)
        if is_applications is None:
            is_applications = _known[code.co_filename] = _is_applications(code.co_filename)
        if is_applications:
            return Line(code, frame.f_lasti)
        frame = frame.f_back
    return None


def _is_applications(file: str) -> bool:
    installed = any(folder in file for folder in _INSTALLED)
    return not installed and not file.startswith(_NOT_THE_APPLICATIONS)
