"""What the extra `syrupy` brings."""

from pytest_twilio_users.snapshots import TwilioUsersJSONSnapshotExtension


def test_the_fixture_is_there(twilio_users_snapshot):
    """It is syrupy's, with stand-ins."""
    assert "TwilioUsersSnapshotExtension" in twilio_users_snapshot.extension_class.__name__


def test_the_matcher_is_there(twilio_users_matcher):
    """For any other extension."""
    assert twilio_users_matcher(data=2, path=()) == 2


def test_the_extensions_are_there():
    """To be named."""
    assert TwilioUsersJSONSnapshotExtension.__doc__
