"""The command `twilio-users doctor`."""

import argparse
from typing import Any

from pytest_twilio_users.cli.exit_codes import told
from pytest_twilio_users.cli.screen import put

HELP = (
    "Say what is installed, what pytest would be set to in this folder and where each setting"
    " comes from, and where requests would go"
)


def add(commands: Any) -> None:
    """Add the command."""
    doctor = commands.add_parser("doctor", help=HELP, description=f"{HELP}.", epilog=told("doctor"))
    doctor.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Say what there is; 1 if something is wrong."""
    from pytest_twilio_users.cli.diagnosis import diagnose

    healthy, text = diagnose()
    put(text)
    return 0 if healthy else 1
