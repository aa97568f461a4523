"""A snapshot is the same wherever the test stands."""

import made
import pytest


@pytest.mark.parametrize("number", range(2))
def test_snapshot(twilio_users, twilio_users_snapshot, ada, mess, number):
    made.look(twilio_users)
    user = next(user for user in twilio_users.users() if user.identity == "ada")
    assert user.sid.startswith("US00000001")
    assert twilio_users_snapshot.extension_class.__name__ == "TwilioUsersSnapshotExtension"
    mess()
