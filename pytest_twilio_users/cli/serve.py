"""The command `twilio-users serve`."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.arguments import (
    parsed_by,
    path,
    setting,
    sid,
    take_from_environment,
)
from pytest_twilio_users.cli.nowhere import nowhere
from pytest_twilio_users.contract.hosts import is_loopback
from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID, SidKind
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.extras import require
from pytest_twilio_users.settings import Credentials, Settings

if TYPE_CHECKING:
    from pytest_twilio_users.server.seeds import Seed

_FOR_A_SERVER = {"twilio_users_journal_limit": 1_000, "twilio_users_journal_bytes": 16_777_216}
"""How much of its journal a served stub keeps if nobody says: it may run for days."""

ADVICE = " The name of --host works, too; with --allow-remote any name does."
"""Added to the refusal of an unknown Host."""

DESCRIPTION = """\
Serve the stub of Twilio's Conversations users until SIGINT or SIGTERM.

One line on standard output, the base URL, says that it accepts connections.
Each request is logged on standard error, without credentials. The lines below it say
what Twilio would ignore or misread.

Each option can come from the environment: --port is TWILIO_USERS_PORT. The settings of
the stub work, too, such as TWILIO_USERS_SERVICE_SIDS.
"""
NOTES = """\
a seed file is a JSON list of users:
  [{"identity": "ada", "friendly_name": "Ada", "attributes": {"born": 1815}}]
Other keys: service_sid, role_sid, is_online, is_notifiable. With --neighbours, also:
  [{"neighbour": "conversations", "unique_name": "lobby"},
   {"neighbour": "participants", "conversation_sid": "lobby", "identity": "ada"}]
The answer of the endpoint state is a seed file, too.

control endpoints; with --allow-remote, all except health need a --control-token:
  POST /__twilio_users__/reset     start again: the seed's users, an empty journal, nothing planned
  POST /__twilio_users__/seed      add users; the body is like a seed file
  POST /__twilio_users__/refuse    have an operation refused as Twilio would:
                                   {"operation": "create_user",
                                    "refusal": "too_many_requests", "times": 2};
                                   without times, until a reset
  POST /__twilio_users__/fault     have an operation meet a fault of pytest_twilio_users.faults:
                                   {"operation": "create_user", "fault": "slow",
                                    "arguments": {"seconds": 3}, "times": 1};
                                   after and every say which requests; until a reset
  POST /__twilio_users__/webhooks  have webhooks delivered: {"url": "http://127.0.0.1:3000/hooks"}
  GET  /__twilio_users__/webhooks  the last webhooks, and what the application answered
  GET  /__twilio_users__/state     all users and neighbours; seed accepts this answer
  GET  /__twilio_users__/journal   the last exchanges, and what was wrong with them
  GET  /__twilio_users__/explain   the same as text: who answered and why, with curl lines
  GET  /__twilio_users__/health    204 as soon as it serves; needs no token
"""


def add(commands: Any) -> None:
    """Add the command."""
    serve = commands.add_parser(
        "serve",
        help="Serve the stub on a socket, for tests in any language",
        description=DESCRIPTION,
        epilog=f"{NOTES}\n{exit_codes.told('serve')}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.set_defaults(run=run)
    serve.add_argument("--host", help="the address to listen on; default: 127.0.0.1")
    serve.add_argument("--port", type=_port, help="default: 0, any free port")
    serve.add_argument(
        "--allow-remote",
        action="store_true",
        default=None,
        help="allow a --host other than loopback, and any Host header; control endpoints then"
        " need a --control-token",
    )
    serve.add_argument(
        "--account-sid",
        metavar="AC…",
        type=_account_sid,
        help="the account SID in answers; default: a made-up one",
    )
    serve.add_argument(
        "--auth-token",
        metavar="TOKEN",
        type=_password,
        help="accept only this token, with the account's SID or a key's (SK…);"
        " default: any credentials",
    )
    serve.add_argument(
        "--service-sid",
        metavar="IS…",
        type=sid(SidKind.SERVICE),
        action="append",
        default=[],
        help="a service that exists besides the account's default one; may be repeated. Others"
        " are then unknown; default: every service exists",
    )
    serve.add_argument(
        "--role-sid",
        metavar="RL…",
        type=sid(SidKind.ROLE),
        action="append",
        default=[],
        help="a role that exists besides the services' default ones; may be repeated",
    )
    serve.add_argument(
        "--max-page-size",
        metavar="N",
        type=setting("max_page_size"),
        help=f"cut larger pages to this size; default: {Settings().max_page_size}",
    )
    serve.add_argument(
        "--rate-limit",
        metavar="N",
        type=setting("rate_limit"),
        help="refuse more changes than this a second in a service (Twilio documents 30);"
        " default: 0, no limit",
    )
    serve.add_argument(
        "--concurrency-limit",
        metavar="N",
        type=setting("concurrency_limit"),
        help="refuse more requests than this at once; each then takes 50 ms; default: 0, no limit",
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
        help="the token that control endpoints require; default: none",
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


_account_sid = sid(SidKind.ACCOUNT)

BY_ENVIRONMENT: dict[str, Callable[[str], Any]] = {
    "host": str,
    "port": _port,
    "allow_remote": setting("strict"),  # it is read as any switch is
    "account_sid": _account_sid,
    "auth_token": _password,
    "seed": path,
    "control_token": _token,
}
"""The options that the environment can give, besides those that are settings."""


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    take_from_environment(options, BY_ENVIRONMENT, environ=os.environ)
    require("server", asked="twilio-users serve")
    from pytest_twilio_users.server.addressing import Addressed
    from pytest_twilio_users.server.control import Control
    from pytest_twilio_users.server.log import Log
    from pytest_twilio_users.server.served_stub import Beginning, ServedStub
    from pytest_twilio_users.server.uvicorn_server import (
        ANYWHERE,
        listen,
        until_signalled,
        url_of,
    )
    from pytest_twilio_users.transports.asgi import AsgiApp

    beginning = Beginning(
        account_sid=options.account_sid or OWN_ACCOUNT_SID,
        auth_token=options.auth_token or "",
        settings=_settings(options),
        seeds=_seeds(options.seed),
        source=str(options.seed),
    )
    log = Log()
    stub = ServedStub(beginning, log=log.note)
    host = "127.0.0.1" if options.host is None else options.host
    with listen(host, options.port or 0) as listening, log.of_loggers():
        address, port, *_ = listening.getsockname()
        if not (options.allow_remote or is_loopback(address)):
            raise KitError(
                f"{host} is not loopback: other machines could reach the stub and read what it"
                " is sent. To allow that: --allow-remote."
            )
        control = Control(stub, token=options.control_token, remote=bool(options.allow_remote))
        if address in ANYWHERE:
            log.note(
                f"Other machines can reach it, too: port {port} of each address of this machine."
            )
        names = None if options.allow_remote else [host]
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
    """What the options say, over the environment, over what is good for a server."""
    read = Settings.fold(option=lambda _: None, environ=os.environ, ini=_FOR_A_SERVER.get)
    if read.credentials is Credentials.EXACT and options.auth_token is None:
        raise KitError(
            "credentials='exact' (from TWILIO_USERS_CREDENTIALS) needs the token to accept:"
            " --auth-token, or TWILIO_USERS_AUTH_TOKEN."
        )
    service_sids = tuple(options.service_sid) or read.service_sids
    return read._replace(
        service_sid=next(iter(service_sids), None),
        service_sids=service_sids,
        role_sids=tuple(options.role_sid) or read.role_sids,
        max_page_size=options.max_page_size or read.max_page_size,
        rate_limit=options.rate_limit or read.rate_limit,
        concurrency_limit=options.concurrency_limit or read.concurrency_limit,
        neighbours=options.neighbours or read.neighbours,
        credentials=read.credentials if options.auth_token is None else Credentials.EXACT,
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
