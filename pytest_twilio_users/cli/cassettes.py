"""The commands `twilio-users cassettes …`."""

import argparse
import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli import exit_codes, refresh, scrub
from pytest_twilio_users.cli.arguments import SUITES, PassingParser, path, require_cassettes
from pytest_twilio_users.cli.screen import put, show
from pytest_twilio_users.errors import KitError, printable
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    import pytest

CHECK = """\
Look for private values in cassettes, and for cassettes that can't be read.
"""
SHOW = """\
Print cassettes as conversations: requests (>) and answers (<). Headers without effect are
left out. SIDs are shortened: the ending that is the same in the whole cassette is left out.
"""


def add(commands: Any) -> None:
    """Add the commands."""
    cassettes = commands.add_parser(
        "cassettes", help="Check, show, scrub or refresh recorded answers"
    )
    kinds = cassettes.add_subparsers(required=True, metavar="COMMAND", parser_class=PassingParser)
    check = kinds.add_parser(
        "check",
        help="Find private values in them",
        description=CHECK,
        epilog=exit_codes.told("cassettes check"),
    )
    check.set_defaults(run=run_check)
    check.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=path,
        default=Path(Settings().cassettes),
        help="the folder of cassettes; default: %(default)s",
    )
    check.add_argument(
        "--orphans",
        action="store_true",
        help="also find cassettes whose test is gone; pytest collects the tests of this folder",
    )
    show_one = kinds.add_parser(
        "show",
        help="Print one as a conversation",
        description=SHOW,
        epilog=exit_codes.told("cassettes show"),
    )
    show_one.set_defaults(run=run_show)
    show_one.add_argument(
        "cassettes", metavar="CASSETTE", nargs="+", help="a file, a folder, or the name of a test"
    )
    show_one.add_argument(
        "--cassettes",
        dest="folder",
        metavar="FOLDER",
        type=path,
        default=Path(Settings().cassettes),
        help="the folder of cassettes; default: %(default)s",
    )
    scrub.add(kinds)
    refresh.add(kinds)
    schema = kinds.add_parser(
        "schema",
        help="Print the JSON Schema of a cassette",
        description="Print the JSON Schema of a cassette, by which editors check it.",
        epilog=exit_codes.told("cassettes schema"),
    )
    schema.set_defaults(run=run_schema)


def run_check(options: argparse.Namespace) -> int:
    """Print what was found; 1 if something was."""
    from pytest_twilio_users.cassettes.check import check

    require_cassettes(
        options.folder, advice="Name the folder that has them: twilio-users cassettes check FOLDER."
    )
    tests = _tests(options.folder) if options.orphans else None
    findings = list(check(options.folder, tests=tests))
    for finding in findings:
        show(finding)
    show(f"{len(findings)} found." if findings else "All is well.")
    return 1 if findings else 0


def run_show(options: argparse.Namespace) -> int:
    """Print cassettes as conversations."""
    from pytest_twilio_users.cassettes.as_conversation import conversation
    from pytest_twilio_users.cassettes.cassette import read_cassette

    files = [file for name in options.cassettes for file in _shown(name, options.folder)]
    for number, file in enumerate(files):
        lines = map(printable, conversation(read_cassette(file, folder=None)))
        put("\n".join(lines if number == 0 else ["", *lines]))
    return 0


def _shown(name: str, folder: Path) -> list[Path]:
    """The files of a path, or of a test.

    Raises:
        KitError: there are none.
    """
    from pytest_twilio_users.cassettes.places import place

    found = Path(name)
    if found.is_dir():
        require_cassettes(found, advice="Name a cassette, or its test.")
        return sorted(found.rglob("*.json"))
    for file in (found, place(folder, name)):
        if file.is_file():
            return [file]
    raise KitError(
        f"There is no file {name}, and no test of this name has a cassette in {folder}. Name the"
        " test as pytest -v prints it, or name the folder of cassettes: --cassettes FOLDER."
    )


def _tests(cassettes: Path) -> list[str]:
    """The names of the tests of this folder; with the contract suite's, if it was recorded."""
    suite = ("--pyargs", "pytest_twilio_users.suites.contract")
    return _collect() + (_collect(*suite) if cassettes.joinpath(SUITES).is_dir() else [])


class _Collector:
    """A plugin of pytest's that keeps what is collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] | None = None

    def pytest_collection_finish(self, session: "pytest.Session") -> None:
        """Keep the tests, if all could be collected."""
        if not session.testsfailed:
            self.items = session.items


def _collect(*arguments: str) -> list[str]:
    """The names of the tests that pytest finds, by these arguments or else from this folder.

    Raises:
        KitError: it can't collect them.
    """
    import pytest

    from pytest_twilio_users.scopes.node_names import stable_name

    collector = _Collector()
    quiet = ("--collect-only", "-qq", "--no-header", "--assert=plain")  # nothing is run
    # Its exit code tells more than that: syrupy fails where no test asked for a snapshot.
    with redirect_stdout(StringIO()) as said:
        pytest.main([*quiet, *arguments], plugins=[collector])
    if collector.items is None:
        raise KitError(
            f"pytest can't collect the tests of this folder:\n{said.getvalue() or 'see above'}"
        )
    return [stable_name(item) for item in collector.items]


def run_schema(_options: argparse.Namespace) -> int:
    """Print the schema."""
    from pytest_twilio_users.cassettes.cassette_schema import SCHEMA

    put(json.dumps(SCHEMA, indent=2))
    return 0
