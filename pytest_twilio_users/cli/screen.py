"""Prints lines in a form that any terminal can show."""

import sys
from contextlib import suppress
from io import TextIOWrapper

from pytest_twilio_users.cli.nowhere import nowhere
from pytest_twilio_users.errors import KitError, printable, printable_lines


def show(line: str) -> None:
    """Print a line at once, whatever a file or a server put in it.

    Once nobody reads any more, or the disk is full, what is left to do is done in silence.
    """
    try:
        print(printable(line), flush=True)
    except OSError:
        sys.stdout = nowhere()


def put(text: str) -> None:
    """Print all that a command is asked for.

    Raises:
        KitError: it can't be written.
    """
    try:
        print(printable_lines(text), flush=True)
    except OSError as error:
        sys.stdout = nowhere()  # or the end of the process meets the same error
        raise KitError(f"Can't write to standard output: {error.strerror}.") from None


def tell(text: str) -> None:
    """Say something beside what a command prints, if anybody takes it."""
    with suppress(OSError):
        sys.stderr.write(f"twilio-users: {printable_lines(text)}\n")


def print_anywhere() -> None:
    """Have letters that the terminal or the file can't hold escaped, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
