"""A client on a bad day: what it claims, where it waits, what is read from what it tells."""

import asyncio
import time
from datetime import timedelta
from threading import Thread
from typing import Any

import anyio
import pytest

from pytest_twilio_users import TwilioUsers
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.suites.client_tests.trouble import SLEEPS, Retries, Waiting


def nap(seconds: float) -> None:
    """Of a client that sleeps in a way of its own."""
    time.sleep(seconds)


def test_nobody_sleeps_and_the_clock_moves_on(twilio_users: TwilioUsers) -> None:
    """Sync and async; what wraps a sleep counts once."""
    before = twilio_users.add_user().date_created
    waiting = Waiting(let_pass=twilio_users.wait)
    with waiting.at((*SLEEPS, f"{__name__}.nap")):
        time.sleep(100)
        nap(20)
        assert asyncio.run(asyncio.sleep(3, "woken")) == "woken"
        anyio.run(anyio.sleep, 0.5)

    assert waiting.seconds == 123.5
    after = twilio_users.add_user().date_created
    assert after - before == timedelta(seconds=123)  # dates are whole seconds
    nap(0)
    assert waiting.seconds == 123.5


def test_other_threads_sleep_as_ever() -> None:
    """A server's, say: it is no client that waits."""
    passed: list[float] = []
    waiting = Waiting(let_pass=passed.append)
    with waiting.at(("time.sleep",)):
        thread = Thread(target=time.sleep, args=[0.001])
        thread.start()
        thread.join()

    assert (waiting.seconds, passed) == (0, [])


@pytest.mark.parametrize("name", ["sleep", "", "nowhere.sleep", "time.slumber", "time.altzone"])
def test_a_name_of_no_function_is_told(name: str) -> None:
    """Before anything is asked; what was patched before it, is put back."""
    real = time.sleep
    with (
        pytest.raises(InvalidArgument) as raised,
        Waiting(let_pass=lambda _: None).at(("time.sleep", name)),
    ):
        pass

    assert str(raised.value) == f"sleeps={name!r}: Python finds no function by this name."
    assert time.sleep is real


@pytest.mark.parametrize(
    ("claimed", "complaint"),
    [
        ({"rate_limits": 3}, "rate_limits=3 (int): allowed: True, False."),
        (
            {"sleeps": "time.sleep"},
            (
                "sleeps='time.sleep' (str): allowed: names of functions, such as"
                ' ("our_app.sleep",).'
            ),
        ),
        (
            {"sleeps": (time.sleep,)},
            (
                "sleeps=(<built-in function sleep>,) (tuple): allowed: names of functions, such as"
                ' ("our_app.sleep",).'
            ),
        ),
    ],
)
def test_what_can_t_be_claimed_is_refused(claimed: dict[str, Any], complaint: str) -> None:
    """Each with what is allowed."""
    with pytest.raises(InvalidArgument) as raised:
        Retries(**claimed)
    assert str(raised.value) == complaint
