"""Live runs that are killed, one after the other: `python killed.py URL FOLDER TIMES`."""

import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from misbehaving import SERVICE_SID, account_at

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.live.ledger_lines import Entry
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.wire.codec import encode
from pytest_twilio_users.wire.messages import Request

ORIGIN = "https://conversations.twilio.com"
LOGIN = account_at(ORIGIN).authorization
LONGEST = 0.06
"""Seconds that a run has at most."""


def run(url: str, folder: Path) -> None:
    """Make users, some of them under names of their own, until the end."""
    settings = Settings(mode=Mode.LIVE, changes_per_second=1_000)
    live = LiveRun(account=account_at(url), settings=settings, folder=folder)
    backend, _ = live.open_backend(acting=lambda: "test_killed", on_created=made.append)
    number = 0
    while True:
        number += 1
        name = f"{live.name}-user-{number}" if number % 2 else f"{os.getpid()}-{number}@example.com"
        backend.handle(create(name))
        if number % 3 == 0:
            backend.remove(made.pop(0))


def create(identity: str) -> Request:
    """The request that creates a user."""
    arguments = {"chat_service_sid": SERVICE_SID, "identity": identity}
    request = encode(OPERATIONS["create_service_user"], arguments, origin=ORIGIN)
    return replace(request, authorization=LOGIN)


def main(url: str, folder: str, times: str) -> None:
    """Begin runs, and kill them."""
    chance = random.Random(7)  # noqa: S311  # it is to be the same in each run
    for _ in range(int(times)):
        child = os.fork()
        if child == 0:
            run(url, Path(folder))
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


made: list[Entry] = []

if __name__ == "__main__":
    main(*sys.argv[1:])
