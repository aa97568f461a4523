"""The commands `twilio-users usage …`."""

import argparse
import json
from typing import Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.screen import put


def add(commands: Any) -> None:
    """Add the commands."""
    usage = commands.add_parser("usage", help="Read what tests use, as a run writes it")
    kinds = usage.add_subparsers(required=True, metavar="COMMAND")
    schema = kinds.add_parser(
        "schema",
        help="Print the JSON Schema of a usage file",
        description="Print the JSON Schema of the file that --twilio-users-usage=FILE writes.",
        epilog=exit_codes.told("usage schema"),
    )
    schema.set_defaults(run=run_schema)


def run_schema(_options: argparse.Namespace) -> int:
    """Print the schema."""
    from pytest_twilio_users.usage.usage_file import SCHEMA

    put(json.dumps(SCHEMA, indent=2))
    return 0
