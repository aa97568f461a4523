"""Runs the suite in one way beside one plugin, in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from matrix.plugins import Plugin
from matrix.ways import Run, Way

FOLDER = Path(__file__).parent
SECONDS = 600
"""How long one way may take."""

_OWN = ("matrix.watching", "twilio_users", "hypothesispytest", "anyio")
_INI = "[pytest]\npythonpath = .\nmarkers = ends: how a test is meant to end\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of it: which tests ran, without their parameters, and what was wrong."""

    ran: frozenset[str]
    wrong: tuple[str, ...]
    output: str


def try_out(way: Way, plugin: Plugin | None = None) -> Outcome:
    """Run the suite so, and hear of it."""
    with TemporaryDirectory() as name:
        folder, notes = Path(name) / "suite", Path(name) / "notes"
        _write(folder, plugin)
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("TWILIO_", "PYTEST_", "COV", "HYPOTHESIS"))
        }
        environment |= {
            "MATRIX_NOTES": str(notes),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": f"{FOLDER.parent}{os.pathsep}{folder}",
            "TWILIO_REGION": "ie1",  # the author's: tests don't see it, and it is there afterwards
        }
        output = wrong = ""
        for runs in [way.runs] if way.in_one_process else [[run] for run in way.runs]:
            given = json.dumps([(_options(run, way, plugin), run.interrupted) for run in runs])
            try:
                done = subprocess.run(  # noqa: S603  # our own module
                    [sys.executable, "-m", "matrix.inside", given],
                    cwd=folder,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    text=True,
                    timeout=SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                wrong = f"it was not over after {SECONDS} seconds"
                break
            output += done.stdout
            if done.returncode:
                wrong = f"the process ended with {done.returncode}"
        told = [*_read(notes)]
    return Outcome(
        ran=frozenset(note["ran"].partition("[")[0] for note in told if "ran" in note),
        wrong=tuple(dict.fromkeys([*filter(None, [wrong]), *_wrong(told)])),
        output=output,
    )


def _write(folder: Path, plugin: Plugin | None) -> None:
    shutil.copytree(FOLDER / "suite", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (FOLDER / "beside").iterdir():
        is_support = not path.name.startswith(("test_", "__"))
        if is_support or (plugin and path.stem in plugin.tests):
            shutil.copy(path, folder)
    (folder / "pytest.ini").write_text(_INI, encoding="utf-8")


def _options(run: Run, way: Way, plugin: Plugin | None) -> list[str]:
    names = dict.fromkeys((*_OWN, *(plugin.loads if plugin else ()), *way.needs))
    loaded = [part for name in names for part in ("-p", name)]
    return [*loaded, *(plugin.options if plugin else ()), *run.options]


def _read(notes: Path) -> Iterator[dict[str, str]]:
    if notes.exists():
        yield from map(json.loads, notes.read_text("utf-8").splitlines())


def _wrong(told: list[dict[str, str]]) -> Iterator[str]:
    return (note["wrong"] for note in told if "wrong" in note)
