import math
import random
import threading
from dataclasses import replace

import pytest

from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.pacing import Limits, Timing
from pytest_twilio_users.wire.messages import Secret


class Time:
    """Passes by sleeping alone; `slept` are the sleeps, `left` what a run has that is to end."""

    def __init__(self):
        self.seconds = 100.0
        self.slept = []
        self.left = math.inf
        self._lock = threading.Lock()

    def sleep(self, seconds):
        """Pass it."""
        with self._lock:
            self.slept.append(seconds)
            self.seconds += seconds

    def timing(self, chance=None):
        """As a live run takes it."""
        same = random.Random(1)  # noqa: S311  # chance is to be the same
        return Timing(
            clock=lambda: self.seconds,
            sleep=self.sleep,
            random=chance or same,
            left=lambda: self.left,
        )


@pytest.fixture
def time():
    """The time of the test."""
    return Time()


@pytest.fixture
def live_account(account):
    """The account that a run may change, at a base URL on loopback."""
    return LiveAccount(
        sid=account.sid,
        auth_token=Secret(account.auth_token),
        service_sid="IS" + "1" * 32,
        default_service_sid=account.default_service_sid,
        base_url="http://127.0.0.1:8123",
    )


@pytest.fixture
def limits():
    """Limits that no test meets unless it means to."""
    return Limits(changes=500, changes_per_second=1e6, concurrency=10, deadline=20.0)


@pytest.fixture
def open_access(time, live_account, limits):
    """Opens the way to the account: `open_access(send, changes=2)`."""

    def open_access(send, account=live_account, **limited):
        return Access(send, account, limits=replace(limits, **limited), timing=time.timing())

    return open_access
