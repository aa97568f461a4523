"""The command `twilio-users drift`."""

import argparse
from pathlib import Path
from typing import Any

from pytest_twilio_users.cli.arguments import SUITES, path, require_cassettes
from pytest_twilio_users.cli.screen import put, show
from pytest_twilio_users.settings import Settings

DESCRIPTION = """\
Have two answer the same tests, the contract suite's unless others are named, and print
where the second differs from the first: the stub, the account, or the cassettes that
were recorded of these tests.
"""
NOTES = """\
exit code: 0 for notes or nothing, 1 for warnings, 3 for errors; 2 if they can't be compared
  error    another status, code or type
  warning  another value, a missing field, another request
  note     a new field

examples:
  TWILIO_USERS_CHANGES=2000 twilio-users drift stub live
  twilio-users drift --json cassette live tests/test_sign_up.py -k welcome
"""


def add(commands: Any) -> None:
    """Add the command."""
    drift = commands.add_parser(
        "drift",
        help="Print where stub, cassettes and account answer differently",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_own_options()],
    )
    drift.set_defaults(run=run)
    sides = ("stub", "cassette", "live")
    drift.add_argument("first", choices=sides, help="what is known")
    drift.add_argument("second", choices=sides, help="what is held against it")
    drift.add_argument(
        "tests",
        metavar="ARGUMENTS",
        nargs=argparse.REMAINDER,
        help="for pytest: which tests, and its options; without any, the contract suite."
        " What stands behind -- is pytest's alone",
    )


def _own_options() -> argparse.ArgumentParser:
    """What is the command's own, before the sides as behind them."""
    own = argparse.ArgumentParser(prog="twilio-users drift", add_help=False, allow_abbrev=False)
    own.add_argument(
        "--cassettes",
        metavar="FOLDER",
        type=path,
        default=Path(Settings().cassettes),
        help="where the cassettes are; default: %(default)s",
    )
    own.add_argument("--json", action="store_true", help="print JSON")
    return own


def run(options: argparse.Namespace) -> int:
    """Print where the two differ; the exit code tells how much."""
    from pytest_twilio_users.drift.sides import CONTRACT_SUITE, find_drift

    # argparse leaves all that stands behind the sides to pytest.
    _, tests = _own_options().parse_known_args(options.tests, options)
    if "--" in tests:
        tests.remove("--")
    if "cassette" in (options.first, options.second):  # before any test runs
        of_these_tests = [] if tests else [options.cassettes / SUITES]
        for folder in (options.cassettes, *of_these_tests):
            require_cassettes(
                folder,
                advice="Record some, --twilio-users-mode=record, or name their folder,"
                " --cassettes FOLDER.",
            )
    report = find_drift(
        options.first,
        options.second,
        tests=tests or CONTRACT_SUITE,
        cassettes=options.cassettes,
    )
    if options.json:
        put(report.to_json())
    else:
        for line in report.lines():
            show(line)
    return report.exit_code
