"""Tests that fail once, in set-up or call, and are run again."""

import app
import made
import pytest

times = []


@pytest.mark.ends("failed", "passed")
@pytest.mark.flaky(reruns=2)
def test_again(twilio_users, team, ada, mess):
    made.look(twilio_users)
    mess()
    times.append(1)
    if len(times) % 2:
        raise ValueError("as it is meant")


@pytest.fixture(scope="module")
def wide_once(twilio_users):
    with made.making() as mine:
        app.sign_up("wide once")
        mine.signed_up("wide once")
        times.append(1)
        if len(times) % 2:
            raise ValueError("as it is meant")
        yield


@pytest.mark.ends("failed in setup", "passed")
@pytest.mark.flaky(reruns=3)
def test_set_up_again(twilio_users, wide_once, mess):
    made.look(twilio_users)
    mess()
