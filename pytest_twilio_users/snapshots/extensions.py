"""Extensions of syrupy whose snapshots show stand-ins for what differs from run to run."""

from typing import TYPE_CHECKING, Any

from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.extensions.json import JSONSnapshotExtension

from pytest_twilio_users.snapshots.matching import match_stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex


class _StandIns(AbstractSyrupyExtension):
    """Shows the data with stand-ins, before filters and matchers see it."""

    @classmethod
    def get_snapshot_name(
        cls, *, test_location: "PyTestLocation", index: "SnapshotIndex" = 0
    ) -> str:
        """Name the snapshot after its test; not as a plain `snapshot` of the test is named."""
        name = super().get_snapshot_name(test_location=test_location, index=index)
        return f"{name}[twilio_users]"

    def serialize(self, data: Any, **options: Any) -> Any:
        """Write the data as text."""
        write: Any = super().serialize  # type: ignore[safe-super]  # the class beside has one
        return write(match_stand_ins(data=data, path=()), **options)


class TwilioUsersSnapshotExtension(_StandIns, AmberSnapshotExtension):
    """Keeps a test file's snapshots in one file, `__snapshots__/test_….ambr`."""


class TwilioUsersJSONSnapshotExtension(_StandIns, JSONSnapshotExtension):
    """Keeps each snapshot in a file of its own, as JSON."""


def hiding(hide: "Callable[[str], str]") -> type[TwilioUsersSnapshotExtension]:
    """Make the extension of a run on private values: what is written and compared has none.

    A snapshot that was made on the stub, where nothing is private, holds if it
    comes to the same once its values are hidden.
    """

    class HidingSnapshotExtension(TwilioUsersSnapshotExtension):
        def serialize(self, data: Any, **options: Any) -> Any:
            return hide(super().serialize(data, **options))

        def matches(self, *, serialized_data: Any, snapshot_data: Any) -> bool:
            return super().matches(
                serialized_data=serialized_data, snapshot_data=hide(snapshot_data)
            )

    return HidingSnapshotExtension
