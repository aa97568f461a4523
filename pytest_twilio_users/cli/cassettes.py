"""The commands `twilio-users cassettes …`."""

import argparse
import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli.arguments import SUITES, path, require_cassettes
from pytest_twilio_users.cli.exit_codes import told
from pytest_twilio_users.cli.screen import put, show
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    import pytest

CHECK = """\
Look for private values in cassettes, and for cassettes that can't be read.
"""
SCHEMA = "Print the JSON Schema of a cassette."


def add(commands: Any) -> None:
    """Add the commands."""
    cassettes = commands.add_parser("cassettes", help="Look after recorded answers")
    kinds = cassettes.add_subparsers(required=True, metavar="COMMAND")
    check = kinds.add_parser(
        "check",
        help="Find private values in them",
        description=CHECK,
        epilog=told("cassettes check"),
    )
    check.set_defaults(run=run_check)
    check.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=path,
        default=Path(Settings().cassettes),
        help="where they are; default: %(default)s",
    )
    check.add_argument(
        "--orphans",
        action="store_true",
        help="find those whose test is gone, too; pytest collects the tests of this folder for it",
    )
    schema = kinds.add_parser(
        "schema",
        help=SCHEMA.rstrip("."),
        description=SCHEMA,
        epilog=told("cassettes schema"),
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
