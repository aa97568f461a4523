"""Deletes what live runs left behind."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.sweep.by_ledger import LedgerSweep
from pytest_twilio_users.live.sweep.by_name import sweep_by_name
from pytest_twilio_users.live.sweep.progress import Progress
from pytest_twilio_users.state.supplies import Clock, wall_clock


def run_sweep(
    client: UsersClient,
    say: Callable[[str], None],
    *,
    folder: Path,
    prefix: bool = False,
    older_than: float = 24.0,
    yes: bool = False,
    service_sid: str | None = None,
    clock: Clock = wall_clock,
    sleep: Callable[[float], None] = time.sleep,
    show: Callable[[int, int, str], None] = lambda *_: None,
) -> int:
    """Delete what is left, and say each user and the total; 1 if something stays, else 0.

    A user is fetched before its delete, and must be the one that was noted. Runs
    that go on are left alone. It may be interrupted at any time, and run again.

    Args:
        client: asks the account. Its username is to be the account's SID.
        say: shows a line.
        folder: where the ledgers are that name what is left.
        prefix: go instead by the users of `service_sid` whose identity names a run and
            that are `older_than` hours old. They are listed, and deleted with `yes` alone.
        older_than, yes, service_sid: what `prefix` asks for.
        clock, sleep: the time, and how to let seconds pass.
        show: is told how many users were removed, how many were found, and what is done next.

    Raises:
        KitError: there is no folder of ledgers, or it is not told which service's users to
            look through.
    """
    progress = Progress(say, show)
    try:
        if prefix:
            if service_sid is None:
                raise KitError(
                    "--prefix looks through the users of one service. Name it: --service-sid IS…"
                )
            sweep_by_name(
                client,
                progress,
                service_sid=service_sid,
                latest=clock() - timedelta(hours=older_than),
                ledgers=folder,
                yes=yes,
            )
        else:
            LedgerSweep(client, progress, clock=clock, sleep=sleep).sweep(folder)
    except KeyboardInterrupt:
        say(f"{progress}, interrupted. The next sweep goes on from here.")
        return 1
    say(f"{progress}.")
    return 0 if progress.is_complete else 1
