"""A run on a live account, as one of its processes knows it."""

import secrets
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ending import Ending
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.ledger_lines import Entry
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.network import Network
from pytest_twilio_users.live.pacing import Limits, Timing
from pytest_twilio_users.live.preflight import preflight
from pytest_twilio_users.live.retrying import SendOnce
from pytest_twilio_users.scopes.run_name import run_name
from pytest_twilio_users.settings import Settings


def name_of_run(token: str = "") -> str:
    """The name of a new run, or of the one of a token, which may be any text."""
    digits = derive_sid(SidKind.USER, token)[-6:] if token else secrets.token_hex(3)
    return run_name(datetime.now(UTC), digits)


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveRun:
    """What a process knows of the run that it is part of.

    `name`, such as `tu-20261124-3f9a2c`, is the same for all of a run's processes;
    `worker` tells them apart, and `workers` counts them. `folder` is where ledgers are;
    `open_network` gives what requests are sent by, if not the network; `ending` is
    begun where the run is told to end.
    """

    account: LiveAccount
    settings: Settings
    folder: Path
    name: str = field(default_factory=name_of_run)
    worker: str = "main"
    workers: int = 1
    open_network: Callable[[], SendOnce] | None = None
    ending: Ending = field(default_factory=Ending)

    def prefix(self, acting: str) -> str:
        """What stands before the identities that a test or fixture makes up, by its name.

        Of each worker its own, as a fixture that outlives tests is set up in several.
        """
        return f"{self.name}-{derive_sid(SidKind.USER, self.worker, acting)[-6:]}-"

    def hide(self, text: str) -> str:
        """The text without the account's credentials, as tests see that do not use the kit."""
        for secret in self.account.secrets:
            text = text.replace(secret, "***")
        return text

    def preflight(self) -> None:
        """See that account and service answer as they are to. Nothing is changed.

        Raises:
            PreflightFailed: they don't.
        """
        preflight(self._open_access())

    def open_backend(
        self, *, acting: Callable[[], str], on_created: Callable[[Entry], None]
    ) -> tuple[LiveBackend, Ledger]:
        """Open the way to the account, with this process's share of the limits."""
        ledger = Ledger(self.folder, run=self.name, account=self.account, worker=self.worker)
        backend = LiveBackend(
            self._open_access(),
            ledger=ledger,
            foreign_users=self.settings.foreign_users,
            acting=acting,
            on_created=on_created,
        )
        return backend, ledger

    def _open_access(self) -> Access:
        limits = Limits.share(self.settings, workers=self.workers)
        ending = self.ending
        send = self.open_network() if self.open_network else Network(left=ending.left)
        timing = Timing(sleep=ending.sleep, left=ending.left)
        return Access(send, self.account, limits=limits, timing=timing)

    def leftovers(self) -> Iterator[str]:
        """Say what runs that are over left behind, and how to remove it."""
        sweep = "twilio-users sweep"
        if self.folder.absolute() != Path(Settings().ledger).absolute():
            sweep += f" --ledger {shlex.quote(str(self.folder))}"
        for file in read_ledgers(self.folder):
            if file.damage:
                yield file.damage
            elif file.head is not None and file.left and not file.running:
                users = "a user" if len(file.left) == 1 else f"{len(file.left)} users"
                asked = (
                    f" --base-url {shlex.quote(file.head.origin)}" if self.settings.base_url else ""
                )
                yield (
                    f"Run {file.head.run} left {users} on the account. `{sweep}{asked}` deletes"
                    " what it left."
                )
