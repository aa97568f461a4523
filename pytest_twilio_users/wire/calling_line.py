"""The line of the application that is running: the nearest that is no library's."""

import os
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

_KIT = str(Path(__file__).parents[1]) + os.sep
_LIBRARIES = tuple(
    path + os.sep for path in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
)
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


class Line(NamedTuple):
    """A line of a file; its text is short where the file lies below the working directory."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file.removeprefix(str(Path.cwd()) + os.sep)}:{self.number}"


def calling_line() -> Line | None:
    """The nearest line, from who calls, that belongs neither to a library nor to the kit.

    None if there is none, as in a thread of a server.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # there is no other way that costs as little
    while frame is not None:
        file = frame.f_code.co_filename
        if not _is_library(file):
            return Line(file, frame.f_lineno)
        frame = frame.f_back
    return None


@lru_cache(maxsize=4096)
def _is_library(file: str) -> bool:
    """Whether a file is a library's, the kit's, or no file."""
    return file.startswith(("<", _KIT, *_LIBRARIES)) or any(folder in file for folder in _INSTALLED)
