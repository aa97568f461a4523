"""A run that is killed leaves users behind, and its ledger knows them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from live.misbehaving import ACCOUNT_SID, AUTH_TOKEN, Fault, Misbehaving

from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.sweep import run_sweep
from pytest_twilio_users.live.sweep.sweep_client import open_client
from pytest_twilio_users.settings import Settings

KILLED = Path(__file__).parent / "killed.py"
ENVIRON = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
TIMES = 50

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked")


def test_what_killed_runs_left_is_swept(tmp_path):
    """At whichever moment they were killed; nobody else's user is touched."""
    with Misbehaving(chances={Fault.FINE: 9, Fault.LATE: 1}, slow=0.005) as server:
        foreign = [server.add_foreign_user(name) for name in ("ada", "tu-mine-user-1")]
        arguments = [sys.executable, str(KILLED), server.url, str(tmp_path), str(TIMES)]
        subprocess.run(arguments, check=True, timeout=60)  # noqa: S603  # our own file
        left = len(server.users()) - len(foreign)
        noted = sum(len(file.left) for file in read_ledgers(tmp_path))
        said: list[str] = []
        settings = Settings(base_url=server.url, changes_per_second=1_000)
        client = open_client(settings, environ=ENVIRON)

        code = run_sweep(client, said.append, folder=tmp_path)

        assert server.users() == foreign, "\n".join(said)
    assert 0 < left <= noted
    assert code == 0, "\n".join(said)
    assert not list(tmp_path.glob("*.jsonl"))
