"""The stub's clock follows the traveller, and everybody comes back."""

from datetime import UTC, datetime

import made
import pytest
import time_machine


@pytest.mark.parametrize("number", range(2))
def test_travels(twilio_users, team, time_machine, ada, mess, number):
    made.look(twilio_users)
    time_machine.move_to(datetime(2031, 5, 6, tzinfo=UTC))
    assert twilio_users.clock.now().year == 2031
    mess()


@time_machine.travel(datetime(2031, 5, 6, tzinfo=UTC), tick=False)
def test_travels_around(twilio_users, mess):
    made.look(twilio_users)
    assert twilio_users.add_user("joan").date_created.year == 2031
    mess()


def test_is_back(twilio_users):
    made.look(twilio_users)
    assert twilio_users.add_user("joan").date_created.year == datetime.now(UTC).year
