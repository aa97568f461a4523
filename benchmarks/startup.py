"""How much longer an empty run of pytest takes for what is installed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import Timer, interleave, ready

KIT = "twilio_users"
CORE = {KIT, "respx", "anyio"}
"""The plugins of pytest that come with the core: the kit's, and those of what it requires."""
EXTRAS = {"hypothesis": "hypothesispytest", "syrupy": "syrupy"}
"""The plugins that come with an extra. Other extras bring none, and cost an empty run nothing."""
LOADED = {
    "nothing": set(),
    "the kit's own plugin": {KIT},
    "respx and httpx": {"respx"},
    "anyio": {"anyio"},
    "the core": CORE,
    **{f"the extra {extra}": {plugin} for extra, plugin in EXTRAS.items()},
    "all": CORE | set(EXTRAS.values()),
    "all but the kit's": (CORE | set(EXTRAS.values())) - {KIT},
}

RUN = """
import sys, time, pytest
code = pytest.main(sys.argv[1:])
print(time.process_time())
sys.exit(code)
"""


def section(*, rounds: int) -> Section:
    """Time whole runs of one empty test, by which plugins are loaded; what else is there, is not.

    In one environment: what a plugin does not import costs nothing where it is installed.
    """
    installed = {plugin.name for plugin in entry_points(group="pytest11")}
    with TemporaryDirectory() as directory:
        runs = {
            name: _pytest(Path(directory), without=installed - loaded, compiled=rounds > 1)
            for name, loaded in LOADED.items()
        }
        if rounds > 1:
            for run in runs.values():
                run(1)  # the first run compiles what the others read
        contenders = {name: ready(run) for name, run in runs.items()}
        times = interleave(contenders, rounds=rounds, calls=1)

    def rows() -> Iterator[Row]:
        pairs = {name: "nothing" for name in LOADED if name not in ("nothing", "all but the kit's")}
        for name, to in {**pairs, "all but the kit's": "all"}.items():
            first, second = (to, name) if to == "all" else (name, to)
            more = times.difference(first, to=second).median * 1000
            yield Row(
                name=f"{first} / {second}",
                figure=times.ratio(first, to=second),
                aside=f"{more:+.0f} ms",
            )
        yield Row(
            name="the kit's own share, with all",
            figure=times.difference("all", to="all but the kit's").scaled(1000),
            goal=10,
            unit="ms",
            why=_WHY,
        )

    return Section(question="A run of pytest with one empty test", rows=list(rows()))


_WHY = (
    "Half of it is the import of 28 modules, a seventh the 32 options that argparse is given, the"
    " rest pytest's registration of hooks and fixtures."
)


def _pytest(directory: Path, *, without: set[str], compiled: bool) -> Timer:
    """Runs of pytest in processes of their own, which tell how long they took.

    Their modules are compiled for them alone, unless one run is all there is.
    """
    (directory / "test_empty.py").write_text("def test_nothing(): pass\n")
    (directory / "pytest.ini").touch()
    command = [sys.executable, "-c", RUN, "-p", "no:cacheprovider"]
    for name in sorted(without):
        command += ["-p", f"no:{name}"]
    # Compiled modules are kept, as on an author's machine, but nowhere near the code.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if compiled:
        environment["PYTHONPYCACHEPREFIX"] = str(directory / "compiled")

    def once() -> float:
        told = subprocess.check_output(  # noqa: S603  # the command is made here
            command, cwd=directory, env=environment, text=True
        )
        return float(told.split()[-1])

    def seconds(calls: int) -> float:
        return sum(once() for _ in range(calls)) / calls

    return seconds
