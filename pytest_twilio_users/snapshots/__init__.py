"""Snapshots of Twilio's answers: the same in each run, with numbered stand-ins for SIDs."""

import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.errors import MeaninglessSnapshot
from pytest_twilio_users.extras import require

require("syrupy", asked=__name__)

from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.extensions.json import JSONSnapshotExtension

from pytest_twilio_users.snapshots.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

__all__ = ["TwilioUsersJSONSnapshotExtension", "TwilioUsersSnapshotExtension"]

MEANINGLESS = (
    "A snapshot is one text, and each example of a Hypothesis test would give another. Assert what"
    " holds for all examples, or take the snapshot in a test without @given."
)


def match_stand_ins(*, data: Any, path: tuple[tuple[Any, type], ...]) -> Any:
    """Give what to show, as a matcher for any extension of syrupy.

    All is shown at the root, where the path is empty; what syrupy asks about
    later, keys included, is shown already.

    Raises:
        MeaninglessSnapshot: this is an example of a Hypothesis test.
    """
    if path:
        return data
    if "hypothesis" in sys.modules:
        from hypothesis import currently_in_test_context

        if currently_in_test_context():
            raise MeaninglessSnapshot(MEANINGLESS)
    return Showing().show(data)


class _ShowsStandIns(AbstractSyrupyExtension):
    """Shows the data with stand-ins, before filters and matchers see it."""

    @classmethod
    def get_snapshot_name(
        cls, *, test_location: "PyTestLocation", index: "SnapshotIndex" = 0
    ) -> str:
        """Name the snapshot after its test, but not like a plain `snapshot` of that test."""
        name = super().get_snapshot_name(test_location=test_location, index=index)
        return f"{name}[twilio_users]"

    def serialize(self, data: Any, **options: Any) -> Any:
        """Write the data as text."""
        write: Any = super().serialize  # type: ignore[safe-super]  # the class beside has one
        written: str = write(match_stand_ins(data=data, path=()), **options)
        # No file can hold half a surrogate pair; JSON has an escape for it.
        return written.encode(errors="backslashreplace").decode()


class TwilioUsersSnapshotExtension(_ShowsStandIns, AmberSnapshotExtension):
    """Keeps all snapshots of a test file in one file, `__snapshots__/test_….ambr`."""


class TwilioUsersJSONSnapshotExtension(_ShowsStandIns, JSONSnapshotExtension):
    """Keeps each snapshot in a file of its own, as JSON."""


def hiding(
    hide: "Callable[[str], str]",
    extension: type[AbstractSyrupyExtension] = TwilioUsersSnapshotExtension,
) -> type[AbstractSyrupyExtension]:
    """Make the extension of a run on private values: what is written and compared has none.

    A snapshot that was made on the stub, where nothing is private, holds if it
    comes to the same once its values are hidden.
    """

    def hidden(written: Any) -> Any:
        return hide(written) if isinstance(written, str) else written

    class HidingSnapshotExtension(extension):  # type: ignore[misc,valid-type]  # it is known when a test runs
        def serialize(self, data: Any, **options: Any) -> Any:
            write: Any = super().serialize
            return hidden(write(data, **options))

        def matches(self, *, serialized_data: Any, snapshot_data: Any) -> bool:
            same = super().matches(
                serialized_data=serialized_data, snapshot_data=hidden(snapshot_data)
            )
            return bool(same)

    return HidingSnapshotExtension


def hiding_snapshot(snapshot: SnapshotAssertion, hide: "Callable[[str], str]") -> SnapshotAssertion:
    """The snapshot of a run on private values, whichever extension a test has for it."""

    class HidingSnapshot(SnapshotAssertion):
        def with_defaults(
            self,
            *,
            extension_class: type[AbstractSyrupyExtension] | None = None,
            **defaults: Any,
        ) -> SnapshotAssertion:
            if extension_class is not None:
                extension_class = hiding(hide, extension_class)
            return super().with_defaults(extension_class=extension_class, **defaults)

    given = {field.name: getattr(snapshot, field.name) for field in fields(snapshot) if field.init}
    return HidingSnapshot(**given).use_extension(TwilioUsersSnapshotExtension)
