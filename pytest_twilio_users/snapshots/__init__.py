"""Snapshots of Twilio's answers: the same in each run, yet telling who is who."""

from pytest_twilio_users.snapshots.extensions import (
    TwilioUsersJSONSnapshotExtension,
    TwilioUsersSnapshotExtension,
)

__all__ = ["TwilioUsersJSONSnapshotExtension", "TwilioUsersSnapshotExtension"]
