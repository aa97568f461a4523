"""live/ledger.py: what a run made and has not deleted yet."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live import ledger_files
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_files import read_ledgers

RUN = "tu-20260304-abcdef"
ACCOUNT = "AC" + "a" * 32
SERVICE = "IS" + "1" * 32
SID = "US" + "1" * 32
OTHER = "US" + "2" * 32
NOON = datetime(2026, 3, 4, 12, 0, 0, 500_000, tzinfo=UTC)
TEST = "tests/test_signup.py::test_it"


@pytest.fixture
def folder(tmp_path):
    """Where ledgers are; it is not there yet."""
    return tmp_path / "ledgers"


@pytest.fixture
def open_ledger(folder, live_account):
    """Opens the ledger of a process of the run."""
    opened = []

    def open_ledger(account=live_account, **named):
        ledger = Ledger(folder, run=RUN, account=account, clock=lambda: NOON, **named)
        opened.append(ledger)
        return ledger

    yield open_ledger
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_ledger):
    """The ledger under test."""
    return open_ledger()


@pytest.fixture
def file(folder):
    """The path of its file."""
    return folder / f"{RUN}-main-{os.getpid()}.jsonl"


@pytest.fixture
def lines(file):
    """Reads what is on disk."""
    return lambda: [json.loads(line) for line in file.read_bytes().splitlines()]


# On disk


def test_there_is_no_file_before_a_user_is_planned(ledger, folder):
    """Nor a folder."""
    assert (ledger.left, folder.exists()) == ([], False)


@pytest.mark.parametrize("made_up", ["user-1", "user-1-3f9a2c"], ids=["test", "wide fixture"])
def test_each_note_is_a_line(ledger, lines, made_up):
    """The first says whose ledger it is."""
    identity = f"{RUN}-0a1b2c-{made_up}"
    entry = ledger.plan(SERVICE, identity, test=TEST)
    ledger.sent(entry, mark="Countess")
    ledger.created(entry, SID)
    ledger.gone(entry)
    head, *notes = lines()
    marked = {note["what"]: note.pop("mark", "") for note in notes}

    assert len(bytes.fromhex(head.pop("salt"))) == 16
    assert head == {
        "what": "run",
        "format": 1,
        "run": RUN,
        "origin": "http://127.0.0.1:8123",
        "account_sid": ACCOUNT,
        "pid": os.getpid(),
        "at": "2026-03-04T12:00:00.500000Z",
    }
    assert notes == [
        {
            "what": "planned",
            "number": 1,
            "service_sid": SERVICE,
            "identity": identity,
            "test": TEST,
            "at": "2026-03-04T12:00:00.500000Z",
        },
        {"what": "sent", "number": 1, "at": "2026-03-04T12:00:00.500000Z"},
        {"what": "created", "number": 1, "sid": SID},
        {"what": "gone", "number": 1},
    ]
    assert [what for what, mark in marked.items() if mark] == ["sent"]
    assert len(bytes.fromhex(marked["sent"])) == 16


@pytest.mark.parametrize(
    "identity",
    ["joy@example.com", f"{RUN}-0a1b2c-joy", f"{RUN}-joy@example.com", "tu-20260304-000000-user-1"],
)
def test_an_identity_of_somebodys_own_is_a_digest(ledger, lines, file, identity):
    """In the file and in reprs. What the kit did not make up whole may be private."""
    entry = ledger.plan(None, identity, test=TEST)
    planned = lines()[1]

    assert (planned["digest"], planned["service_sid"]) == (entry.digest, None)
    assert "identity" not in planned
    assert identity not in file.read_text() + repr(entry)


def test_digests_differ_from_ledger_to_ledger(open_ledger):
    """Nobody can tell that two runs made the same user."""
    entries = [open_ledger().plan(SERVICE, "ada", test=TEST) for _ in range(2)]

    assert entries[0].digest != entries[1].digest


def test_any_identity_has_a_digest(ledger):
    """One with half a surrogate pair, too."""
    assert len(ledger.plan(SERVICE, "\ud83d", test=TEST).digest) == 32


def test_a_tests_parameters_are_not_noted(ledger, lines):
    """They may be somebody's data."""
    entry = ledger.plan(SERVICE, "ada", test=f"{TEST}[ada@example.com]")

    assert (entry.test, lines()[1]["test"]) == (TEST, TEST)


def test_a_service_that_is_none_is_not_noted(ledger, lines):
    """The text in its place may be anything."""
    ledger.plan("secret", "ada", test=TEST)

    assert lines()[1]["service_sid"] == ""


def test_git_ignores_the_folder(ledger, folder):
    """It is nobody's to commit."""
    ledger.plan(SERVICE, "ada", test=TEST)

    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_was_there_is_left_as_it_is(ledger, folder):
    """It may hold more than ledgers."""
    folder.mkdir()
    ledger.plan(SERVICE, "ada", test=TEST)

    assert not (folder / ".gitignore").exists()


def test_a_worker_of_xdist_has_a_file_of_its_own(open_ledger, folder):
    """Its name is in it."""
    open_ledger(worker="gw1").plan(SERVICE, "ada", test=TEST)

    assert [file.path for file in read_ledgers(folder)] == [
        folder / f"{RUN}-gw1-{os.getpid()}.jsonl"
    ]


def test_two_ledgers_of_a_process_have_two_files(open_ledger, folder):
    """They don't write into each other."""
    for identity in ("ada", "eve"):
        open_ledger().plan(SERVICE, identity, test=TEST)

    assert sorted(file.path.stem for file in read_ledgers(folder)) == [
        f"{RUN}-main-{os.getpid()}",
        f"{RUN}-main-{os.getpid()}-2",
    ]


def test_a_file_that_was_swept_as_it_was_made_is_made_again(ledger, folder, monkeypatch):
    """Who sweeps may meet it before it is held."""
    hold, sweeps = ledger_files.hold, [True]

    def hold_late(descriptor, **how):
        if sweeps:
            sweeps.pop()
            for path in folder.glob("*.jsonl"):
                path.unlink()
        hold(descriptor, **how)

    monkeypatch.setattr(ledger_files, "hold", hold_late)
    ledger.plan(SERVICE, "ada", test=TEST)

    assert len(read_ledgers(folder)[0].left) == 1


# In memory


def test_what_is_left_is_in_order(ledger):
    """That of the plans, with what is known."""
    ada, eve, joe = (ledger.plan(SERVICE, name, test=TEST) for name in ("ada", "eve", "joe"))
    joe = ledger.created(joe, SID)
    ledger.gone(eve)

    assert ledger.left == [ada, joe]
    assert (joe.identity, joe.sid, joe.at) == ("joe", SID, NOON)


def test_a_user_is_found_by_identity_and_sid(ledger):
    """In the service of its path."""
    ada = ledger.created(ledger.plan(SERVICE, "ada", test=TEST), SID)

    assert [ledger.find(SERVICE, user) for user in ("ada", SID, "eve")] == [ada, ada, None]
    assert [ledger.find(None, user) for user in ("ada", SID)] == [None, None]


def test_the_default_service_has_two_paths(open_ledger, live_account):
    """A user is found by either, whichever it was planned by."""
    ledger = open_ledger(replace(live_account, default_service_sid=SERVICE))
    ada = ledger.plan(None, "ada", test=TEST)
    eve = ledger.created(ledger.plan(SERVICE, "eve", test=TEST), SID)

    assert [ledger.find(service, "ada") for service in (None, SERVICE)] == [ada, ada]
    assert [ledger.find(service, SID) for service in (None, SERVICE)] == [eve, eve]


def test_what_is_gone_is_not_found(ledger):
    """By neither name."""
    ledger.gone(ledger.created(ledger.plan(SERVICE, "ada", test=TEST), SID))

    assert [ledger.find(SERVICE, user) for user in ("ada", SID)] == [None, None]


def test_of_two_plans_the_one_that_came_to_be_is_found(ledger):
    """The other was refused, or will be; without it the newest counts."""
    first, second = (ledger.plan(SERVICE, "ada", test=TEST) for _ in range(2))
    assert ledger.find(SERVICE, "ada") == second

    first = ledger.created(first, SID)
    assert ledger.find(SERVICE, "ada") == first

    ledger.gone(first)
    assert ledger.find(SERVICE, "ada") == second


def test_the_same_note_twice_is_one(ledger, lines):
    """In memory and on disk."""
    entry = ledger.plan(SERVICE, "ada", test=TEST)
    ledger.created(entry, SID)
    ledger.created(entry, SID)
    ledger.gone(entry)
    ledger.gone(entry)

    assert [line["what"] for line in lines()] == ["run", "planned", "created", "gone"]


def test_another_sid_counts_from_then_on(ledger):
    """The first is not found any more."""
    entry = ledger.plan(SERVICE, "ada", test=TEST)
    ledger.created(entry, SID)
    ledger.created(entry, OTHER)

    assert (ledger.find(SERVICE, SID), ledger.find(SERVICE, OTHER).sid) == (None, OTHER)


def test_who_was_gone_and_came_to_be_is_left(ledger, folder):
    """A user there is more than nobody has to be told of."""
    entry = ledger.plan(SERVICE, "ada", test=TEST)
    ledger.gone(entry)
    ledger.created(entry, SID)

    assert [left.sid for left in ledger.left] == [SID]
    assert [left.sid for left in read_ledgers(folder)[0].left] == [SID]


def test_threads_note_their_users(ledger, folder):
    """Eight of them, eighty users: each has its number, and its line is whole."""
    barrier = threading.Barrier(8)

    def make(worker):
        barrier.wait()
        for number in range(10):
            entry = ledger.plan(SERVICE, f"{worker}-{number}", test=TEST)
            entry = ledger.created(entry, f"US{entry.number:032x}")
            if number:
                ledger.gone(entry)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(8)))

    assert sorted(entry.identity for entry in ledger.left) == [f"{n}-0" for n in range(8)]
    (file,) = read_ledgers(folder)
    assert [(entry.number, entry.sid) for entry in file.left] == [
        (entry.number, entry.sid) for entry in ledger.left
    ]


# Its end


def test_a_ledger_with_nothing_left_is_deleted(ledger, file):
    """At its end."""
    ledger.gone(ledger.plan(SERVICE, "ada", test=TEST))
    ledger.close()

    assert not file.exists()


def test_a_ledger_with_users_left_stays(ledger, file):
    """For the next run to tell."""
    ledger.plan(SERVICE, "ada", test=TEST)
    ledger.close()

    assert file.exists()


def test_a_ledger_that_noted_nothing_ends(ledger, folder):
    """Without a trace; and it can end twice."""
    ledger.close()
    ledger.close()

    assert not folder.exists()


def test_what_comes_after_the_end_is_known_in_memory(ledger):
    """A thread may be late."""
    entry = ledger.plan(SERVICE, "ada", test=TEST)
    ledger.close()
    ledger.created(entry, SID)

    assert [left.sid for left in ledger.left] == [SID]


# What goes wrong

NEXT_STEP = (
    " Without it the kit creates nothing on a live account, as it could not delete it later."
    " Choose another folder: --twilio-users-ledger=FOLDER."
)


def test_a_folder_that_cant_be_made_is_told(ledger, folder):
    """A file is in its place."""
    folder.write_text("")
    with pytest.raises(KitError) as caught:
        ledger.plan(SERVICE, "ada", test=TEST)

    assert str(caught.value) == f"The ledger {folder} can't be written: File exists.{NEXT_STEP}"
    assert ledger.left == []


@pytest.mark.parametrize("told", ["No space left", "Input/output error"])
def test_a_line_that_cant_be_written_is_told(ledger, file, lines, monkeypatch, told):
    """Nothing of it stays in the file, and the user counts as not planned."""
    ledger.plan(SERVICE, "ada", test=TEST)
    write = os.write

    def fail(descriptor, line):
        written = write(descriptor, line[:-1])
        if told == "Input/output error":
            raise OSError(5, told)
        return written

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        with pytest.raises(KitError) as caught:
            ledger.plan(SERVICE, "eve", test=TEST)
    joe = ledger.plan(SERVICE, "joe", test=TEST)

    assert str(caught.value) == f"The ledger {file} can't be written: {told}.{NEXT_STEP}"
    assert [entry.identity for entry in ledger.left] == ["ada", "joe"]
    assert [line.get("number") for line in lines()] == [None, 1, joe.number]


def test_a_file_whose_first_line_cant_be_written_is_deleted(ledger, file, monkeypatch):
    """The next plan begins it anew."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, line: 0)
        with pytest.raises(KitError, match="No space left"):
            ledger.plan(SERVICE, "ada", test=TEST)
    assert not file.exists()

    ledger.plan(SERVICE, "ada", test=TEST)
    assert file.exists()


def test_an_answer_that_named_nobody_finds_nobody(ledger):
    """A SID that could not be read is not a user's: who looks for it is not given one to change."""
    ledger.created(ledger.plan(None, "ada", test="test_it"), "")
    assert ledger.find(None, "") is None
    assert ledger.find(None, "ada") is not None
