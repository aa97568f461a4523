"""`twilio-users sweep` and `twilio-users cassettes`, as people call them."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from live.misbehaving import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, account_at

from pytest_twilio_users.cassettes.cassette_schema import SCHEMA
from pytest_twilio_users.cli import main
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.settings import Settings


@pytest.fixture
def credentials(monkeypatch):
    """The account's, in the environment."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)


@pytest.fixture
def lost_run(service, tmp_path):
    """A run that made a user and ended without a word."""
    run = LiveRun(account=account_at(service.url), settings=Settings(), folder=tmp_path)
    _, ledger = run.open_backend(acting=lambda: "", on_created=print)
    made = service.add_user(f"{run.name}-user-1", age=0)
    entry = ledger.plan(SERVICE_SID, made.identity, test="test_it.py::test_it")
    ledger.created(entry, made.sid)
    ledger.close()
    return run


@pytest.mark.usefixtures("credentials")
def test_a_sweep_deletes_what_a_lost_run_left(service, lost_run, tmp_path, capsys):
    """The next run tells of it; after the sweep there is nothing to tell."""
    assert list(lost_run.leftovers()) == [
        (
            f"Run {lost_run.name} left a user on the account. `twilio-users sweep --ledger"
            f" {tmp_path}` deletes what it left."
        )
    ]
    assert main(["sweep", "--ledger", str(tmp_path), "--base-url", service.url]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 removed.\n")
    assert [user.identity for user in service.users()] == ["foreign"]
    assert not list(lost_run.leftovers())


@pytest.mark.usefixtures("credentials")
def test_a_ledger_may_name_what_no_terminal_shows(service, lost_run, tmp_path, capsys):
    """A file's name that is no UTF-8, escape sequences: all is removed, and nothing obeyed."""
    _, ledger = lost_run.open_backend(acting=lambda: "", on_created=print)
    for number, test in enumerate(["test_\udcff.py::test_a", "x\x1b(B\n\u202e", "y"], start=2):
        made = service.add_user(f"{lost_run.name}-user-{number}", age=0)
        entry = ledger.plan(SERVICE_SID, made.identity, test=test)
        ledger.created(entry, made.sid)
    ledger.close()

    assert main(["sweep", "--ledger", str(tmp_path), "--base-url", service.url]) == 0
    *removed, total = capsys.readouterr().out.splitlines()
    assert sorted(line.partition(" for ")[2] for line in removed) == [
        r"test_\udcff.py::test_a: deleted",
        "test_it.py::test_it: deleted",
        r"x\x1b(B\n\u202e: deleted",
        "y: deleted",
    ]
    assert total == "4 of 4 removed."
    assert [user.identity for user in service.users()] == ["foreign"]


@pytest.mark.usefixtures("credentials")
def test_a_sweep_goes_on_when_nobody_reads(service, lost_run, tmp_path):
    """What is left is deleted, as after `twilio-users sweep | head -1`; the exit code says so."""
    _, ledger = lost_run.open_backend(acting=lambda: "", on_created=print)
    made = service.add_user(f"{lost_run.name}-user-2", age=0)
    ledger.created(ledger.plan(SERVICE_SID, made.identity, test="test_b"), made.sid)
    ledger.close()
    reading, writing = os.pipe()
    os.close(reading)

    options = ("--ledger", str(tmp_path), "--base-url", service.url)
    run = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "pytest_twilio_users", "sweep", *options],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (run.returncode, run.stderr) == (0, b"")
    assert [user.identity for user in service.users()] == ["foreign"]


@pytest.mark.usefixtures("credentials", "lost_run")
def test_the_folder_may_come_from_the_environment(service, tmp_path, capsys, monkeypatch):
    """As for the run."""
    monkeypatch.setenv("TWILIO_USERS_LEDGER", str(tmp_path))
    assert main(["sweep", "--base-url", service.url]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 removed.\n")


def test_what_is_to_be_called_names_folder_and_address(run, pytester, capsys, monkeypatch):
    """Where they are others than by default: as it is told, it works."""
    source = """
        def test_it(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            from pytest_twilio_users.live.ledger import Ledger

            Ledger.gone = lambda *_: None  # as if the run had been killed
        """
    gone = Ledger.gone
    try:
        run("live", source, "--twilio-users-ledger=of my own")
    finally:
        Ledger.gone = gone
    said = run("live", "def test_nothing(): ...", "--twilio-users-ledger=of my own").outlines
    [told] = {line.split("`")[1] for line in said if line.startswith("Run ")}
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
    assert main(shlex.split(told)[1:]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 removed.\n")
    assert not list(pytester.path.rglob("*.jsonl"))


def test_a_damaged_ledger_is_told(lost_run, tmp_path):
    """It is not taken for an empty one."""
    [file] = tmp_path.glob("*.jsonl")
    file.write_text("{}\n" + file.read_text("utf-8"), "utf-8")
    [told] = lost_run.leftovers()
    assert told.startswith(f"The ledger {file} is damaged")


@pytest.mark.usefixtures("credentials")
def test_a_sweep_by_names_only_lists_at_first(service, capsys, monkeypatch):
    """The service and the address may come from the environment."""
    monkeypatch.setenv("TWILIO_USERS_BASE_URL", service.url)
    monkeypatch.setenv("TWILIO_USERS_SERVICE_SID", SERVICE_SID)
    service.add_user("tu-20260101-3f9a2c-user-1", age=30)
    assert main(["sweep", "--prefix"]) == 1
    assert len(service.users()) == 2
    assert main(["sweep", "--prefix", "--yes"]) == 0
    assert [user.identity for user in service.users()] == ["foreign"]
    assert capsys.readouterr().out


def test_a_sweep_needs_credentials(monkeypatch, capsys):
    """Which of them are missing is told, and nothing else of them."""
    monkeypatch.delenv("TWILIO_ACCOUNT_SID", raising=False)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a secret")
    assert main(["sweep"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("twilio-users: No credentials: the account or key SID is not set")
    assert "a secret" not in said


def test_the_schema_is_printed(capsys):
    """For an editor."""
    assert main(["cassettes", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


def test_cassettes_are_checked(run, pytester, capsys):
    """What the kit wrote is right; a value that somebody put in is found."""
    run("record", "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)")
    folder = pytester.path / "cassettes"
    assert main(["cassettes", "check", str(folder)]) == 0
    assert capsys.readouterr().out.endswith("All is well.\n")
    [path] = folder.rglob("*.json")
    path.write_text(path.read_text("utf-8").replace('"text-1"', '"ada@lovelace.org"'), "utf-8")
    assert main(["cassettes", "check", str(folder)]) == 1
    assert "ada@lovelace.org" in capsys.readouterr().out


def test_orphans_are_found(run, pytester, capsys, monkeypatch):
    """Pytest tells which tests there are; if it can't, that is said."""
    run("record", "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p twilio_users -p no:cacheprovider")
    assert main(["cassettes", "check", "--orphans"]) == 0
    pytester.path.joinpath("test_it.py").rename("test_moved.py")
    assert main(["cassettes", "check", "--orphans"]) == 1
    assert "there is no test test_it.py::test_it\n" in capsys.readouterr().out
    pytester.makepyfile(test_broken="raise RuntimeError")
    capsys.readouterr()
    assert main(["cassettes", "check", "--orphans"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("twilio-users: pytest can't collect the tests of this folder:\n")
    assert "RuntimeError" in printed.err


def test_the_contract_suites_cassettes_are_no_orphans(run, pytester, capsys, monkeypatch):
    """It is no test of the folder, and was recorded there."""
    suite = (
        "--pyargs",
        "pytest_twilio_users.suites.contract",
        "-k",
        "unknown_parameters and service",
    )
    run("record", "def test_it(): ...", *suite)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p twilio_users -p no:cacheprovider")
    assert list(pytester.path.glob("cassettes/pytest_twilio_users/suites/contract/*.json"))
    assert main(["cassettes", "check", "--orphans"]) == 0
    assert capsys.readouterr().out.endswith("All is well.\n")


def test_a_shipped_test_checks_the_cassettes(run, pytester):
    """It fails with what the command would print, in each mode; where nothing is, too."""
    check = "from pytest_twilio_users.suites.cassettes import *"
    folder = pytester.path / "cassettes"
    result = run("stub", check)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{folder}: there is no such folder"])
    ask = "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)"
    run("record", f"{ask}\n{check}").assert_outcomes(passed=2)
    run("replay").assert_outcomes(passed=2)
    [path] = folder.rglob("*.json")
    path.write_text(path.read_text("utf-8").replace('"text-1"', '"ada@lovelace.org"'), "utf-8")
    result = run("stub")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*test_it.json: exchanges[[]0]: 'ada@lovelace.org' is not a stand-in"]
    )


def test_snapshots_are_no_reason_not_to_find_orphans(run, pytester, capsys, monkeypatch):
    """No test asks for them while tests are collected alone."""
    source = (
        "def test_it(twilio_users, twilio_users_snapshot): assert 'Ada' == twilio_users_snapshot"
    )
    run("stub", source, "-p", "syrupy", "--snapshot-update").assert_outcomes(passed=1)
    run("record", "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p twilio_users -p syrupy -p no:cacheprovider")
    assert main(["cassettes", "check", "--orphans"]) == 0
    assert capsys.readouterr().out.endswith("All is well.\n")


@pytest.mark.parametrize("hours", ["nan", "inf", "1e9", "-5", "a day", "٣", "1_0", "."])
def test_an_age_has_to_be_one(hours, capsys):
    """None is in the future, nor before there were calendars."""
    with pytest.raises(SystemExit):
        main(["sweep", "--prefix", f"--older-than={hours}"])
    assert f"--older-than: '{hours}': " in capsys.readouterr().err
