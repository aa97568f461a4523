"""The command `twilio-users doctor`."""

import argparse
from typing import Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.screen import put

HELP = (
    "Print what is installed, the settings of pytest in this folder with their sources, and"
    " where requests go"
)
DESCRIPTION = f"{HELP}."


def add(commands: Any) -> None:
    """Add the command."""
    doctor = commands.add_parser(
        "doctor", help=HELP, description=DESCRIPTION, epilog=exit_codes.told("doctor")
    )
    doctor.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Say what there is; 1 if something is wrong."""
    from pytest_twilio_users.cli.diagnosis import diagnose

    healthy, text = diagnose()
    put(text)
    return 0 if healthy else 1
