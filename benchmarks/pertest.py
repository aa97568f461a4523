"""What a fixture costs an empty test, and what the installed plugin costs one without it."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import Timer, interleave, ready

CONFTEST = """
import time
import pytest

ends = []

def pytest_runtest_logfinish():
    ends.append(time.process_time())

def pytest_unconfigure():
    print((ends[-1] - ends[0]) / (len(ends) - 1))  # the first one imports what is needed

@pytest.fixture
def floor():
    yield

@pytest.fixture
def requests_mock():
    import responses
    with responses.RequestsMock() as mock:
        yield mock

@pytest.fixture
def cassette(tmp_path_factory):
    import vcr
    with vcr.use_cassette(str(tmp_path_factory.getbasetemp() / "cassette.yaml")) as cassette:
        yield cassette
"""
# Name, the fixture that the tests ask for, the plugin that has it.
CONTENDERS = {
    "nothing": ("", ""),
    "the kit installed": ("", "twilio_users"),
    "a fixture of one's own": ("floor", ""),
    "twilio_users": ("twilio_users", "twilio_users"),
    "respx_mock": ("respx_mock", "respx"),
    "httpx_mock": ("httpx_mock", "pytest_httpx"),
    "responses": ("requests_mock", ""),
    "vcrpy's use_cassette": ("cassette", ""),
}


def section(*, rounds: int, tests: int) -> Section:
    """Time runs of as many tests as given, each contender's with the plugin that it needs alone."""
    with TemporaryDirectory() as folder:
        contenders = {
            name: ready(
                _pytest(Path(folder), fixture, plugin=plugin, tests=tests, compiled=rounds > 1)
            )
            for name, (fixture, plugin) in CONTENDERS.items()
        }
        times = interleave(contenders, rounds=rounds, calls=1)
    floor = times.of("nothing").median * 1e6

    def adds(name: str, *, goal: float | None = None) -> Row:
        return Row(
            name=f"{name} adds",
            figure=times.difference(name, to="nothing").scaled(1e3),
            goal=goal,
            unit="ms",
            peer=goal is None,
            why=_WHY,
        )

    return Section(
        question=f"An empty test, one of {tests:,} / without the fixture (it takes {floor:.0f} µs)",
        rows=[
            adds("the kit installed", goal=0.03),
            adds("twilio_users", goal=0.25),
            *(adds(name) for name in list(CONTENDERS)[2:] if name != "twilio_users"),
        ],
    )


_WHY = (
    "About a third of what a fixture adds is pytest's own: for each fixture that a test asks for"
    " it makes a request, and for each hook of the plugin it runs a generator."
)


def _pytest(folder: Path, fixture: str, *, plugin: str, tests: int, compiled: bool) -> Timer:
    """Runs in processes of their own, which tell what a test took, set-up and tear-down included.

    Without what belongs to the whole run: start-up, collection, the first test's imports.
    Their modules are compiled for them alone, unless one run is all there is.
    """
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").touch()
    file = folder / f"test_{fixture or 'nothing'}.py"
    file.write_text("".join(f"def test_{n}({fixture}): pass\n" for n in range(tests)))
    installed = {each.name for each in entry_points(group="pytest11")}
    without = [f"no:{name}" for name in sorted(installed - {plugin})]
    options = [word for name in ("no:cacheprovider", *without) for word in ("-p", name)]
    command = [sys.executable, "-m", "pytest", "-q", *options, file.name]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if compiled:
        environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")

    def seconds(_: int) -> float:
        told = subprocess.check_output(  # noqa: S603  # the command is made here
            command, cwd=folder, env=environment, text=True
        )
        return float(told.split()[-1])

    return seconds
