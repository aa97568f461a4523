"""How much longer a run of pytest takes because it loads the plugin."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import Timer, interleave, timer

PLUGIN = "twilio_users"


def section(*, rounds: int) -> Section:
    """Time whole runs of one empty test, with the plugin and without.

    Other plugins are left out: what they import would be free for this one.
    """
    others = [plugin.name for plugin in entry_points(group="pytest11") if plugin.name != PLUGIN]
    times = interleave(
        {
            "with": partial(_pytest, without=others),
            "without": partial(_pytest, without=[*others, PLUGIN]),
        },
        rounds=rounds,
        calls=1,
    )
    more = times.difference("with", to="without").median * 1000
    return Section(
        question="A run of pytest with one empty test",
        rows=[
            Row(
                name="with the plugin / without it",
                figure=times.ratio("with", to="without"),
                aside=f"{more:+.1f} ms",
            )
        ],
    )


@contextmanager
def _pytest(*, without: list[str]) -> Iterator[Timer]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    for name in without:
        command += ["-p", f"no:{name}"]
    with TemporaryDirectory() as directory:
        Path(directory, "test_empty.py").write_text("def test_nothing(): pass\n")
        Path(directory, "pytest.ini").touch()
        yield timer(
            partial(subprocess.run, command, cwd=directory, check=True, capture_output=True)
        )
