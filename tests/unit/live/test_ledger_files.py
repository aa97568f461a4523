"""live/ledger_files.py: the files of ledgers, read by everybody."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_files import claim_ledger, hold_folder, read_ledgers

RUN = "tu-20260304-abcdef"
ACCOUNT = "AC" + "a" * 32
SERVICE = "IS" + "1" * 32
SID = "US" + "1" * 32
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
OWN = f"{RUN}-user-1"


@pytest.fixture
def ledger(tmp_path, live_account):
    """A ledger with a user of the kit's, one of somebody's own, and one that is gone."""
    ledger = Ledger(tmp_path, run=RUN, account=live_account, clock=lambda: NOON)
    ledger.plan(None, OWN, test="test_own")
    ledger.created(ledger.plan(SERVICE, "ada", test="test_ada"), SID)
    ledger.gone(ledger.plan(SERVICE, "eve", test="test_eve"))
    yield ledger
    ledger.close()


@pytest.fixture
def path(ledger, tmp_path):
    """Its file; its run is over."""
    ledger.close()
    return next(tmp_path.glob("*.jsonl"))


def test_no_folder_has_no_ledgers(tmp_path):
    """Nothing was ever made."""
    assert read_ledgers(tmp_path / "none") == []


def test_a_folder_that_cant_be_held_is_told(tmp_path):
    """Workers hold it while they use the account."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(KitError, match=r"file can't be written: File exists.*--twilio-users-ledger"),
        hold_folder(tmp_path / "file", alone=False),
    ):
        pass


def test_what_is_left_is_read(ledger, tmp_path):
    """Somebody's own identities are not known any more."""
    (file,) = read_ledgers(tmp_path)

    assert [(e.service_sid, e.identity, e.sid, e.test, e.at) for e in file.left] == [
        (None, OWN, None, "test_own", NOON),
        (SERVICE, None, SID, "test_ada", NOON),
    ]
    assert [e.digest for e in file.left] == [e.digest for e in ledger.left]
    assert (file.head.run, file.head.origin, file.head.account_sid) == (
        RUN,
        "http://127.0.0.1:8123",
        ACCOUNT,
    )
    assert (file.head.at, file.head.pid, file.damage) == (NOON, os.getpid(), "")


def test_a_run_goes_on_until_its_ledger_is_closed(ledger, tmp_path):
    """Who reads does not disturb it."""
    running = [read_ledgers(tmp_path)[0].running for _ in range(2)]
    ledger.plan(SERVICE, "joe", test="test_joe")
    ledger.close()

    assert (running, read_ledgers(tmp_path)[0].running) == ([True, True], False)


KILLED = """
import os, signal, sys
from pathlib import Path
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.ledger import Ledger
folder, run = sys.argv[1:]
account = LiveAccount(
    sid="AC" + "a" * 32, auth_token="", service_sid="", base_url="http://localhost"
)
ledger = Ledger(Path(folder), run=run, account=account)
ledger.plan(None, run + "-user-1", test="test_killed")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no SIGKILL")
def test_a_run_that_was_killed_is_over(tmp_path):
    """And all that it planned is on disk."""
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path, RUN], check=False)  # noqa: S603  # our own script
    (file,) = read_ledgers(tmp_path)

    assert (killed.returncode, file.running) == (-9, False)
    assert [entry.identity for entry in file.left] == [OWN]


@pytest.mark.parametrize("length", [1, 8, 29])
def test_a_line_that_was_cut_off_does_not_count(path, tmp_path, length):
    """A kill comes at any moment; nothing had followed from what was not written whole."""
    content = path.read_bytes()
    path.write_bytes(content[:-length])  # "gone" of eve, in part

    (file,) = read_ledgers(tmp_path)
    assert [entry.test for entry in file.left] == ["test_own", "test_ada", "test_eve"]
    assert file.damage == ""
    assert path.read_bytes() == content[:-length]


def test_a_file_without_a_line_notes_nothing(tmp_path):
    """The kill came first."""
    (tmp_path / "empty.jsonl").write_bytes(b'{"what": "ru')
    (file,) = read_ledgers(tmp_path)

    assert (file.head, file.left, file.damage, file.running) == (None, (), "", False)


HEAD, PLANNED, CREATED, GONE = 0, 1, 3, 5


@pytest.mark.parametrize(
    ("number", "change", "told"),
    [
        (PLANNED, b"\xff", "it is not JSON in UTF-8, or has a name twice."),
        (PLANNED, b"{", "it is not JSON in UTF-8, or has a name twice."),
        (
            PLANNED,
            b'{"what": "gone", "what": "gone"}',
            "it is not JSON in UTF-8, or has a name twice.",
        ),
        pytest.param(
            PLANNED, b"[" * 100_000, "it is not JSON in UTF-8, or has a name twice.", id="deep"
        ),
        (PLANNED, b"[]", "it is not a JSON object."),
        (
            HEAD,
            {"what": "planned"},
            (
                "it does not begin a ledger of format 1, the only one that this version of the kit"
                " reads."
            ),
        ),
        (
            HEAD,
            {"format": 2},
            (
                "it does not begin a ledger of format 1, the only one that this version of the kit"
                " reads."
            ),
        ),
        (HEAD, {"format": True}, "'format' is not a number."),
        (HEAD, {"run": "../x"}, "'run' has a value that the kit does not write."),
        (HEAD, {"account_sid": SID}, "'account_sid' has a value that the kit does not write."),
        (HEAD, {"origin": "ftp://x"}, "'origin' has a value that the kit does not write."),
        (HEAD, {"origin": "http://x\x1b[2J"}, "'origin' has a value that the kit does not write."),
        (
            HEAD,
            {"origin": "http://x; rm -r ."},
            "'origin' has a value that the kit does not write.",
        ),
        (HEAD, {"salt": "00"}, "'salt' has a value that the kit does not write."),
        (HEAD, {"at": "noon"}, "'at' is not a date."),
        (PLANNED, {"number": "1"}, "'number' is not a number."),
        (PLANNED, {"service_sid": "x"}, "'service_sid' has a value that the kit does not write."),
        (PLANNED, {"identity": "ada"}, "'identity' has a value that the kit does not write."),
        (PLANNED, {"test": 1}, "'test' has a value that the kit does not write."),
        (PLANNED, {"what": "run"}, "it does not follow from the lines before it."),
        (CREATED, {"sid": SERVICE}, "'sid' has a value that the kit does not write."),
        (CREATED, {"number": 7}, "it does not follow from the lines before it."),
        (CREATED, {"what": "sent"}, "'mark' has a value that the kit does not write."),
        (CREATED, {"what": "sent", "mark": "0" * 32, "at": "noon"}, "'at' is not a date."),
        (CREATED, {"what": "sent", "number": 7}, "it does not follow from the lines before it."),
        (CREATED, {"what": "planned"}, "it does not follow from the lines before it."),
        (GONE, {"number": 7}, "it does not follow from the lines before it."),
    ],
)
def test_a_damaged_ledger_is_told(path, tmp_path, number, change, told):
    """With the line, and without what stands there; nothing in it is trusted, or changed."""
    lines = path.read_bytes().splitlines()
    if isinstance(change, dict):
        change = json.dumps(json.loads(lines[number]) | change).encode()
    lines[number] = change
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(content)
    (file,) = read_ledgers(tmp_path)

    assert file.damage == (
        f"The ledger {path} is damaged, line {number + 1}: {told} The kit left it as it is and"
        " deleted nothing. To find users by the names that the kit makes up: `twilio-users"
        " sweep --prefix`."
    )
    assert (file.head, file.left, path.read_bytes()) == (None, (), content)


def test_a_ledger_that_cant_be_read_is_told(tmp_path):
    """A folder is in its place."""
    (tmp_path / "odd.jsonl").mkdir()
    (file,) = read_ledgers(tmp_path)

    assert file.damage.startswith(
        f"The ledger {tmp_path / 'odd.jsonl'} is damaged, Is a directory."
    )


def test_a_ledger_that_is_deleted_meanwhile_is_none(path, tmp_path):
    """Its run ended well. A link that leads nowhere stands for it."""
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")

    assert [file.path for file in read_ledgers(tmp_path)] == [path]


def test_a_date_without_a_zone_is_utc(path, tmp_path):
    """A person may have written it."""
    path.write_text(path.read_text().replace("2026-03-04T12:00:00Z", "2026-03-04T12:00:00"))

    assert read_ledgers(tmp_path)[0].left[0].at == NOON


# Claimed


def test_a_claimed_ledger_is_held(path, tmp_path):
    """Until it is closed; twice does no harm."""
    file, writer = claim_ledger(path)
    held = read_ledgers(tmp_path)[0].running
    writer.close()
    writer.close()

    assert (len(file.left), held, read_ledgers(tmp_path)[0].running) == (2, True, False)


def test_a_claimed_ledger_has_whole_lines(path):
    """What a kill cut off would spoil the next line."""
    content = path.read_bytes()
    path.write_bytes(content + b'{"what": "go')
    claim_ledger(path)[1].close()

    assert path.read_bytes() == content


def test_a_damaged_ledger_is_not_changed_by_a_claim(path):
    """Not even its last line."""
    path.write_bytes(b"\n{")
    file, writer = claim_ledger(path)
    writer.close()

    assert (bool(file.damage), path.read_bytes()) == (True, b"\n{")


def test_a_claimed_ledger_can_be_deleted(path):
    """And is closed then; that it is gone already does not matter."""
    writer = claim_ledger(path)[1]
    path.unlink()
    writer.delete()
    writer.close()

    assert not path.exists()


def test_a_file_that_cant_be_deleted_while_it_is_open_is_closed_first(path, monkeypatch):
    """Windows deletes none that is open: whether it is, a private attribute tells."""
    _, writer = claim_ledger(path)
    unlink = Path.unlink

    def unlink_closed(self, **how):
        if not writer._closed:
            raise PermissionError(13, "Used by another process")
        unlink(self, **how)

    monkeypatch.setattr(Path, "unlink", unlink_closed)
    writer.delete()
    assert not path.exists()


def test_a_claimed_ledger_need_not_be_deleted(path, monkeypatch):
    """Where the folder does not allow it, the file is closed, and the next sweep finds it empty."""

    def refuse(*_, **__):
        raise PermissionError

    writer = claim_ledger(path)[1]
    monkeypatch.setattr(Path, "unlink", refuse)
    writer.delete()

    assert not read_ledgers(path.parent)[0].running


def test_a_ledger_that_cant_be_claimed_is_told(tmp_path):
    """It is gone, or somebody else's."""
    with pytest.raises(KitError, match=r"gone\.jsonl can't be written: No such file"):
        claim_ledger(tmp_path / "gone.jsonl")
