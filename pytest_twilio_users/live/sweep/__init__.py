"""Deletes what live runs left behind."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.sweep.by_ledger import LedgerSweep
from pytest_twilio_users.live.sweep.by_name import sweep_by_name
from pytest_twilio_users.live.sweep.progress import Progress
from pytest_twilio_users.state.supplies import Clock, wall_clock


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepOptions:
    """What to sweep.

    By the ledgers in `folder`; or by `prefix`: the users of `service_sid` whose
    identity names a run and that are `older_than` hours old. Those are listed, and
    deleted with `yes` alone.
    """

    folder: Path
    prefix: bool = False
    older_than: float = 24.0
    yes: bool = False
    service_sid: str | None = None


def run_sweep(
    options: SweepOptions,
    client: UsersClient,
    say: Callable[[str], None],
    *,
    clock: Clock = wall_clock,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Delete what is left, and say each user and the total; 1 if something stays, else 0.

    A user is fetched before its delete, and has to be the one that was noted. Runs
    that go on are left alone. It may be interrupted at any time, and run again.

    Args:
        options: what to sweep.
        client: asks the account. Its username is to be the account's SID.
        say: shows a line.
        clock, sleep: the time, and how to let seconds pass.

    Raises:
        KitError: it is not told which service's users to look through.
    """
    progress = Progress(say)
    try:
        if options.prefix:
            if options.service_sid is None:
                raise KitError("--prefix looks through the users of one service: --service-sid IS…")
            sweep_by_name(
                client,
                progress,
                service_sid=options.service_sid,
                latest=clock() - timedelta(hours=options.older_than),
                ledgers=options.folder,
                delete=options.yes,
            )
        else:
            LedgerSweep(client, progress, clock=clock, sleep=sleep).sweep(options.folder)
    except KeyboardInterrupt:
        say(f"{progress}, interrupted. The next sweep goes on from here.")
        return 1
    say(f"{progress}.")
    return 0 if progress.is_complete else 1
