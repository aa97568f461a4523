"""How much longer a run of pytest takes because it loads the plugin."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import interleave, ready, timer

PLUGIN = "twilio_users"


def section(*, rounds: int) -> Section:
    """Time whole runs of one empty test, with the plugin and without.

    Other plugins are left out: what they import would be free for this one.
    """
    others = [plugin.name for plugin in entry_points(group="pytest11") if plugin.name != PLUGIN]
    with TemporaryDirectory() as directory:
        loaded = _run(Path(directory), without=others)
        left_out = _run(Path(directory), without=[*others, PLUGIN])
        loaded()  # the first run compiles what the others read
        times = interleave(
            {
                "with": ready(timer(loaded, clock=time.perf_counter)),
                "without": ready(timer(left_out, clock=time.perf_counter)),
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


def _run(directory: Path, *, without: list[str]) -> Callable[[], object]:
    (directory / "test_empty.py").write_text("def test_nothing(): pass\n")
    (directory / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    for name in without:
        command += ["-p", f"no:{name}"]
    # Compiled modules are kept, as on an author's machine, but nowhere near the code.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(directory / "compiled")
    return partial(
        subprocess.run, command, cwd=directory, env=environment, check=True, capture_output=True
    )
