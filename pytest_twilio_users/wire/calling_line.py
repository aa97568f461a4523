"""Finds the application's line that is sending a request."""

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

_RUNNERS = (
    f"{os.sep}_pytest{os.sep}",
    *(
        str(Path(sysconfig.get_path("stdlib"), "asyncio", f"{name}.py"))
        for name in ("events", "runners")
    ),
    str(Path("-packages", "trio", "_core", "_run.py")),
)
"""What runs tests, or the tasks of an event loop."""


class _Whose(Enum):
    APPLICATION = auto()
    LIBRARY = auto()
    RUNNER = auto()
    """Whatever called it does not call what it runs: a script, an editor, `asyncio.run(…)`."""


_known: dict[str, _Whose] = {}
"""Whose each file is that was met."""


class Line(NamedTuple):
    """Where in its code a frame stood. Which line that is, is worked out when it is shown."""

    code: "CodeType"
    offset: int

    def __str__(self) -> str:
        """File, short where it lies below the working directory, and line: `app.py:12`."""
        try:
            here = str(Path.cwd()) + os.sep
        except OSError:  # it is gone
            here = ""
        file = self.code.co_filename.removeprefix(here)
        number = self.code.co_firstlineno
        for start, end, line in self.code.co_lines():
            if start <= self.offset < end:
                number = line or number
        return printable(f"{file}:{number}")


def calling_line() -> Line | None:
    """The nearest line, from who calls, that belongs neither to a library nor to the kit.

    None if there is none, as in a task that a library's coroutine is, or a thread of a server.
    """
    library = _Whose.LIBRARY
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # nothing else costs as little
    while frame is not None:
        code = frame.f_code
        whose = _known.get(code.co_filename)
        if whose is None:
            whose = _known[code.co_filename] = _whose(code.co_filename)
        if whose is not library:
            return Line(code, frame.f_lasti) if whose is _Whose.APPLICATION else None
        frame = frame.f_back
    return None


def _whose(file: str) -> _Whose:
    if any(runner in file for runner in _RUNNERS):
        return _Whose.RUNNER
    installed = any(folder in file for folder in _INSTALLED)
    return _Whose.LIBRARY if installed or file.startswith(_LIBRARIES) else _Whose.APPLICATION
