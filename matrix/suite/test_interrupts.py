"""A run that is interrupted, where the environment says so."""

import os

import app
import made
import pytest


def _interrupt(place):
    if os.environ.get("INTERRUPTED") == place:
        raise KeyboardInterrupt


@pytest.fixture(scope="module")
def wide_interrupted(twilio_users):
    with made.making() as mine:
        app.sign_up("wide")
        mine.signed_up("wide")
        _interrupt("a wide set-up")
        yield
        made.look(twilio_users, by=mine)
        app.sign_up("later")
        _interrupt("a wide tear-down")


@pytest.fixture
def interrupted(twilio_users, wide_interrupted, ada):
    app.sign_up("interrupted")
    ada.signed_up("interrupted")
    _interrupt("a set-up")
    yield
    app.sign_up("later")
    _interrupt("a tear-down")


@pytest.mark.parametrize("number", range(2))
def test_interrupted(twilio_users, interrupted, mess, number):
    made.look(twilio_users)
    mess()
    _interrupt("a test")


def test_after(twilio_users):
    made.look(twilio_users)
