"""The commands `twilio-users cassettes …`."""

import argparse
import json
from pathlib import Path
from typing import Any

from pytest_twilio_users.cli.output import say
from pytest_twilio_users.settings import Settings

CHECK = """\
Look for private values in cassettes, and for cassettes that can't be read. Exits with
1 if something is found.
"""


def add(commands: Any) -> None:
    """Add the commands."""
    cassettes = commands.add_parser("cassettes", help="Look after recorded answers")
    kinds = cassettes.add_subparsers(required=True, metavar="COMMAND")
    check = kinds.add_parser("check", help="Find private values in them", description=CHECK)
    check.set_defaults(run=run_check)
    check.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=Path(Settings().cassettes),
        help="where they are; default: %(default)s",
    )
    check.add_argument(
        "--orphans",
        action="store_true",
        help="find those whose test is gone, too; pytest collects the tests of this folder for it",
    )
    schema = kinds.add_parser("schema", help="Print the JSON Schema of a cassette")
    schema.set_defaults(run=run_schema)


def run_check(options: argparse.Namespace) -> int:
    """Print what was found; 1 if something was."""
    from pytest_twilio_users.cassettes.check import check

    tests = _tests(options.folder) if options.orphans else None
    findings = list(check(options.folder, tests=tests))
    for finding in findings:
        say(str(finding))
    say(f"{len(findings)} found." if findings else "All is well.")
    return 1 if findings else 0


def _tests(cassettes: Path) -> list[str]:
    """The names of the tests of this folder; with the contract suite's, if it was recorded."""
    from pytest_twilio_users.cli.collection import collect

    suites = cassettes / "pytest_twilio_users" / "suites"
    suite = ("--pyargs", "pytest_twilio_users.suites.contract")
    return collect() + (collect(*suite) if suites.is_dir() else [])


def run_schema(_options: argparse.Namespace) -> int:
    """Print the schema."""
    from pytest_twilio_users.cassettes.schema import schema

    say(json.dumps(schema(), indent=2))
    return 0
