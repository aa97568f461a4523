"""Checks the arguments of the commands, with the same messages as settings."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import SETTINGS, STEM, parse_sid


class PassingParser(argparse.ArgumentParser):
    """A parser that may leave unknown arguments to pytest, in `rest`."""

    leaves_rest = False

    def parse_known_args(self, *arguments: Any, **named: Any) -> Any:
        """Parse what is known."""
        found, rest = super().parse_known_args(*arguments, **named)
        if self.leaves_rest:
            if "--" in rest:
                rest.remove("--")
            found.rest, rest = rest, []
        return found, rest


SUITES = Path("pytest_twilio_users", "suites")
"""Where the cassettes of the kit's own suites are, in the folder of all."""


def parsed_by(parse: Callable[[Any], Any]) -> Callable[[str], Any]:
    """What argparse asks: its errors are to say what a setting's do."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None

    return parsed


def setting(name: str) -> Callable[[str], Any]:
    """What a setting may be."""
    return parsed_by(SETTINGS[name].parse)


def sid(kind: SidKind) -> Callable[[str], Any]:
    """A SID of this kind."""
    return parsed_by(parse_sid(kind))


@parsed_by
def path(text: str) -> Path:
    """A path. An empty one would be the working directory."""
    if not text:
        raise ValueError("it is empty; is a variable unset?")
    return Path(text)


def take_from_environment(
    options: argparse.Namespace,
    parsers: Mapping[str, Callable[[str], Any]],
    *,
    environ: Mapping[str, str],
) -> None:
    """Set the options that were not given to what the environment says of them.

    Raises:
        KitError: a value can't be read.
    """
    for option, parse in parsers.items():
        name = STEM + option.upper()
        if getattr(options, option) is None and name in environ:
            try:
                setattr(options, option, parse(environ[name]))
            except argparse.ArgumentTypeError as error:
                raise KitError(f"{name} (in the environment): {error}") from None


def require_cassettes(folder: Path, *, advice: str) -> None:
    """See that a folder holds cassettes: who names a wrong one is not told that all is well.

    Raises:
        KitError: there are none, or it is not a folder that can be read.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise KitError(
            f"Can't read the cassettes in {folder}: {error.strerror}. {advice}"
        ) from None
    if next(folder.rglob("*.json"), None) is None:
        raise KitError(f"There are no cassettes in {folder}. {advice}")
