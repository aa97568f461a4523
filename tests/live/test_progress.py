"""A live run tells how far it has come, and how fast it may go."""

import os
import re
import subprocess
import sys
from textwrap import dedent

import pytest
from _pytest._io import TerminalWriter
from live.misbehaving import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID
from terminal_screen import read_all, shown

from pytest_twilio_users.live import progress_line

pty = pytest.importorskip("pty", reason="terminals of this kind are Unix's")

TESTS = """
    import pytest

    @pytest.mark.parametrize("number", range(3))
    def test_it(twilio_users, number):
        twilio_users.client.create_service_user(twilio_users.service_sid, f"user-{number}")
        assert number != 1
    """
LEFT = re.compile(r", \d+ (s|min) left")
"""What a slow machine tells, too."""

DRAWS = pytest.mark.skipif(
    not hasattr(TerminalWriter, "write_raw"), reason="older pytests do not let others draw"
)

PACE = "1000 a second at most"
LINES = [
    f"twilio-users: 0 of 3 tests; 0 of 500 changes, {PACE}; test_it.py::test_it[0]",
    f"twilio-users: 0 of 3 tests; 1 of 500 changes, {PACE}; test_it.py::test_it[0]",
    f"twilio-users: 1 of 3 tests; 1 of 500 changes, {PACE}; test_it.py::test_it[0]",
    f"twilio-users: 1 of 3 tests; 1 of 500 changes, {PACE}; test_it.py::test_it[1]",
    f"twilio-users: 1 of 3 tests; 2 of 500 changes, {PACE}; test_it.py::test_it[1]",
    f"twilio-users: 2 of 3 tests; 2 of 500 changes, {PACE}; test_it.py::test_it[1]",
    f"twilio-users: 2 of 3 tests; 2 of 500 changes, {PACE}; test_it.py::test_it[2]",
    f"twilio-users: 2 of 3 tests; 3 of 500 changes, {PACE}; test_it.py::test_it[2]",
    f"twilio-users: 3 of 3 tests; 3 of 500 changes, {PACE}; test_it.py::test_it[2]",
]


def told(result):
    """The lines of progress, each once, without how much time is left."""
    lines = [line for line in result.outlines if line.startswith("twilio-users: ")]
    return [*dict.fromkeys(LEFT.sub("", line) for line in lines[1:])]


@pytest.fixture
def always(monkeypatch):
    """A log has all lines."""
    monkeypatch.setattr(progress_line, "NOW_AND_THEN", 0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("mode", ["live", "record"])
def test_a_log_tells_tests_changes_and_pace(run, mode):
    """And which test runs, each in a line of its own."""
    result = run(mode, TESTS)
    result.assert_outcomes(passed=2, failed=1)
    assert told(result) == LINES


@pytest.mark.parametrize(
    ("mode", "options"),
    [("live", ()), ("live", ("--collect-only",)), ("stub", ()), ("live", ("-p", "no:terminal"))],
    ids=["short", "collecting", "stub", "no terminal"],
)
def test_what_is_soon_over_tells_nothing(run, mode, options):
    """Nor what asks no account, nor where pytest tells nothing itself."""
    assert told(run(mode, TESTS, *options)) == []


@pytest.mark.usefixtures("always")
def test_it_can_be_turned_off(run):
    """As any plugin of pytest's."""
    assert told(run("live", TESTS, "-p", "no:twilio_users_progress")) == []


@pytest.mark.usefixtures("always")
def test_what_workers_did_adds_up(run):
    """The changes of all of them, and each test once."""
    result = run("live", TESTS, "-p", "xdist", "-n2")
    result.assert_outcomes(passed=2, failed=1)
    assert re.fullmatch(
        rf"twilio-users: 3 of 3 tests; 3 of 500 changes, {PACE}; test_it.py::.*",
        told(result)[-1],
    )


@pytest.fixture
def in_a_terminal(pytester, service):
    """Runs the tests live in a terminal of 80 columns: gives what is written to it."""

    def in_a_terminal(*options):
        pytester.path.joinpath("test_it.py").write_text(dedent(TESTS), "utf-8")
        ours, theirs = pty.openpty()
        with subprocess.Popen(  # noqa: S603  # our own plugin
            [
                *(sys.executable, "-m", "pytest", "-p", "twilio_users", "-p", "no:cacheprovider"),
                "--twilio-users-mode=live",
                f"--twilio-users-live-account={ACCOUNT_SID}",
                f"--twilio-users-service-sid={SERVICE_SID}",
                f"--twilio-users-base-url={service.url}",
                *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env={name: os.environ[name] for name in os.environ if "TWILIO" not in name}
            | {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
            | {"TERM": "xterm", "COLUMNS": "80"},
        ):
            os.close(theirs)
            written = read_all(ours)
        os.close(ours)
        return written

    return in_a_terminal


BENEATH = re.compile(r"\x1b\[A\r(?:\x1b\[\d+C)?")
"""Where the cursor is put back after a line was written beneath."""
STEPS = [
    f"twilio-users: {number} of 3 tests; {number} of 500 changes, 20 a second"
    for number in range(4)
]
STEP = len(STEPS[0])
DOTS = ["test_it.py", "test_it.py .", "test_it.py .F", "test_it.py .F."]
NAMES = [
    "test_it.py::test_it[0]",
    "test_it.py::test_it[0] PASSED [ 33%]",
    "test_it.py::test_it[1] FAILED [ 66%]",
    "test_it.py::test_it[2] PASSED [100%]",
]


@DRAWS
@pytest.mark.parametrize(
    ("options", "lines"), [((), DOTS), (("-v",), NAMES)], ids=["dots", "names"]
)
def test_a_terminal_has_one_line_beneath_pytests_own(in_a_terminal, options, lines):
    """It rewrites itself, is gone in the end, and pytest's lines are what they are without it."""
    written = in_a_terminal("--tb=no", *options)
    ends = [shown(written[: found.end()])[-2:] for found in BENEATH.finditer(written)]
    seen = {(re.sub(" +", " ", above), LEFT.sub("", beneath)[:STEP]) for above, beneath in ends}
    assert set(zip(lines, STEPS, strict=True)) <= seen
    without = shown(in_a_terminal("--tb=no", "-p", "no:twilio_users_progress", *options))
    assert in_order(shown(written)) == in_order(without)


@DRAWS
def test_it_needs_none_of_pytests_plugins(in_a_terminal):
    """But the one that writes: those that could write there, too, may be turned off."""
    off = ("logging", "debugging")
    assert BENEATH.search(in_a_terminal(*(f"-pno:{name}" for name in off)))


def in_order(lines):
    """What a run shows, without how long it took."""
    return [re.sub(r"in [\d.]+s|=+", "", line) for line in lines]


@pytest.mark.parametrize(
    "option",
    ["--capture=no", "--capture=tee-sys", "--log-cli-level=INFO", "-olog_cli=yes", "--pdb"],
)
def test_who_writes_there_too_has_it_alone(in_a_terminal, option):
    """What a test prints, logs and asks would stand in the line."""
    assert not BENEATH.search(in_a_terminal(option))
