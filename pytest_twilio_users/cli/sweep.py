"""The command `twilio-users sweep`."""

import argparse
import os
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.arguments import parsed_by, path, setting, sid
from pytest_twilio_users.cli.last_line import LastLine
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.settings import Settings

DESCRIPTION = """\
Delete the users that live runs left behind. The sweep goes by the ledgers of the runs: it
deletes only users in a ledger, and only if the user on the account is still the same one.
With --prefix it goes by the names that the kit makes up. It lists those users, and deletes
them only with --yes.

The credentials are TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in the environment.
"""


def add(commands: Any) -> None:
    """Add the command."""
    sweep = commands.add_parser(
        "sweep",
        help="Delete users that live runs left behind",
        description=DESCRIPTION,
        epilog=exit_codes.told("sweep"),
    )
    sweep.set_defaults(run=run)
    sweep.add_argument(
        "--ledger",
        metavar="FOLDER",
        type=path,
        help="the folder of ledgers; default: TWILIO_USERS_LEDGER, or .twilio_users",
    )
    sweep.add_argument(
        "--prefix",
        action="store_true",
        help="find users by their names, if the ledgers are lost",
    )
    sweep.add_argument(
        "--older-than",
        metavar="HOURS",
        type=_hours,
        default=24.0,
        help="with --prefix, only users older than this; default: %(default)g",
    )
    sweep.add_argument("--yes", action="store_true", help="with --prefix, delete the listed users")
    sweep.add_argument(
        "--service-sid",
        metavar="IS…",
        type=sid(SidKind.SERVICE),
        help="with --prefix, the service; default: TWILIO_USERS_SERVICE_SID",
    )
    sweep.add_argument(
        "--base-url",
        metavar="URL",
        type=setting("base_url"),
        help="scheme and host to send to; default: TWILIO_USERS_BASE_URL, or Twilio",
    )


@parsed_by
def _hours(text: str) -> float:
    number = text.isascii() and text.replace(".", "", 1).isdecimal()
    if not number or float(text) > 1_000_000:
        raise ValueError("allowed: 0 to 1000000.")
    return float(text)


def run(options: argparse.Namespace) -> int:
    """Delete what is left; 1 if something stays."""
    from pytest_twilio_users.live.ledger_files import require_folder
    from pytest_twilio_users.live.progress_line import pace_of
    from pytest_twilio_users.live.sweep import run_sweep
    from pytest_twilio_users.live.sweep.sweep_client import open_client

    settings = Settings.fold(
        option=lambda _: None,  # there is no pytest, so neither its options
        environ=os.environ,
        ini=lambda _: None,  # nor its configuration file
    )
    if options.base_url:
        settings = settings._replace(base_url=options.base_url)
    client = open_client(settings, environ=os.environ)
    if options.ledger:
        require_folder(options.ledger)  # with --prefix, too
    pace = pace_of(settings)
    with closing(LastLine("removed", environ=os.environ)) as last:
        return run_sweep(
            client,
            last.print,
            show=lambda removed, found, task: last.show(removed, found, pace, task),
            folder=options.ledger or Path(settings.ledger),
            prefix=options.prefix,
            older_than=options.older_than,
            yes=options.yes,
            service_sid=options.service_sid or settings.service_sid,
        )
