"""A test that is cut short while the kit answers."""

import time

import app
import made
import pytest


@pytest.mark.ends("failed")
@pytest.mark.timeout(0.3, method="signal")
def test_is_cut_short(twilio_users, ada, mess):
    made.look(twilio_users)
    mess()
    twilio_users.routes["create_user"].mock(side_effect=lambda request: time.sleep(5))
    app.sign_up("joan")


@pytest.mark.ends("failed", "passed")  # where another plugin has the timer
@pytest.mark.timeout(0.2, method="signal")
def test_is_cut_short_somewhere(twilio_users, ada):
    made.look(twilio_users)
    for _ in range(2_000):
        for user in twilio_users.users():
            app.retire(user.identity)
        app.sign_up("joan")


def test_comes_after(twilio_users, mess):
    made.look(twilio_users)
    mess()
