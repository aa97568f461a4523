"""Sweeps the users that have a run's name, where ledgers are lost."""

import re
from datetime import datetime
from functools import partial
from pathlib import Path

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.contract.models import User, format_date
from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.sweep.progress import FAILURES, NotDeleted, Progress, reason_of
from pytest_twilio_users.live.sweep.sweep_client import delete, fetch, iter_all
from pytest_twilio_users.scopes.run_name import RUN_NAME

_NAMED = re.compile(f"({RUN_NAME})-")


def sweep_by_name(
    client: UsersClient,
    progress: Progress,
    *,
    service_sid: str,
    latest: datetime,
    ledgers: Path,
    yes: bool,
) -> None:
    """List the users of a service whose identity names a run, or delete them with `yes`.

    They were created at `latest` or before. What the folder `ledgers` tells of runs
    that go on is left alone.
    """
    files = read_ledgers(ledgers)
    running = {file.head.run for file in files if file.running and file.head is not None}
    progress.begin("looking through the service's users")
    try:
        found = [
            user
            for user in iter_all(client, service_sid)
            if _run(user) not in {"", *running} and user.date_created <= latest
        ]
    except FAILURES as error:
        progress.fail(f"The users of {service_sid} can't be listed: {reason_of(error)}")
        return
    progress.found = len(found)
    for user in found:
        named = f"{user.sid} of {_run(user)}, made {format_date(user.date_created)}"
        if yes:
            progress.attempt(named, partial(_remove, client, service_sid, user))
        else:
            progress.say(named)
    if found and not yes:
        progress.say("Nothing was deleted. To delete these: --yes")


def _run(user: User) -> str:
    """The run whose name the identity begins with; an empty text if there is none."""
    found = _NAMED.match(user.identity)
    return found[1] if found else ""


def _remove(client: UsersClient, service_sid: str, listed: User) -> str:
    user = fetch(client, service_sid, listed.sid)
    if user is None:
        return "was gone"
    if (user.sid, user.identity) != (listed.sid, listed.identity):
        raise NotDeleted("the user that exists is not the one that was listed.")
    delete(client, service_sid, user.sid)
    return "deleted"
