"""The command `twilio-users cassettes scrub`."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.arguments import path, require_cassettes
from pytest_twilio_users.cli.screen import show
from pytest_twilio_users.errors import CassetteError, counted
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    from pytest_twilio_users.cassettes.cassette import Cassette

DESCRIPTION = """\
Hide in cassettes what a recording would hide today. No request is sent. A cassette without
private values stays the same, to the byte. `cassettes check` only looks.
"""


def add(kinds: Any) -> None:
    """Add the command."""
    scrub = kinds.add_parser(
        "scrub",
        help="Hide private values in them",
        description=DESCRIPTION,
        epilog=exit_codes.told("cassettes scrub"),
    )
    scrub.set_defaults(run=run)
    scrub.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=path,
        default=[Path(Settings().cassettes)],
        help=f"a cassette, or a folder of cassettes; default: {Settings().cassettes}",
    )


def run(options: argparse.Namespace) -> int:
    """Hide what is private, and say where; 1 if a cassette can't be read or written."""
    from pytest_twilio_users.cassettes.cassette import unreadable, write_cassette
    from pytest_twilio_users.cassettes.scrubbing import Scrubbing, wide_first

    read: dict[Path, Cassette] = {}
    failed = changed = 0
    for file, folder in _files(options.paths):
        try:
            read[file] = _read(file, folder)
        except CassetteError as error:
            show(str(error))
            failed += 1
    scrubbing = Scrubbing()
    for file in sorted(read, key=lambda file: wide_first(read[file].name)):
        before = read[file]
        try:
            after = scrubbing.scrub(before)
            if after is not before:
                write_cassette(file.resolve(), after)
                pairs = zip(before.exchanges, after.exchanges, strict=True)
                hidden = sum(one != other for one, other in pairs)
                show(f"{file}: hidden in {hidden} of {counted(len(before.exchanges), 'exchange')}")
                changed += 1
        except CassetteError as error:
            show(unreadable(file, str(error)))
            failed += 1
        except OSError as error:
            show(f"{file}: it can't be written: {error.strerror}")
            failed += 1
    if changed or failed:
        problems = f", and {failed} can't be" if failed else ""
        show(f"{changed} of {counted(len(read), 'cassette')} scrubbed{problems}.")
    else:
        show("All is well.")
    return 1 if failed else 0


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, Path | None]]:
    """Each cassette, and the folder that was named for it, if one was.

    Raises:
        KitError: there are none.
    """
    for each in paths:
        if each.is_file():
            yield each.resolve(), None  # where a link leads that somebody names
        else:
            require_cassettes(
                each, advice="Name where they are: twilio-users cassettes scrub PATH."
            )
            yield from ((file, each) for file in sorted(each.rglob("*.json")))


def _read(file: Path, folder: Path | None) -> "Cassette":
    """Read a cassette, unless it is behind a link that leads out of the folder."""
    from pytest_twilio_users.cassettes.cassette import read_cassette, require_inside, unreadable

    try:
        if folder is not None:
            require_inside(file, folder)
    except (ValueError, RuntimeError) as error:
        raise CassetteError(unreadable(file, str(error))) from None
    return read_cassette(file, folder=None)
