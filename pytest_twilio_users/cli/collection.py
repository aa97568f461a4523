"""The names of the tests that pytest collects."""

from contextlib import redirect_stdout
from io import StringIO

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.scopes.node_names import stable_name


class _Collector:
    """A plugin of pytest's that keeps what is collected."""

    def __init__(self) -> None:
        self.names: list[str] | None = None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the names of the tests, if all could be collected."""
        if not session.testsfailed:
            self.names = [stable_name(item) for item in session.items]


def collect(*arguments: str) -> list[str]:
    """The names of the tests that pytest finds, by these arguments or else from this folder.

    Raises:
        KitError: it can't collect them.
    """
    collector = _Collector()
    quiet = ("--collect-only", "-qq", "--no-header", "--assert=plain")  # nothing is run
    # Its exit code tells more than that: syrupy fails where no test asked for a snapshot.
    with redirect_stdout(StringIO()) as said:
        pytest.main([*quiet, *arguments], plugins=[collector])
    if collector.names is None:
        raise KitError(
            f"pytest can't collect the tests of this folder:\n{said.getvalue() or 'see above'}"
        )
    return collector.names
