"""What commands print: lines that any terminal takes."""

import sys
from io import TextIOWrapper

from pytest_twilio_users.cli.nowhere import nowhere
from pytest_twilio_users.errors import printable


def show(line: str) -> None:
    """Print a line at once, whatever a file or a server put in it.

    Once nobody reads any more, or the disk is full, what is left to do is done in silence.
    """
    try:
        print(printable(line), flush=True)
    except OSError:
        sys.stdout = nowhere()


def print_anywhere() -> None:
    """Have letters that the terminal or the file can't hold escaped, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
