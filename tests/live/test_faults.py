"""Whatever a server does, a live run ends with a clear result, and leaves nothing behind."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from live.misbehaving import SERVICE_SID, Misbehaving, account_at

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.network import Network
from pytest_twilio_users.live.pacing import Limits, Timing
from pytest_twilio_users.wire.codec import encode

SEEDS = 80
SEEDS_A_TEST = 20
RUN = "tu-20261124-3f9a2c"
ORIGIN = "https://conversations.twilio.com"
LOGIN = account_at(ORIGIN).authorization


class VirtualTime:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def clock(self) -> float:
        """Seconds since the beginning."""
        self.now += 0.01  # whoever looks at it takes time, too
        return self.now


@contextmanager
def live(server: Misbehaving, folder: Path, seed: int) -> Iterator[LiveBackend]:
    """A live run of one test: what it made is removed at its end."""
    made: list[Any] = []
    account = account_at(server.url)
    ledger = Ledger(folder, run=RUN, account=account)
    time = VirtualTime()
    chance = random.Random(seed)  # noqa: S311  # it is to be the same in each run
    network = Network(read=0.25)
    access = Access(
        network,
        account,
        limits=Limits(changes=1_000, changes_per_second=1_000, concurrency=4, deadline=60),
        timing=Timing(clock=time.clock, sleep=time.sleep, random=chance),
    )
    backend = LiveBackend(
        access,
        ledger=ledger,
        foreign_users=False,
        acting=lambda: f"test_{seed}",
        on_created=made.append,
    )
    with closing(network), closing(ledger):
        yield backend
        for entry in reversed(made):
            backend.remove(entry)


def converse(backend: LiveBackend, seed: int) -> int:
    """Ask for this and that, as tests do; gives how often there was an answer.

    Else the kit's own error says why: no other is raised.
    """
    chance = random.Random(seed)  # noqa: S311  # it is to be the same in each run
    identities = [f"{RUN}-ada", f"{RUN}-grace", f"{RUN}-a/b", "mary@example.com", "foreign"]
    answered = 0
    for _ in range(12):
        action = chance.choice(["create", "create", "update", "delete", "fetch", "list"])
        arguments = {"chat_service_sid": SERVICE_SID}
        if action != "list":
            arguments["identity" if action == "create" else "sid"] = chance.choice(identities)
        if action == "update":
            arguments["friendly_name"] = "Ada"
        operation = OPERATIONS[f"{action}_service_user"]
        request = replace(encode(operation, arguments, origin=ORIGIN), authorization=LOGIN)
        with suppress(KitError):
            backend.handle(request)
            answered += 1
    return answered


@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS_A_TEST))
def test_no_user_is_left_and_no_foreign_one_is_touched(first, tmp_path):
    """By a schedule of faults for each seed, over a real socket."""
    answered = 0
    for seed in range(first, first + SEEDS_A_TEST):
        with Misbehaving(seed, slow=0.002) as server:
            foreign = server.add_foreign_user()
            with live(server, tmp_path, seed) as backend:
                answered += converse(backend, seed)
            assert server.users() == [foreign], (seed, *map(str, server.log))
        assert not list(tmp_path.glob("*.jsonl")), seed
    assert answered > SEEDS_A_TEST * 12 / 2
