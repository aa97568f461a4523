"""The commands `twilio-users drift …`."""

import argparse
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_twilio_users.ci import listens
from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.arguments import SUITES, path, require_cassettes
from pytest_twilio_users.cli.screen import put, show
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    from pytest_twilio_users.drift.openapi_report import OpenApiReport
    from pytest_twilio_users.drift.sides import DriftReport
    from pytest_twilio_users.usage.usage_file import UsageFile

    ReportT = TypeVar("ReportT", OpenApiReport, DriftReport)

DESCRIPTION = """\
Run the same tests against two sides, and print where the second side answers differently
from the first. A side is the stub, the live account, or the cassettes of these tests.
Without named tests, the contract suite runs.
To compare Twilio's OpenAPI file with what the kit knows: twilio-users drift openapi --help.
"""
NOTES = f"""\
{exit_codes.told("drift")}
  error    another status, code or type
  warning  another value, a missing field, another request
  note     a new field

examples:
  TWILIO_USERS_CHANGES=2000 twilio-users drift stub live
  twilio-users drift --json cassette live tests/test_sign_up.py -k welcome
"""
OPENAPI = """\
Compare an OpenAPI file of Twilio's Conversations (JSON or YAML) with what the kit knows of
the ten operations, and print where they differ. Twilio publishes the file on GitHub:
spec/json/twilio_conversations_v1.json of twilio/twilio-oai.
"""
OPENAPI_NOTES = f"""\
{exit_codes.told("drift openapi")}
  error    an operation, a required parameter, a type, a status that came or went
  warning  a bound, an optional parameter, nullability, an enum; a missing field
  note     a new field or response header
  known    with --verbose: where the kit is more precise than the file; no difference
"""


def add(commands: Any) -> None:
    """Add the commands."""
    drift = commands.add_parser(
        "drift",
        help="Compare the answers of stub, cassettes and account, or Twilio's OpenAPI file",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_own_options()],
    )
    drift.set_defaults(
        cassettes=Path(Settings().cassettes), json=False, usage=None, only_used=False
    )
    firsts = drift.add_subparsers(required=True, metavar="FIRST", dest="first")
    sides = ("stub", "cassette", "live")
    side = firsts.add_parser(
        "stub",
        aliases=sides[1:],
        help="the two sides to compare",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_own_options()],
    )
    side.set_defaults(run=run)
    side.add_argument("second", choices=sides, help="the side to compare with the first")
    side.add_argument(
        "tests",
        metavar="ARGUMENTS",
        nargs=argparse.REMAINDER,
        help="tests and options for pytest; default: the contract suite. All after -- goes to"
        " pytest",
    )
    openapi = firsts.add_parser(
        "openapi",
        help="compare what the kit knows with Twilio's OpenAPI file",
        description=OPENAPI,
        epilog=OPENAPI_NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_common_options()],
    )
    openapi.set_defaults(run=run_openapi)
    openapi.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=path,
        default=Path("-"),
        help="the OpenAPI file; default: -, standard input",
    )
    openapi.add_argument(
        "--verbose", action="store_true", help="also print where the kit is more precise"
    )


# What may stand before the first of the two, too: there it is to stay what it was.


def _own_options() -> argparse.ArgumentParser:
    """What is the command's own, before the sides as behind them."""
    own = argparse.ArgumentParser(
        prog="twilio-users drift",
        add_help=False,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        parents=[_common_options()],
    )
    own.add_argument(
        "--cassettes",
        metavar="FOLDER",
        type=path,
        help=f"the folder of cassettes; default: {Settings().cassettes}",
    )
    return own


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_const", const=True, help="print JSON")
    common.add_argument(
        "--usage",
        metavar="USAGE",
        type=path,
        help="a usage file, written by pytest --twilio-users-usage=USAGE: print the tests that"
        " each difference touches",
    )
    common.add_argument(
        "--only-used",
        action="store_const",
        const=True,
        help="print only differences that touch a test; exit code 0 if there are none",
    )
    return common


def run(options: argparse.Namespace) -> int:
    """Print where the two differ; the exit code tells how much."""
    from pytest_twilio_users.drift.sides import CONTRACT_SUITE, find_drift

    # argparse leaves all that stands behind the sides to pytest.
    _, tests = _own_options().parse_known_args(options.tests, options)
    usage = _read_usage(options)
    if "--" in tests:
        tests.remove("--")
    if "cassette" in (options.first, options.second):  # before any test runs
        of_these_tests = [] if tests else [options.cassettes / SUITES]
        for folder in (options.cassettes, *of_these_tests):
            require_cassettes(
                folder,
                advice="Record some with pytest --twilio-users-mode=record, or name their folder:"
                " --cassettes FOLDER.",
            )
    report = find_drift(
        options.first,
        options.second,
        tests=tests or CONTRACT_SUITE,
        cassettes=options.cassettes,
        quiet=options.json and not sys.stderr.isatty(),  # a program reads it
    )
    report = _with_usage(report, usage, options)
    return _tell(report, report.lines(), as_json=options.json)


def run_openapi(options: argparse.Namespace) -> int:
    """Print where a file differs from what the kit knows; the exit code tells how much."""
    from pytest_twilio_users.drift.openapi_report import find_openapi_drift

    usage = _read_usage(options)
    is_piped = options.file == Path("-")
    source = "standard input" if is_piped else str(options.file)
    if is_piped and (sys.stdin is None or sys.stdin.isatty()):
        raise KitError(
            "Standard input is a terminal. Name a file, twilio-users drift openapi FILE, or"
            " pipe one in."
        )
    try:
        content = sys.stdin.buffer.read() if is_piped else options.file.read_bytes()
    except OSError as error:
        raise KitError(f"Can't read {source}: {error.strerror}.") from None
    report = _with_usage(find_openapi_drift(content, source=source), usage, options)
    return _tell(report, report.lines(verbose=options.verbose), as_json=options.json)


def _read_usage(options: argparse.Namespace) -> "UsageFile | None":
    """The file that says what tests use, if one is named."""
    from pytest_twilio_users.usage.usage_file import read_usage

    if options.usage is not None:
        return read_usage(options.usage)
    if options.only_used:
        raise KitError(
            "--only-used needs a usage file: --usage USAGE. A run of your tests writes one:"
            " pytest --twilio-users-usage=USAGE."
        )
    return None


def _with_usage(
    report: "ReportT", usage: "UsageFile | None", options: argparse.Namespace
) -> "ReportT":
    """The report with the tests that each difference touches, if that is known."""
    from pytest_twilio_users.drift.telling import find_used

    if usage is None:
        return report
    drifts, used = find_used(report.drifts, usage, only_used=options.only_used)
    return replace(report, drifts=drifts, used=used)


def _tell(report: "DriftReport | OpenApiReport", lines: Iterable[str], *, as_json: bool) -> int:
    if as_json:
        put(report.to_json())
    else:
        for line in lines:
            show(line)
    if listens(os.environ):
        from pytest_twilio_users.ci.github import tell_github
        from pytest_twilio_users.drift.shown_drifts import drifts_as_annotations, drifts_as_markdown

        found = drifts_as_annotations(report, environ=os.environ)
        tell_github(found, drifts_as_markdown(report), environ=os.environ, log=sys.stderr)
    return report.exit_code
