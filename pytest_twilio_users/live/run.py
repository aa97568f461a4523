"""A run on a live account: its name, its share of the limits, and its ledger."""

import random
import secrets
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.client.reading import read
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.account import LiveAccount
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ledger import Entry, Ledger
from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.network import open_network
from pytest_twilio_users.live.rails import Rails
from pytest_twilio_users.live.retrying import Send
from pytest_twilio_users.scopes.run_name import run_name
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.wire.messages import Request


class PatientClient(UsersClient):
    """A client that waits for its turn, and sends again what may be sent again."""

    def __init__(self, access: Access, password: str) -> None:
        super().__init__(access.username, password, base_url=access.base_url, environ={})
        self._access = access

    def _send(self, operation: str, request: Request) -> Any:
        sent, answer = request, self._access.ask_own(request.method, request.target)
        return read(operation, (sent, answer))


def open_client(settings: Settings, *, environ: Mapping[str, str]) -> UsersClient:
    """Open a client for what a run left behind: it fetches, lists and deletes.

    Raises:
        InvalidArgument: there are no credentials.
    """
    asking = UsersClient(base_url=settings.base_url, environ=environ)
    password = environ["TWILIO_AUTH_TOKEN"]
    access = Access(
        open_network(),
        base_url=asking.origin,
        username=asking.username,
        password=password,
        rails=_rails(asking.username, "", settings, workers=1),
        sleep=time.sleep,
        clock=Elapsed.seconds,
        random=random.Random(),  # noqa: S311  # it spreads retries
    )
    return PatientClient(access, password)


def _rails(account_sid: str, service_sid: str, settings: Settings, *, workers: int) -> Rails:
    """What one of a run's processes may send."""
    return Rails(
        account_sid=account_sid,
        service_sid=service_sid,
        default_service_sid=settings.default_service,
        foreign_users=settings.foreign_users,
        changes=-(-settings.changes // workers),
        changes_per_second=settings.changes_per_second / workers,
        concurrency=max(settings.concurrency // workers, 1),
        deadline=settings.deadline,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveRun:
    """What a process knows of the run that it is part of.

    `name`, such as `tu-20261124-3f9a2c`, is the same for all of a run's processes;
    `worker` tells them apart, and `workers` counts them. `folder` is where ledgers are;
    `open_network` gives what requests are sent by.
    """

    name: str
    worker: str
    workers: int
    folder: Path
    account: LiveAccount
    settings: Settings
    open_network: Callable[[], Send] = open_network

    @classmethod
    def begin(
        cls,
        account: LiveAccount,
        settings: Settings,
        *,
        folder: Path,
        token: str = "",
        worker: str = "main",
        workers: int = 1,
    ) -> "LiveRun":
        """Begin a run, or take part in the one of a token, which may be any text."""
        digits = derive_sid(SidKind.USER, token)[-6:] if token else secrets.token_hex(3)
        return cls(
            name=run_name(datetime.now(UTC), digits),
            worker=worker,
            workers=workers,
            folder=folder,
            account=account,
            settings=settings,
        )

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

    def open_backend(
        self, *, acting: Callable[[], str], on_created: Callable[[Entry], None]
    ) -> tuple[LiveBackend, Ledger]:
        """Open the way to the account, with this process's share of the limits."""
        account = self.account
        ledger = Ledger(
            self.folder, run=self.name, origin=account.base_url, account_sid=account.sid
        )
        backend = LiveBackend(
            self.open_network(),
            base_url=account.base_url,
            username=account.sid,
            password=account.auth_token,
            rails=_rails(account.sid, account.service_sid, self.settings, workers=self.workers),
            ledger=ledger,
            acting=acting,
            on_created=on_created,
            sleep=time.sleep,
            clock=Elapsed.seconds,
            random=random.Random(),  # noqa: S311  # it spreads retries
        )
        return backend, ledger

    def look(self) -> None:
        """See that account and service answer as they are to.

        Raises:
            PreflightFailed: they don't.
        """
        backend, _ = self.open_backend(acting=lambda: "preflight", on_created=lambda _: None)
        backend.preflight()

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
                asked = f" --base-url {file.head.origin}" if self.settings.base_url else ""
                yield (
                    f"Run {file.head.run} left {users} on the account. `{sweep}{asked}` deletes"
                    " what it left."
                )
