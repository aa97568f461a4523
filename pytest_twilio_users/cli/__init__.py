"""The console script `twilio-users`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users import __version__
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import SETTINGS, Credentials, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_twilio_users.server.seeds import Seed

JOURNAL_LIMIT = 1_000
"""How many exchanges a served stub keeps whole: it may run for days."""

SERVE = """\
Serve the stub of Twilio's Conversations users until SIGINT or SIGTERM.

One line on standard output, the base URL, says that it accepts connections.
Each request is logged on standard error, without credentials; below it stands
what Twilio would not take as it was meant.
"""
SERVE_NOTES = """\
a seed file is a JSON list of users:
  [{"identity": "ada", "friendly_name": "Ada", "attributes": {"born": 1815}}]
besides those: service_sid, role_sid, is_online, is_notifiable

control endpoints, on loopback:
  POST /__twilio_users__/reset     as it began: the seed's users, an empty journal, nothing refused
  POST /__twilio_users__/seed      add the users of the body, written as in a seed file
  POST /__twilio_users__/refuse    have an operation refused as Twilio would:
                                   {"operation": "create_user",
                                    "refusal": "too_many_requests", "times": 2};
                                   without times, until a reset
  GET  /__twilio_users__/state     the users there are
  GET  /__twilio_users__/journal   the last exchanges, and what was wrong with them
"""
OPENAPI = "Print the ten operations as an OpenAPI 3.1 document, in JSON."
SWEEP = """\
Delete what live runs left behind, by their ledgers: only users that a ledger names,
and only if the user that is there is the one that was noted. With --prefix, by the
names that the kit makes up; those are listed first, and deleted with --yes.

TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN of the environment are the credentials.
Exits with 1 if something is left.
"""
CASSETTES = """\
Look for private values in cassettes, and for cassettes that can't be read. Exits with
1 if something is found.
"""
DRIFT = """\
Have two answer the same tests, the contract suite's unless others are named, and print
where the second differs from the first: the stub, the account, or the cassettes that
were recorded of these tests.
"""
DRIFT_NOTES = """\
exit code: 0 for notes or nothing, 1 for warnings, 3 for errors; 2 if they can't be compared
  error    another status, code or type
  warning  another value, a missing field, another request
  note     a new field

examples:
  TWILIO_USERS_CHANGES=5000 twilio-users drift stub live
  twilio-users drift --json cassette live tests/test_sign_up.py -k welcome
"""
DOCTOR = """\
Say what is installed, what pytest would be set to in this folder and where each
setting comes from, and where requests would go. Exits with 1 if a setting is wrong.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it went well."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KitError as error:
        sys.stderr.write(f"twilio-users: {error}\n")
        return 2


def parser() -> argparse.ArgumentParser:
    """What the console script takes."""
    script = argparse.ArgumentParser(
        prog="twilio-users", description="Twilio's Conversations users for tests."
    )
    script.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = script.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_sweep(commands)
    _add_cassettes(commands)
    _add_drift(commands)
    for name, summary, run in (("openapi", OPENAPI, _openapi), ("doctor", DOCTOR, _doctor)):
        first, _, _ = " ".join(summary.split()).partition(". ")
        command = commands.add_parser(name, help=first.rstrip("."), description=summary)
        command.set_defaults(run=run)
    return script


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="Serve the stub on a socket, for tests in any language",
        description=SERVE,
        epilog=SERVE_NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.set_defaults(run=_serve)
    serve.add_argument("--host", default="127.0.0.1", help="where to listen; default: %(default)s")
    serve.add_argument(
        "--port", type=_port, default=0, help="0, the default, takes any port that is free"
    )
    serve.add_argument(
        "--allow-remote",
        action="store_true",
        help="listen on a --host other than loopback, too; there are no control endpoints then",
    )
    serve.add_argument(
        "--account-sid",
        metavar="AC…",
        type=_sid(SidKind.ACCOUNT),
        default=derive_sid(SidKind.ACCOUNT, "pytest-twilio-users"),
        help="the account that answers tell; default: one made up",
    )
    serve.add_argument(
        "--auth-token",
        metavar="TOKEN",
        help="accept this token alone, with the account's SID or a key's (SK…);"
        " default: any credentials",
    )
    serve.add_argument(
        "--service-sid",
        metavar="IS…",
        type=_sid(SidKind.SERVICE),
        action="append",
        default=[],
        help="a service that exists besides the account's default one; may be given more than"
        " once. Once one is given, all others are unknown; default: every one exists",
    )
    serve.add_argument(
        "--role-sid",
        metavar="RL…",
        type=_sid(SidKind.ROLE),
        action="append",
        default=[],
        help="a role that exists besides the services' default ones, in the same way",
    )
    serve.add_argument(
        "--max-page-size",
        metavar="N",
        type=_parsed_by(SETTINGS["max_page_size"].parse),
        default=Settings().max_page_size,
        help="larger pages are cut to it; default: %(default)s",
    )
    serve.add_argument("--seed", metavar="FILE", type=Path, help="the users to begin with")
    serve.add_argument(
        "--control-token", metavar="TOKEN", help="what the control endpoints ask for; default: none"
    )


def _add_sweep(commands: Any) -> None:
    sweep = commands.add_parser(
        "sweep", help="Delete what live runs left behind", description=SWEEP
    )
    sweep.set_defaults(run=_sweep)
    sweep.add_argument(
        "--ledger",
        metavar="FOLDER",
        type=Path,
        help="where the ledgers are; default: TWILIO_USERS_LEDGER, or .twilio_users",
    )
    sweep.add_argument(
        "--prefix",
        action="store_true",
        help="go by the names of the service's users, where ledgers are lost",
    )
    sweep.add_argument(
        "--older-than",
        metavar="HOURS",
        type=_hours,
        default=24.0,
        help="with --prefix, how old a user has to be; default: %(default)g",
    )
    sweep.add_argument("--yes", action="store_true", help="with --prefix, delete what was listed")
    sweep.add_argument(
        "--service-sid",
        metavar="IS…",
        type=_sid(SidKind.SERVICE),
        help="with --prefix, the service; default: TWILIO_USERS_SERVICE_SID",
    )
    sweep.add_argument(
        "--base-url",
        metavar="URL",
        type=_parsed_by(SETTINGS["base_url"].parse),
        help="where to ask; default: TWILIO_USERS_BASE_URL, or Twilio",
    )


def _add_cassettes(commands: Any) -> None:
    cassettes = commands.add_parser("cassettes", help="Look after recorded answers")
    kinds = cassettes.add_subparsers(required=True, metavar="COMMAND")
    check = kinds.add_parser("check", help="Find private values in them", description=CASSETTES)
    check.set_defaults(run=_check_cassettes)
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
    schema.set_defaults(run=_cassette_schema)


def _add_drift(commands: Any) -> None:
    drift = commands.add_parser(
        "drift",
        help="Print where stub, cassettes and account answer differently",
        description=DRIFT,
        epilog=DRIFT_NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    drift.set_defaults(run=_drift)
    sides = ("stub", "cassette", "live")
    drift.add_argument("first", choices=sides, help="what is known")
    drift.add_argument("second", choices=sides, help="what is held against it")
    drift.add_argument(
        "tests",
        metavar="ARGUMENTS",
        nargs=argparse.REMAINDER,
        help="for pytest: which tests, and its options; without any, the contract suite",
    )
    drift.add_argument(
        "--cassettes",
        metavar="FOLDER",
        type=Path,
        default=Path(Settings().cassettes),
        help="where the cassettes are; default: %(default)s",
    )
    drift.add_argument("--json", action="store_true", help="print JSON")


def _drift(options: argparse.Namespace) -> int:
    from pytest_twilio_users.drift.run import CONTRACT_SUITE, DriftOptions, Side, find_drift

    report = find_drift(
        DriftOptions(
            first=Side(options.first),
            second=Side(options.second),
            cassettes=options.cassettes,
            tests=options.tests or CONTRACT_SUITE,
        )
    )
    _say(report.to_json() if options.json else "\n".join(report.lines()))
    return report.exit_code


def _check_cassettes(options: argparse.Namespace) -> int:
    from pytest_twilio_users.cassettes.check import check

    tests = _tests(options.folder) if options.orphans else None
    findings = list(check(options.folder, tests=tests))
    for finding in findings:
        _say(str(finding))
    _say(f"{len(findings)} found." if findings else "All is well.")
    return 1 if findings else 0


def _tests(cassettes: Path) -> list[str]:
    """The names of the tests of this folder; with the contract suite's, if it was recorded."""
    from pytest_twilio_users.cli.doctor import collect

    suites = cassettes / "pytest_twilio_users" / "suites"
    suite = ("--pyargs", "pytest_twilio_users.suites.contract")
    return collect() + (collect(*suite) if suites.is_dir() else [])


def _cassette_schema(_options: argparse.Namespace) -> int:
    from pytest_twilio_users.cassettes.schema import schema

    _say(json.dumps(schema(), indent=2))
    return 0


def _sweep(options: argparse.Namespace) -> int:
    from pytest_twilio_users.live.retrying_client import open_client
    from pytest_twilio_users.live.sweep import SweepOptions, run_sweep

    settings = Settings.fold(option=_silent, environ=os.environ, ini=_silent)
    if options.base_url:
        settings = replace(settings, base_url=options.base_url)
    chosen = SweepOptions(
        folder=options.ledger or Path(settings.ledger),
        prefix=options.prefix,
        older_than=options.older_than,
        yes=options.yes,
        service_sid=options.service_sid or settings.service_sid,
    )
    return run_sweep(chosen, open_client(settings, environ=os.environ), _say)


def _silent(_: str) -> None:
    """What a source gives that has nothing to say."""


def _serve(options: argparse.Namespace) -> int:
    from pytest_twilio_users.server import missing_uvicorn

    missing = missing_uvicorn("twilio-users serve")
    if missing:
        raise KitError(missing)
    from pytest_twilio_users.contract.hosts import is_loopback
    from pytest_twilio_users.server.control import Control
    from pytest_twilio_users.server.log import Log
    from pytest_twilio_users.server.served_stub import Beginning, ServedStub
    from pytest_twilio_users.server.uvicorn_server import listen, until_signalled, url_of
    from pytest_twilio_users.transports.asgi import AsgiApp

    beginning = Beginning(
        account_sid=options.account_sid,
        auth_token=options.auth_token or "",
        settings=_settings(options),
        seeds=_seeds(options.seed),
        source=str(options.seed),
    )
    log = Log()
    stub = ServedStub(beginning, log=log.note)
    with listen(options.host, options.port) as listening:
        remote = not is_loopback(listening.getsockname()[0])
        if remote and not options.allow_remote:
            raise KitError(
                f"{options.host} is not loopback: others could reach the stub and see what it is"
                " told. If that is meant: --allow-remote."
            )
        control = Control(stub, token=options.control_token, remote=remote)
        until_signalled(
            AsgiApp(control.answer),
            listening,
            on_listening=lambda: _say(url_of(listening)),
            meanwhile=log.write,
        )
        log.write()
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        service_sid=next(iter(options.service_sid), None),
        service_sids=tuple(options.service_sid),
        role_sids=tuple(options.role_sid),
        max_page_size=options.max_page_size,
        credentials=Credentials.ANY if options.auth_token is None else Credentials.EXACT,
        journal_limit=JOURNAL_LIMIT,
    )


def _seeds(file: Path | None) -> list[Seed]:
    from pytest_twilio_users.server.seeds import read_seeds

    if file is None:
        return []
    try:
        text = file.read_bytes()
    except OSError as error:
        raise KitError(f"Can't read {file}: {error.strerror}.") from None
    return read_seeds(text, source=str(file))


def _openapi(_options: argparse.Namespace) -> int:
    from pytest_twilio_users.wire.schema import openapi

    _say(json.dumps(openapi(), indent=2))
    return 0


def _doctor(_options: argparse.Namespace) -> int:
    from pytest_twilio_users.cli.doctor import examine

    healthy, text = examine()
    _say(text)
    return 0 if healthy else 1


def _parsed_by(parse: Callable[[Any], Any]) -> Callable[[str], Any]:
    """What argparse asks: its errors are to say what a setting's do."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None

    return parsed


def _sid(kind: SidKind) -> Callable[[str], Any]:
    def parse(text: str) -> str:
        if not kind.matches(text):
            raise ValueError(f"expected {kind.value!r} and 32 hex digits.")
        return text

    return _parsed_by(parse)


@_parsed_by
def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise ValueError("allowed: 0 to 65535.")
    return int(text)


@_parsed_by
def _hours(text: str) -> float:
    if not text.replace(".", "", 1).isdecimal() or float(text) > 1_000_000:
        raise ValueError("allowed: 0 to 1000000.")
    return float(text)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
