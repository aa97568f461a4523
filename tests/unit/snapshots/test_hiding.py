"""snapshots/__init__.py: snapshots of private values."""

from pytest_twilio_users.snapshots import TwilioUsersSnapshotExtension, hiding

MADE = TwilioUsersSnapshotExtension().serialize({"name": "Ada"})


def hide(text):
    """Show stand-ins for two names."""
    return text.replace("Ada", "text-1").replace("Eve", "text-2")


def test_what_is_written_has_stand_ins():
    """No private value gets into a file."""
    shown = hiding(hide)().serialize({"name": "Ada"})
    assert shown == MADE.replace("Ada", "text-1")


def test_a_snapshot_with_clear_values_holds():
    """It was made on the stub, where nothing is private."""
    extension = hiding(hide)()
    shown = extension.serialize({"name": "Ada"})
    assert extension.matches(serialized_data=shown, snapshot_data=MADE)
    assert extension.matches(serialized_data=shown, snapshot_data=shown)


def test_a_snapshot_of_another_value_does_not_hold():
    """Two values have two stand-ins."""
    extension = hiding(hide)()
    shown = extension.serialize({"name": "Eve"})
    assert not extension.matches(serialized_data=shown, snapshot_data=MADE)
    assert not extension.matches(serialized_data=shown, snapshot_data=None)  # there is none yet
