"""The commands `twilio-users drift …`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli.arguments import SUITES, path, require_cassettes
from pytest_twilio_users.cli.exit_codes import told
from pytest_twilio_users.cli.screen import put, show
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    from pytest_twilio_users.drift.openapi_report import OpenApiReport
    from pytest_twilio_users.drift.sides import DriftReport

DESCRIPTION = """\
Have two answer the same tests, the contract suite's unless others are named, and print
where the second differs from the first: the stub, the account, or the cassettes that
were recorded of these tests. Or compare Twilio's OpenAPI file with what the kit knows:
twilio-users drift openapi --help.
"""
NOTES = f"""\
{told("drift stub")}
  error    another status, code or type
  warning  another value, a missing field, another request
  note     a new field

examples:
  TWILIO_USERS_CHANGES=2000 twilio-users drift stub live
  twilio-users drift --json cassette live tests/test_sign_up.py -k welcome
"""
OPENAPI = """\
Compare an OpenAPI file of Twilio's Conversations, JSON or YAML, with what the kit knows of
the ten operations, and print where they differ. Twilio publishes it on GitHub:
spec/json/twilio_conversations_v1.json of twilio/twilio-oai.
"""
OPENAPI_NOTES = f"""\
{told("drift openapi")}
  error    an operation, a required parameter, a type, a status that came or went
  warning  a bound, an optional parameter, nullability, an enum; a missing field
  note     a new field or response header
  known    with --verbose: what the kit knows more precisely than the file; no difference
"""


def add(commands: Any) -> None:
    """Add the commands."""
    drift = commands.add_parser(
        "drift",
        help="Print where stub, cassettes, account or Twilio's OpenAPI file differ",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_own_options()],
    )
    drift.set_defaults(cassettes=Path(Settings().cassettes), json=False)
    firsts = drift.add_subparsers(required=True, metavar="FIRST", dest="first")
    sides = ("stub", "cassette", "live")
    side = firsts.add_parser(
        "stub",
        aliases=sides[1:],
        help="what is known, and what is held against it",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_own_options()],
    )
    side.set_defaults(run=run)
    side.add_argument("second", choices=sides, help="what is held against it")
    side.add_argument(
        "tests",
        metavar="ARGUMENTS",
        nargs=argparse.REMAINDER,
        help="for pytest: which tests, and its options; without any, the contract suite."
        " What stands behind -- is pytest's alone",
    )
    openapi = firsts.add_parser(
        "openapi",
        help="what the kit knows, and Twilio's OpenAPI file",
        description=OPENAPI,
        epilog=OPENAPI_NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_json_option()],
    )
    openapi.set_defaults(run=run_openapi)
    openapi.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=path,
        default=Path("-"),
        help="where it is; -, the default, is standard input",
    )
    openapi.add_argument(
        "--verbose", action="store_true", help="print what is known more precisely, too"
    )


# What may stand before the first of the two, too: there it is to stay what it was.


def _own_options() -> argparse.ArgumentParser:
    """What is the command's own, before the sides as behind them."""
    own = argparse.ArgumentParser(
        prog="twilio-users drift",
        add_help=False,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        parents=[_json_option()],
    )
    own.add_argument(
        "--cassettes",
        metavar="FOLDER",
        type=path,
        help=f"where the cassettes are; default: {Settings().cassettes}",
    )
    return own


def _json_option() -> argparse.ArgumentParser:
    option = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    option.add_argument("--json", action="store_const", const=True, help="print JSON")
    return option


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
    return _tell(report, report.lines(), as_json=options.json)


def run_openapi(options: argparse.Namespace) -> int:
    """Print where a file differs from what the kit knows; the exit code tells how much."""
    from pytest_twilio_users.drift.openapi_report import find_openapi_drift

    is_piped = options.file == Path("-")
    source = "standard input" if is_piped else str(options.file)
    if is_piped and (sys.stdin is None or sys.stdin.isatty()):
        raise KitError(
            "Nothing comes from standard input. Name a file, twilio-users drift openapi FILE, or"
            " pipe one in."
        )
    try:
        content = sys.stdin.buffer.read() if is_piped else options.file.read_bytes()
    except OSError as error:
        raise KitError(f"Can't read {source}: {error.strerror}.") from None
    report = find_openapi_drift(content, source=source)
    return _tell(report, report.lines(verbose=options.verbose), as_json=options.json)


def _tell(report: "DriftReport | OpenApiReport", lines: Iterable[str], *, as_json: bool) -> int:
    if as_json:
        put(report.to_json())
    else:
        for line in lines:
            show(line)
    return report.exit_code
