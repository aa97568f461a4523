"""A matcher that shows stand-ins, for any extension of syrupy."""

import sys
from typing import Any

from pytest_twilio_users.errors import MeaninglessSnapshot
from pytest_twilio_users.snapshots.showing import Showing

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
