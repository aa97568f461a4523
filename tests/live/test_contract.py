"""The contract suite passes live, is recorded, and replays; also by two workers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from live.misbehaving import AUTH_TOKEN, DEFAULT_SERVICE_SID, ROLE_SID

from pytest_twilio_users.cli import main

ROOT = Path(__file__).parents[2]
SUITE = ("--pyargs", "pytest_twilio_users.suites.contract")
QUICK = "not moves_update and not without_a_parameter and not moves_date_updated"
"""What does not wait for seconds to pass."""


def contract(mode, folder, *options, suite=SUITE, code=0, **environ):
    """Run the suite in a process of its own; gives what it printed.

    The plugins are named, as to load all that are installed takes as long as to run the suite.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "twilio_users", "-p", "xdist"]
    run = subprocess.run(  # noqa: S603  # our own suite
        [*command, f"--twilio-users-mode={mode}", *options, *suite],
        cwd=folder,
        env=kept | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stdout[-5_000:]
    return run.stdout


@pytest.fixture
def environ(service):
    """What a run on the account needs."""
    return service.environ | {
        "TWILIO_USERS_DEFAULT_SERVICE": DEFAULT_SERVICE_SID,
        "TWILIO_USERS_ROLE_SIDS": ROLE_SID,
        "TWILIO_USERS_CHANGES": "10000",
    }


def test_the_contract_suite_passes_live(service, environ, tmp_path):
    """It says what was confirmed, by whom, and leaves the service as it was.

    The async half on the named service; a sync one is recorded below, and recording is live.
    """
    before = service.users()
    key = {"TWILIO_API_KEY": "SK" + "0" * 32, "TWILIO_API_SECRET": AUTH_TOKEN}
    half = f"{QUICK} and not default and not service-sync"
    said = contract("live", tmp_path, "-k", half, **environ, **key)
    assert service.users() == before
    assert not list(tmp_path.rglob("*.jsonl"))
    assert "not reached, by loopback (not Twilio)" in said
    assert "CONTRADICTED" not in said


def test_a_key_that_is_not_configured_is_not_asked_for(environ, tmp_path):
    """It says what the test needs."""
    said = contract("live", tmp_path, "-k", "api_key", "-rs", **environ)
    assert said.count("SKIPPED") == 1
    assert (
        "it needs an API key of the account: TWILIO_API_KEY and TWILIO_API_SECRET in the"
        " environment" in said
    )


def test_the_contract_suite_is_recorded_and_replays(service, environ, tmp_path):
    """By two workers; in replay no socket connects. The repository's cassettes are the whole."""
    half = f"{QUICK} and not service and not default-async"
    contract("record", tmp_path, "-n", "2", "-k", half, **environ)
    asked = len(service.log)
    tmp_path.joinpath("conftest.py").write_text(NO_SOCKETS)
    contract("replay", tmp_path, "-k", half, "-p", "conftest")
    assert len(service.log) == asked


WORKERS = """
import os

import pytest

@pytest.fixture(scope="session")
def wide(twilio_users):
    return twilio_users.add_user(service_sid=twilio_users.service_sid)

@pytest.mark.parametrize("number", range(4))
def test_it(twilio_users, wide, number):
    twilio_users.wait(0.2)
    assert wide in twilio_users.users(twilio_users.service_sid)
    if number == 1:
        os._exit(1)
"""


def test_a_crashed_worker_leaves_what_a_sweep_removes(service, environ, tmp_path, monkeypatch):
    """The run says so; its name may come from whatever --testrunuid gives.

    A session's fixture is set up in each worker, and makes a user in each: of them that one is
    left, and whoever did not crash deletes its own alone.
    """
    before = service.users()
    tmp_path.joinpath("test_it.py").write_text(WORKERS)
    options = ("-n", "2", "--testrunuid", "nightly 7")
    said = contract("live", tmp_path, *options, suite=["test_it.py"], code=1, **environ)
    assert "left a user on the account" in said
    assert len(service.users()) == len(before) + 1
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert main(["sweep", "--ledger", str(tmp_path / ".twilio_users")]) == 0
    assert service.users() == before


NO_SOCKETS = """
import socket

def refuse(*_):
    raise AssertionError("a socket connects")

socket.socket.connect = socket.socket.connect_ex = refuse
"""


def test_the_cassettes_of_the_repository_replay():
    """They are the contract suite's, and say that no answer in them is Twilio's."""
    said = contract("replay", ROOT, "-p", "asyncio")  # whose settings are in pyproject.toml
    assert "held by the replay" in said
    cassettes = [json.loads(path.read_bytes()) for path in ROOT.glob("cassettes/**/*.json")]
    assert {cassette["recorded_from"] for cassette in cassettes} == {"loopback (not Twilio)"}
