"""The command `twilio-users serve`."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli.arguments import parsed_by, path, setting, sid
from pytest_twilio_users.cli.nowhere import nowhere
from pytest_twilio_users.contract.hosts import is_loopback
from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID, SidKind
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.server import missing_uvicorn
from pytest_twilio_users.settings import Credentials, Settings

if TYPE_CHECKING:
    from pytest_twilio_users.server.seeds import Seed

JOURNAL_LIMIT = 1_000
"""How many exchanges a served stub keeps whole: it may run for days."""

JOURNAL_BYTES = 16_777_216
"""How many bytes they may take."""

ADVICE = " A --host is answered to as well; with --allow-remote any name is."
"""For who asks by another name."""

DESCRIPTION = """\
Serve the stub of Twilio's Conversations users until SIGINT or SIGTERM.

One line on standard output, the base URL, says that it accepts connections.
Each request is logged on standard error, without credentials; below it stands
what Twilio would not take as it was meant.
"""
NOTES = """\
a seed file is a JSON list of users:
  [{"identity": "ada", "friendly_name": "Ada", "attributes": {"born": 1815}}]
besides those: service_sid, role_sid, is_online, is_notifiable. With --neighbours, others, too:
  [{"neighbour": "conversations", "unique_name": "lobby"},
   {"neighbour": "participants", "conversation_sid": "lobby", "identity": "ada"}]
What the endpoint state told is a seed file as it is.

control endpoints; with --allow-remote, only if there is a --control-token:
  POST /__twilio_users__/reset     as it began: the seed's users, an empty journal, nothing refused
  POST /__twilio_users__/seed      add the users of the body, written as in a seed file
  POST /__twilio_users__/refuse    have an operation refused as Twilio would:
                                   {"operation": "create_user",
                                    "refusal": "too_many_requests", "times": 2};
                                   without times, until a reset
  GET  /__twilio_users__/state     the users there are, and the neighbours; seed takes it as it is
  GET  /__twilio_users__/journal   the last exchanges, and what was wrong with them
"""


def add(commands: Any) -> None:
    """Add the command."""
    serve = commands.add_parser(
        "serve",
        help="Serve the stub on a socket, for tests in any language",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.set_defaults(run=run)
    serve.add_argument("--host", default="127.0.0.1", help="where to listen; default: %(default)s")
    serve.add_argument(
        "--port", type=_port, default=0, help="0, the default, takes any port that is free"
    )
    serve.add_argument(
        "--allow-remote",
        action="store_true",
        help="listen on a --host other than loopback, too, and answer whatever name is asked for;"
        " control endpoints then need a --control-token",
    )
    serve.add_argument(
        "--account-sid",
        metavar="AC…",
        type=sid(SidKind.ACCOUNT),
        default=OWN_ACCOUNT_SID,
        help="the account that answers tell; default: one made up",
    )
    serve.add_argument(
        "--auth-token",
        metavar="TOKEN",
        type=_password,
        help="accept this token alone, with the account's SID or a key's (SK…);"
        " default: any credentials",
    )
    serve.add_argument(
        "--service-sid",
        metavar="IS…",
        type=sid(SidKind.SERVICE),
        action="append",
        default=[],
        help="a service that exists besides the account's default one; may be given more than"
        " once. Once one is given, all others are unknown; default: every one exists",
    )
    serve.add_argument(
        "--role-sid",
        metavar="RL…",
        type=sid(SidKind.ROLE),
        action="append",
        default=[],
        help="a role that exists besides the services' default ones, in the same way",
    )
    serve.add_argument(
        "--max-page-size",
        metavar="N",
        type=setting("max_page_size"),
        default=Settings().max_page_size,
        help="larger pages are cut to it; default: %(default)s",
    )
    serve.add_argument(
        "--neighbours",
        action="store_true",
        help="answer loosely, without evidence, for conversations, participants, messages, roles"
        " and other neighbours of users, too",
    )
    serve.add_argument("--seed", metavar="FILE", type=path, help="the users to begin with")
    serve.add_argument(
        "--control-token",
        metavar="TOKEN",
        type=_token,
        help="what the control endpoints ask for; default: nothing",
    )


@parsed_by
def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65_535:
        raise ValueError("allowed: 0 to 65535.")
    return int(text)


# Of a token nothing is shown, not even a wrong one.


def _password(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; is a variable unset?")
    if not text.isprintable():
        raise argparse.ArgumentTypeError("it has characters that no client sends.")
    return text


def _token(text: str) -> str:
    if not re.fullmatch("[!-~]+", _password(text)):
        raise argparse.ArgumentTypeError("allowed: ASCII without spaces, as a header has it.")
    return text


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    if missing := missing_uvicorn("twilio-users serve"):
        raise KitError(missing)
    from pytest_twilio_users.server.addressing import Addressed
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
    with listen(options.host, options.port) as listening, log.of_loggers():
        if not (options.allow_remote or is_loopback(listening.getsockname()[0])):
            raise KitError(
                f"{options.host} is not loopback: others could reach the stub and see what it is"
                " told. If that is meant: --allow-remote."
            )
        control = Control(stub, token=options.control_token, remote=options.allow_remote)
        names = None if options.allow_remote else [options.host]
        until_signalled(
            Addressed(AsgiApp(control.answer), names=names, advice=ADVICE),
            listening,
            on_listening=lambda: _tell(url_of(listening)),
            meanwhile=log.write,
        )
    return 0


def _tell(url: str) -> None:
    try:
        print(url, flush=True)
    except OSError as error:
        sys.stdout = nowhere()  # or the end of the process meets the same error
        sys.stderr.write(f"Can't write to standard output: {error.strerror}. Serving at {url}\n")


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        service_sid=next(iter(options.service_sid), None),
        service_sids=tuple(options.service_sid),
        role_sids=tuple(options.role_sid),
        max_page_size=options.max_page_size,
        neighbours=options.neighbours,
        credentials=Credentials.ANY if options.auth_token is None else Credentials.EXACT,
        journal_limit=JOURNAL_LIMIT,
        journal_bytes=JOURNAL_BYTES,
    )


def _seeds(file: Path | None) -> "list[Seed]":
    from pytest_twilio_users.server.seeds import read_seeds

    if file is None:
        return []
    try:
        text = file.read_bytes()
    except OSError as error:
        raise KitError(f"Can't read {file}: {error.strerror}.") from None
    return read_seeds(text, source=str(file))
