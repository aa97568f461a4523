"""cli/exit_codes.py: each command ends as its help and the documents say."""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from live.misbehaving import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID

from docs.generate import render
from pytest_twilio_users.cli import main, parser
from pytest_twilio_users.cli.exit_codes import EXIT_CODES, FAILED, INTERRUPTED, OF_EACH
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.refreshing import Refreshed
from pytest_twilio_users.drift.sides import DriftReport
from pytest_twilio_users.wire.schema import openapi
from pytest_twilio_users.wire.violations import Severity

ROOT = Path(__file__).parents[2]
CODES = [(command, code) for command, codes in EXIT_CODES.items() for code in codes]


def leaves(found, name=""):
    """Each command that the script takes, with its parser."""
    subs = [each for each in found._actions if isinstance(each, argparse._SubParsersAction)]
    for sub in subs:
        for word, each in sub.choices.items():
            yield from leaves(each, f"{name} {word}".strip())
    if not subs:
        yield name, found


def row(command):
    """Its row in the table: the sides of drift are arguments, to argparse commands."""
    first, *more = command.split()
    return "drift" if first == "drift" and more != ["openapi"] else command


def test_each_command_has_its_row():
    """And no other."""
    assert {row(command) for command, _ in leaves(parser())} == EXIT_CODES.keys()


@pytest.mark.parametrize(("command", "found"), [*leaves(parser())])
def test_a_commands_help_says_its_codes(command, found):
    """Those of its row, and of what can't be done."""
    told = " ".join(found.format_help().split()).partition("exit code ")[2]
    for code, meaning in {**EXIT_CODES[row(command)], FAILED: OF_EACH[FAILED]}.items():
        assert f"{code}: {meaning}" in told


def test_the_documents_say_them():
    """In one place."""
    page = render("ci.md")
    for command, codes in EXIT_CODES.items():
        for code, meaning in codes.items():
            assert f"| `{command}` | {code} | {meaning} |" in page
    for code, meaning in OF_EACH.items():
        assert f"| each | {code} | {meaning} |" in page


def differing(*severities):
    """Has the two sides of a drift differ."""

    def arrange(monkeypatch, _):
        drifts = {
            Drift(severity=each, operation="fetch_user", pointer="x", first="1", second="2"): ()
            for each in severities
        }
        report = DriftReport(first="stub", second="live", drifts=drifts, compared=1, alone=[])
        monkeypatch.setattr("pytest_twilio_users.drift.sides.find_drift", lambda *_, **__: report)
        return ["stub", "live"]

    return arrange


def document(*gone):
    """Writes an OpenAPI file, which lacks something that the kit knows."""

    def arrange(_monkeypatch, _service):
        content = openapi()
        inner = content
        for name in gone[:-1]:
            inner = inner[name]
        for name in gone[-1:]:
            del inner[name]
        Path("api.json").write_text(json.dumps(content), "utf-8")
        return ["api.json"]

    return arrange


def ledgers(_monkeypatch, service):
    """A folder in which nobody noted anything."""
    Path("ledgers").mkdir()
    return ["--ledger", "ledgers", "--base-url", service.url]


def listed(_monkeypatch, service):
    """A user of a run that is long over, to be listed first."""
    service.add_user("tu-20260101-3f9a2c-user-1", age=30)
    return ["--prefix", "--service-sid", SERVICE_SID, "--base-url", service.url]


def damaged(_monkeypatch, _service):
    """A folder of cassettes, which are none."""
    Path("cassettes").mkdir()
    Path("cassettes", "a.json").write_text("{}", "utf-8")
    return []


def copied(_monkeypatch, _service):
    """A cassette in which all is well."""
    path = next(ROOT.glob("cassettes/**/*.json"))
    return [shutil.copy(path, "copy.json")]


def refreshed(*failing):
    """Has cassettes be recorded anew, of which none changed."""

    def arrange(monkeypatch, service):
        recorded = Refreshed(changes=(), kept=failing, others=0)
        monkeypatch.setattr(
            "pytest_twilio_users.drift.refreshing.refresh", lambda *_, **__: recorded
        )
        return damaged(monkeypatch, service)

    return arrange


def nothing(_monkeypatch, _service):
    """As it is."""
    return []


ARRANGED = {
    ("sweep", 0): ledgers,
    ("sweep", 1): listed,
    ("cassettes check", 0): lambda *_: [str(ROOT / "cassettes")],
    ("cassettes check", 1): damaged,
    ("cassettes show", 0): copied,
    ("cassettes scrub", 0): copied,
    ("cassettes scrub", 1): damaged,
    ("cassettes refresh", 0): refreshed(),
    ("cassettes refresh", 1): refreshed("test_it.py::test_it"),
    ("cassettes schema", 0): nothing,
    ("drift", 0): differing(Severity.NOTE),
    ("drift", 1): differing(Severity.NOTE, Severity.WARNING),
    ("drift", 3): differing(Severity.WARNING, Severity.ERROR),
    ("drift openapi", 0): document(),
    ("drift openapi", 1): document("components", "schemas", "User", "properties", "links"),
    ("drift openapi", 3): document("paths", "/v1/Users"),
    ("usage schema", 0): nothing,
    ("openapi", 0): nothing,
}
IN_PROCESSES = {("serve", 0): {}, ("doctor", 0): {}, ("doctor", 1): {"TWILIO_USERS_MODE": "no"}}


def test_each_code_is_proven():
    """Below."""
    assert {*ARRANGED, *IN_PROCESSES} == set(CODES)


@pytest.mark.parametrize(("command", "code"), ARRANGED)
def test_a_command_ends_with_its_code(command, code, monkeypatch, service, tmp_path):
    """As its row says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
    arguments = ARRANGED[command, code](monkeypatch, service)
    assert main([*command.split(), *arguments]) == code


@pytest.mark.parametrize(("command", "code"), IN_PROCESSES)
def test_a_command_ends_its_process_with_its_code(command, code, monkeypatch, tmp_path):
    """Where it takes a whole one."""
    for name, value in IN_PROCESSES[command, code].items():
        monkeypatch.setenv(name, value)
    with subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "pytest_twilio_users", command],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if command == "serve":
            process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == code


WRONG = {  # their options may be pytest's
    "drift": ["live", "live"],
    "cassettes refresh": ["--cassettes", "none"],
}


@pytest.mark.parametrize("command", EXIT_CODES)
def test_what_can_not_be_done_has_a_code_of_its_own(command):
    """It is the same for each command, and for wrong arguments."""
    try:
        code = main([*command.split(), *WRONG.get(command, ["--no-such-option"])])
    except SystemExit as ended:
        code = ended.code
    assert code == FAILED


def test_an_interrupt_has_a_code_of_its_own(monkeypatch, capsys):
    """And no traceback."""

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("pytest_twilio_users.wire.schema.openapi", interrupt)
    assert main(["openapi"]) == INTERRUPTED
    assert capsys.readouterr().err == "twilio-users: interrupted.\n"
