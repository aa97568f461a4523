"""What vcrpy patches, and the network that is blocked, leave the kit in its place."""

import app
import made
import pytest


@pytest.mark.vcr
@pytest.mark.parametrize("number", range(2))
def test_recorded(twilio_users, ada, mess, number):
    made.look(twilio_users)
    app.sign_up("joan")
    app.sign_up_by_requests("radia")
    mess()


@pytest.mark.block_network
def test_blocked(twilio_users, mess):
    made.look(twilio_users)
    mess()
