"""The console script `twilio-users`."""

import argparse
import os
import sys
from collections.abc import Sequence

from pytest_twilio_users import __version__
from pytest_twilio_users.cli import cassettes, doctor, drift, openapi, serve, sweep, usage
from pytest_twilio_users.cli.exit_codes import FAILED, INTERRUPTED
from pytest_twilio_users.cli.nowhere import nowhere
from pytest_twilio_users.cli.screen import print_anywhere, tell
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.settings import near_misses


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it went well."""
    # Who started this may have closed them: Python then has None, and a socket gets their numbers.
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    print_anywhere()
    options = parser().parse_args(arguments)
    for sentence in near_misses(os.environ, more=serve.BY_ENVIRONMENT):
        tell(sentence)
    try:
        return int(options.run(options))
    except KitError as error:
        tell(str(error))  # the exit code says it, too
        return FAILED
    except KeyboardInterrupt:
        tell("interrupted.")
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """What the console script takes. A command imports what it needs when it is run."""
    script = argparse.ArgumentParser(
        prog="twilio-users", description="Twilio's Conversations users for tests."
    )
    script.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = script.add_subparsers(required=True, metavar="COMMAND")
    for command in (serve, sweep, cassettes, drift, usage, openapi, doctor):
        command.add(commands)
    return script
