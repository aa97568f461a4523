"""The stub's clock follows the frozen one, and none stays frozen."""

from datetime import UTC, datetime

import made
import pytest
from freezegun import freeze_time


@pytest.mark.parametrize("number", range(2))
def test_frozen(twilio_users, team, freezer, ada, mess, number):
    made.look(twilio_users)
    freezer.move_to("2031-05-06")
    assert twilio_users.clock.now().year == 2031
    mess()


@freeze_time("2031-05-06")
def test_frozen_around(twilio_users, mess):
    made.look(twilio_users)
    assert twilio_users.add_user("joan").date_created.year == 2031
    mess()


@pytest.fixture(scope="module")
def frozen_team(twilio_users):
    with made.making() as mine, freeze_time("2001-02-03"):
        user = twilio_users.add_user("frozen")
        mine.users["frozen"] = None
        yield user


def test_frozen_wide(twilio_users, frozen_team, mess):
    made.look(twilio_users)
    assert frozen_team.date_created.year == 2001
    mess()


def test_thawed(twilio_users):
    made.look(twilio_users)
    assert twilio_users.add_user("joan").date_created.year == datetime.now(UTC).year
