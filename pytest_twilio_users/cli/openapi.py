"""The command `twilio-users openapi`."""

import argparse
import json
from typing import Any

from pytest_twilio_users.cli.exit_codes import told
from pytest_twilio_users.cli.screen import put

DESCRIPTION = "Print the ten operations as an OpenAPI 3.1 document, in JSON."


def add(commands: Any) -> None:
    """Add the command."""
    openapi = commands.add_parser(
        "openapi",
        help=DESCRIPTION.rstrip("."),
        description=DESCRIPTION,
        epilog=told("openapi"),
    )
    openapi.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Print the document."""
    from pytest_twilio_users.wire.schema import openapi

    put(json.dumps(openapi(), indent=2))
    return 0
