"""How much longer a run of pytest takes because it loads the plugin."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import Timer, interleave, ready

PLUGIN = "twilio_users"

RUN = """
import sys, time, pytest
code = pytest.main(sys.argv[1:])
print(time.process_time())
sys.exit(code)
"""


def section(*, rounds: int) -> Section:
    """Time whole runs of one empty test, with the plugin and without.

    Other plugins are left out: what they import would be free for this one.
    """
    others = [plugin.name for plugin in entry_points(group="pytest11") if plugin.name != PLUGIN]
    with TemporaryDirectory() as directory:
        loaded = _pytest(Path(directory), without=others)
        left_out = _pytest(Path(directory), without=[*others, PLUGIN])
        loaded(1)  # the first run compiles what the others read
        contenders = {"with": ready(loaded), "without": ready(left_out)}
        times = interleave(contenders, rounds=rounds, calls=1)
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


def _pytest(directory: Path, *, without: list[str]) -> Timer:
    """Runs of pytest in processes of their own, which tell how long they took."""
    (directory / "test_empty.py").write_text("def test_nothing(): pass\n")
    (directory / "pytest.ini").touch()
    command = [sys.executable, "-c", RUN, "-p", "no:cacheprovider"]
    for name in without:
        command += ["-p", f"no:{name}"]
    # Compiled modules are kept, as on an author's machine, but nowhere near the code.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(directory / "compiled")

    def once() -> float:
        told = subprocess.check_output(  # noqa: S603  # the command is made here
            command, cwd=directory, env=environment, text=True
        )
        return float(told.split()[-1])

    def seconds(calls: int) -> float:
        return sum(once() for _ in range(calls)) / calls

    return seconds
