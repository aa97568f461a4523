"""What an assertion on a snapshot costs beside plain syrupy."""

from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from benchmarks.report import Row, Section
from benchmarks.rounds import Times, interleave, ready, timer
from benchmarks.stubs import Stub
from pytest_twilio_users import User, UserPage

QUIET = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:hypothesispytest", "-W", "ignore")
TEST = """
def test_snapshots(measure, snapshot, twilio_users_snapshot):
    measure(snapshot, twilio_users_snapshot)
"""


def section(*, rounds: int, calls: int) -> Section:
    """Time assertions that hold, inside a run of pytest, as syrupy's parts belong to one."""
    with Stub().test() as users:
        for number in range(50):
            users.add_user(f"user {number}", attributes={"plan": "pro"})
        page = users.client.list_user()
    with TemporaryDirectory() as directory:
        Path(directory, "test_snapshots.py").write_text(TEST)
        _run(directory, _Measuring(page, rounds=1, calls=1), "--snapshot-update")
        measuring = _Measuring(page, rounds=rounds, calls=calls)
        _run(directory, measuring)
    return Section(
        question="An assertion that holds / plain amber of the same dictionaries",
        rows=[
            Row(
                name=f"{kind}: {form}",
                figure=measuring.times.ratio(f"{kind}: {form}", to=f"{kind}: plain"),
                goal=1.5,
                why=_WHY,
            )
            for kind in ("user", "page of 50")
            for form in ("JSON", "model")
        ],
    )


_WHY = (
    "By cProfile syrupy takes two thirds of it, as it writes what is in attributes, too. The rest"
    " is the kit's walk, which looks for SIDs and dates in each text (`Showing.show`)."
)


class _Measuring:
    """A plugin of pytest with the fixture that measures."""

    def __init__(self, page: UserPage, *, rounds: int, calls: int) -> None:
        self.times = Times({})
        self._page = page
        self._rounds = rounds
        self._calls = calls

    @pytest.fixture
    def measure(self) -> Callable[[SnapshotAssertion, SnapshotAssertion], None]:
        """Time both kinds of snapshots."""
        return self._measure

    def _measure(self, plain: SnapshotAssertion, shown: SnapshotAssertion) -> None:
        contenders = {
            **_assertions("user", self._page.users[0], plain, shown),
            **_assertions("page of 50", self._page, plain, shown),
        }
        self.times = interleave(
            {name: ready(timer(call)) for name, call in contenders.items()},
            rounds=self._rounds,
            calls=self._calls,
        )


def _assertions(
    kind: str, model: User | UserPage, plain: SnapshotAssertion, shown: SnapshotAssertion
) -> Mapping[str, Callable[[], None]]:
    json = model.to_dict()

    def compare(data: Any, snapshot: SnapshotAssertion) -> Callable[[], None]:
        def once() -> None:
            assert data == snapshot(name=kind)

        return once

    return {
        f"{kind}: plain": compare(json, plain),
        f"{kind}: JSON": compare(json, shown),
        f"{kind}: model": compare(model, shown),
    }


def _run(directory: str, measuring: _Measuring, *options: str) -> None:
    printed = StringIO()
    with redirect_stdout(printed):
        code = pytest.main(
            [directory, "--rootdir", directory, *QUIET, *options],
            plugins=[measuring],
        )
    assert code == pytest.ExitCode.OK, printed.getvalue()
