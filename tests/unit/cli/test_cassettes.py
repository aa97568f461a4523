"""`twilio-users cassettes show` and `scrub`, as people call them."""

import errno
import json
import os
import shutil
from datetime import date

import pytest

from pytest_twilio_users.cassettes.check import check
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.cli import main
from pytest_twilio_users.privacy.aliases import Aliases

NAME = "test_it.py::test_it"


@pytest.fixture(autouse=True)
def record(stub, compose, tmp_path, monkeypatch):
    """Records a conversation under a name, in a folder that is the working directory's."""
    monkeypatch.chdir(tmp_path)

    def record(name=NAME):
        recording = RecordBackend(stub, name=name, aliases=Aliases(seed=name))
        form = {"Identity": "ada@example.org", "Attributes": '{"plan": "pro"}'}
        webhook = ("x-twilio-webhook-enabled", "true")
        headers = (("content-type", "application/x-www-form-urlencoded"), webhook)
        recording.handle(compose("POST", "/v1/Users", form=form, headers=headers))
        recording.handle(compose("POST", "/v1/Users", form=form))
        recording.handle(compose("PUT", "/v1/Users", body=b"ada", authorization=None))
        options = {"recorded_from": "loopback (not Twilio)", "kit": "0.1.0"}
        return recording.save(tmp_path / "cassettes", **options, today=date(2026, 11, 24))

    return record


SHOWN = """\
test_it.py::test_it
3 exchanges, 2026-11-24, from loopback (not Twilio), by 0.1.0

1. create_user
   > POST /v1/Users
   > x-twilio-webhook-enabled: true
   > Identity: person-1@example.com
   > Attributes: {"plan": "text-1"}
   < 201 Created
   < sid: US00000001…
   < account_sid: AC00000001…
   < chat_service_sid: IS00000001…
   < role_sid: RL00000001…
   < identity: person-1@example.com
   < friendly_name: null
   < attributes: {"plan": "text-1"}
   < is_online: null
   < is_notifiable: null
   < date_created: 2026-03-04T12:00:00Z
   < date_updated: 2026-03-04T12:00:00Z
   < url: /v1/Users/US00000001…
   < links:
   <   user_conversations: /v1/Users/US00000001…/Conversations

2. create_user
   > POST /v1/Users
   > Identity: person-1@example.com
   > Attributes: {"plan": "text-1"}
   < 409 Conflict
   < code: 50201
   < message: User already exists
   < more_info: https://www.twilio.com/docs/errors/50201
   < status: 409

3. no operation
   > PUT /v1/Users
   > without credentials
   > text-2
   < 401 Unauthorized
   < code: 20003
   < message: Authentication Error - No credentials provided
   < more_info: https://www.twilio.com/docs/errors/20003
   < status: 401
"""


@pytest.mark.parametrize("argument", [NAME, "cassettes/test_it/test_it.json", "cassettes"])
def test_a_cassette_is_shown_as_a_conversation(record, capsys, argument):
    """By its test, its file or its folder."""
    record()
    assert main(["cassettes", "show", argument]) == 0
    assert capsys.readouterr().out == SHOWN


def test_several_are_shown_one_after_the_other(record, capsys):
    """With an empty line between; a copy of one may lie anywhere."""
    shutil.copy(record(), "copy.json")
    assert main(["cassettes", "show", "copy.json", NAME]) == 0
    assert capsys.readouterr().out == f"{SHOWN}\n{SHOWN}"


UNSHOWN = {
    "test_it.py::test_that": (
        "There is no file test_it.py::test_that, and no test of this name has a cassette in"
        " cassettes. Name the test as pytest -v prints it, or name the folder of cassettes:"
        " --cassettes FOLDER."
    ),
    "empty": "There are no cassettes in empty. Name a cassette, or its test.",
    "broken.json": (
        "The cassette broken.json can't be read: it is not JSON: Expecting value, line 1 column"
        " 1. Record it again with --twilio-users-mode=record, or restore it from version"
        " control."
    ),
}


@pytest.mark.parametrize(("argument", "told"), UNSHOWN.items(), ids=UNSHOWN)
def test_what_can_not_be_shown_is_told(tmp_path, capsys, argument, told):
    """With what may be named instead."""
    tmp_path.joinpath("empty").mkdir()
    tmp_path.joinpath("broken.json").touch()
    assert main(["cassettes", "show", argument]) == 2
    assert capsys.readouterr() == ("", f"twilio-users: {told}\n")


def test_nothing_that_a_file_holds_moves_a_cursor(record, capsys):
    """An escape sequence, a line's end."""
    path = record()
    path.write_text(path.read_text("utf-8").replace('"text-2"', '"\\u001b[2J\\n"'), "utf-8")
    assert main(["cassettes", "show", NAME]) == 0
    assert capsys.readouterr().out == SHOWN.replace("> text-2", r"> \x1b[2J\n")


# Scrub


def test_private_values_are_hidden_and_all_else_is_left_alone(record, capsys):
    """To the byte and the moment: what is clean is not written at all."""
    path, clean = record(), record("test_it.py::test_clean")
    text = path.read_text("utf-8")
    path.write_text(text.replace("person-1@example.com", "ada@lovelace.org"), "utf-8")
    path.chmod(0o640)
    os.utime(clean, ns=(1, 1))
    before = clean.read_bytes()

    assert main(["cassettes", "scrub"]) == 0
    assert capsys.readouterr().out == (
        "cassettes/test_it/test_it.json: hidden in 2 of 3 exchanges\n1 of 2 cassettes scrubbed.\n"
    )
    assert path.read_text("utf-8") == text
    assert path.stat().st_mode & 0o777 == 0o640
    assert (clean.read_bytes(), clean.stat().st_mtime_ns) == (before, 1)
    assert list(check(path.parents[1])) == []

    assert main(["cassettes", "scrub", "cassettes/test_it", str(path)]) == 0
    assert capsys.readouterr().out == "All is well.\n"


def test_what_can_not_be_scrubbed_is_told_and_stays(record, capsys, tmp_path):
    """The others are scrubbed; a file that is named is, also if it is a link."""
    path, broken, edited = (record(f"test_it.py::test_{name}") for name in "abc")
    path.write_text(path.read_text("utf-8").replace("person-1@", "ada@"), "utf-8")
    broken.write_text("{}")
    content = json.loads(edited.read_bytes())
    content["exchanges"][1]["request"]["form"] = [["Identity"]]
    edited.write_text(json.dumps(content), "utf-8")
    outside = record("test_it.py::test_outside").rename(tmp_path / "outside.json")
    outside.write_text(outside.read_text("utf-8").replace("person-1@", "ada@"), "utf-8")
    link = path.with_name("link.json")
    link.symlink_to(outside)
    kept = [file.read_bytes() for file in (broken, edited, outside)]

    assert main(["cassettes", "scrub", "cassettes"]) == 1
    anew = "Record it again with --twilio-users-mode=record, or restore it from version control."
    assert capsys.readouterr().out.splitlines() == [
        (
            "The cassette cassettes/test_it/link.json can't be read: the link"
            " cassettes/test_it/link.json leads to a place outside the folder of cassettes."
            f" {anew}"
        ),
        (
            "The cassette cassettes/test_it/test_b.json can't be read: its format is None, and"
            f" this version of the kit reads only 1. {anew}"
        ),
        "cassettes/test_it/test_a.json: hidden in 2 of 3 exchanges",
        (
            "The cassette cassettes/test_it/test_c.json can't be read: exchanges[1] is not as the"
            f" kit writes it. {anew}"
        ),
        "1 of 2 cassettes scrubbed, and 3 can't be.",
    ]
    assert [file.read_bytes() for file in (broken, edited, outside)] == kept

    assert main(["cassettes", "scrub", str(link)]) == 0
    assert capsys.readouterr().out == (
        f"{outside}: hidden in 2 of 3 exchanges\n1 of 1 cassette scrubbed.\n"
    )
    assert link.is_symlink()


def test_a_full_disk_leaves_the_file_as_it_was(record, capsys, monkeypatch):
    """It is written whole, or not at all."""
    path = record()
    path.write_text(path.read_text("utf-8").replace("person-1@", "ada@"), "utf-8")
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert main(["cassettes", "scrub"]) == 1
    assert capsys.readouterr().out == (
        "cassettes/test_it/test_it.json: it can't be written: No space left on device\n"
        "0 of 1 cassette scrubbed, and 1 can't be.\n"
    )
    assert [file.read_bytes() for file in path.parent.iterdir()] == [before]


def test_where_there_are_none_nothing_is_well(capsys):
    """Who names a wrong folder hears so."""
    assert main(["cassettes", "scrub", "elsewhere"]) == 2
    assert capsys.readouterr().err == (
        "twilio-users: Can't read the cassettes in elsewhere: No such file or directory. Name where"
        " they are: twilio-users cassettes scrub PATH.\n"
    )
