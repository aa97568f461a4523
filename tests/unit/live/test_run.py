"""live/run.py: a run on a live account, as one of its processes knows it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine

from pytest_twilio_users.errors import PreflightFailed
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.run import LiveRun, name_of_run
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.messages import Response

RUN, OLD, OLDER = "tu-20261124-1a2b3c", "tu-20261123-1a2b3c", "tu-20261122-1a2b3c"


@pytest.fixture
def run(live_account, tmp_path):
    """A process of a run: `run(worker="gw1")`."""

    def run(**more):
        given = {"settings": Settings(), "folder": tmp_path / "ledgers", "name": RUN}
        return LiveRun(account=live_account, **given | more)

    return run


@time_machine.travel(datetime(2026, 11, 24, 23, 59, tzinfo=UTC), tick=False)
def test_a_name_has_the_day_and_what_no_other_run_has():
    """The processes of one run have a token in common, so they have the same name."""
    assert name_of_run("a token") == name_of_run("a token") == "tu-20261124-fc0e08"
    assert name_of_run("another") != name_of_run("a token")
    named, again = name_of_run(), name_of_run()
    assert named != again
    assert re.fullmatch("tu-20261124-[0-9a-f]{6}", named)


def test_identities_begin_with_the_run_and_with_who_made_them(run):
    """Of each worker its own: a fixture that outlives tests is set up in several."""
    prefixes = {
        run(worker=worker).prefix(acting) for worker in ("main", "gw1") for acting in ("a", "b")
    }

    assert len(prefixes) == 4
    assert all(re.fullmatch(f"{RUN}-[0-9a-f]{{6}}-", prefix) for prefix in prefixes)
    assert run().prefix("a") == run().prefix("a")


def test_credentials_are_hidden_for_whoever_does_not_use_the_kit(run, live_account):
    """The token, and the header that is made of it."""
    text = f"{live_account.auth_token}, {live_account.authorization}, {live_account.sid}"

    assert run().hide(text) == f"***, Basic ***, {live_account.sid}"


def test_the_preflight_asks_for_the_account_and_changes_nothing(run):
    """By what the run sends by, and it says what is wrong."""
    asked = []

    def send(request):
        asked.append(request.method)
        return Response(status=401, body=b'{"code": 20003}')

    with pytest.raises(PreflightFailed):
        run(open_network=lambda: send).preflight()

    assert set(asked) == {"GET"}


def test_a_run_that_ends_sends_nothing(run):
    """Its time and its sleep are those of its end."""
    asked = []
    ending = run(open_network=lambda: asked.append)
    ending.ending.begin()
    access = ending._open_access()  # white-box: what it does by them is proven live

    assert access.timing.sleep == ending.ending.sleep
    assert access.timing.left == ending.ending.left


def test_a_process_has_its_share_of_the_changes(run):
    """Of 500, with three workers."""
    access = run(workers=3, open_network=lambda: None)._open_access()

    assert access.limits.changes == 167


@pytest.mark.parametrize("foreign", [False, True])
def test_the_way_to_the_account_has_a_ledger_of_the_process(run, foreign):
    """Of the run's folder and name; whether strangers may be changed, is a setting."""
    opened = run(worker="gw1", settings=Settings(foreign_users=foreign), open_network=lambda: None)
    acting, made = (lambda: "test_a"), [].append
    backend, ledger = opened.open_backend(acting=acting, on_created=made)
    entry = ledger.plan(None, "ada", test="test_a")
    ledger.close()
    [path] = opened.folder.glob("*.jsonl")

    assert path.name.startswith(f"{RUN}-gw1-")
    assert entry.test == "test_a"
    assert (backend._foreign_users, backend._acting, backend._on_created) == (foreign, acting, made)


@pytest.fixture
def leave(live_account, tmp_path):
    """Leaves users in the ledger of a run that is over: `leave("ada", "grace")`."""

    def leave(*identities, name=OLD, folder=tmp_path / "ledgers", **account):
        ledger = Ledger(folder, run=name, account=replace(live_account, **account), worker="main")
        for identity in identities:
            ledger.created(ledger.plan(None, identity, test="t"), "US" + "1" * 32)
        ledger.close()

    return leave


def test_what_earlier_runs_left_is_said_with_the_command_that_deletes_it(run, leave, tmp_path):
    """How many users, of which run; a folder of one's own has to be named."""
    assert list(run().leftovers()) == []
    leave("ada")
    leave("ada", "grace", name=OLDER)
    folder = tmp_path / "ledgers"

    assert sorted(run().leftovers(), reverse=True) == [
        (
            f"Run {OLD} left a user on the account. `twilio-users sweep --ledger {folder}` deletes"
            " what it left."
        ),
        (
            f"Run {OLDER} left 2 users on the account. `twilio-users sweep --ledger {folder}`"
            " deletes what it left."
        ),
    ]


def test_the_folder_by_default_need_not_be_named(run, leave, tmp_path, monkeypatch):
    """Neither do words have to be quoted that need none; a base URL is named if the run has one."""
    monkeypatch.chdir(tmp_path)
    here = tmp_path / Settings().ledger
    leave("ada", folder=here, base_url="http://127.0.0.1:8123")
    based = Settings(base_url="http://127.0.0.1:1")

    [told] = run(folder=here).leftovers()
    assert "`twilio-users sweep` deletes" in told
    [told] = run(folder=here, settings=based).leftovers()
    assert "`twilio-users sweep --base-url http://127.0.0.1:8123` deletes" in told

    spaced = tmp_path / "my ledgers"
    leave("ada", folder=spaced)
    [told] = run(folder=spaced).leftovers()
    assert f"`twilio-users sweep --ledger '{spaced}'` deletes" in told


def test_a_damaged_ledger_is_told_as_it_is(run, leave, tmp_path):
    """Nobody knows what is left of that run."""
    leave("ada")
    [path] = (tmp_path / "ledgers").glob("*.jsonl")
    path.write_text("{}\n")

    [told] = run().leftovers()
    assert str(path) in told
    assert "left a user" not in told


def test_a_run_that_goes_on_has_left_nothing(run, live_account, tmp_path):
    """Its own end is its own business."""
    folder = tmp_path / "ledgers"
    ledger = Ledger(folder, run=RUN, account=live_account, worker="main")
    ledger.created(ledger.plan(None, "ada", test="t"), "US" + "1" * 32)
    assert list(run().leftovers()) == []
    ledger.close()
    assert len(list(run().leftovers())) == 1
