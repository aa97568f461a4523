import json
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pytest_twilio_users.cassettes.cassette import (
    Cassette,
    Recorded,
    read_cassette,
    record_command,
    write_cassette,
)
from pytest_twilio_users.cassettes.cassette_schema import SCHEMA
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.errors import CassetteError

NAME = "test_é.py::test_it"
REQUEST = {"method": "POST", "path": "/v1/Users", "form": {"Identity": "text-1"}}
RESPONSE = {"status": 201, "json": {"sid": "US" + "0" * 31 + "1", "identity": "text-1"}}
CASSETTE = Cassette(
    name=NAME,
    recorded_from="loopback (not Twilio)",
    date=date(2026, 11, 24),
    kit="0.1.0",
    exchanges=(Recorded(request=REQUEST, response=RESPONSE),),
)


@pytest.fixture
def path(tmp_path):
    """A cassette on disk."""
    path = place(tmp_path, NAME)
    write_cassette(path, CASSETTE)
    return path


def test_a_cassette_comes_back_as_it_was(path, tmp_path):
    """Each part of it."""
    assert read_cassette(path, folder=tmp_path) == CASSETTE


@pytest.mark.parametrize("status", [100, 599])
def test_any_status_of_http_can_be_read(path, tmp_path, status):
    """Also one that nobody sends."""
    exchange = Recorded(request=REQUEST, response={"status": status})
    write_cassette(path, replace(CASSETTE, exchanges=(exchange,)))
    assert read_cassette(path, folder=tmp_path).exchanges == (exchange,)


def test_a_cassette_is_written_for_people(path):
    """UTF-8, indented, in a stable order, with what stands for what."""
    lines = path.read_text("utf-8").splitlines()
    assert lines[:11] == [
        "{",
        '  "format": 1,',
        '  "kit": "0.1.0",',
        '  "date": "2026-11-24",',
        '  "recorded_from": "loopback (not Twilio)",',
        '  "name": "test_é.py::test_it",',
        '  "stand_ins": {',
        '    "US": 1,',
        '    "text": 1',
        "  },",
        '  "exchanges": [',
    ]
    assert path.read_bytes().endswith(b"}\n")


def test_the_schema_is_one_that_other_tools_can_read(path):
    """By it a cassette is right, and one of no day is not."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert SCHEMA["title"] == "A cassette of pytest-twilio-users"
    judge = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    content = json.loads(path.read_bytes())
    assert judge.is_valid(content)
    assert not judge.is_valid(content | {"date": "2026-13-01"})


def test_the_shapes_of_stand_ins_are_counted(tmp_path):
    """Each stand-in once."""
    values = ["text-1", "text-2-beef", "text-1", "person-1@example.com", "+15550000001"]
    values += ["https://example.com/1", "PT" + "0" * 29 + "1", "AC" + "0" * 32, "“text-3”"]
    exchange = Recorded(request=REQUEST, response={"status": 200, "json": values})
    path = place(tmp_path, NAME)
    write_cassette(path, replace(CASSETTE, exchanges=(exchange,)))
    found = json.loads(path.read_text("utf-8"))["stand_ins"]
    assert found == {"AC": 1, "person": 1, "phone": 1, "text": 3, "token": 1, "url": 1}


def test_a_cassette_is_written_whole_or_not_at_all(path, monkeypatch):
    """What was there stays, and nothing lies beside it."""
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="no space left"):
        write_cassette(path, CASSETTE)
    assert [file.read_bytes() for file in path.parent.iterdir()] == [before]


def with_change(**changes):
    """A cassette's text with something else in it; None takes a key out."""

    def change(text):
        content = json.loads(text) | changes
        return json.dumps({key: value for key, value in content.items() if value is not None})

    return change


def with_exchange(request=REQUEST, response=RESPONSE):
    """A cassette's text with another exchange."""
    return with_change(exchanges=[{"request": request, "response": response}])


DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TOKEN = "^[!#$%&'*+.^_`|~0-9a-z-]+$"
CARRIED = r"^[\t -~\x80-\xff]*$"
DAMAGED = {
    "truncated": (lambda text: text[:50], "it is not JSON: *"),
    "empty": (lambda _: "", "it is not JSON: Expecting value, line 1 column 1"),
    "twice": (
        lambda text: text.replace('"kit"', '"date"', 1),
        "the key 'date' stands twice in one object",
    ),
    "constant": (with_change(kit=float("nan")), "NaN is not JSON"),
    "deep": (lambda _: "[" * 100_000, "it is nested too deeply"),
    "list": (lambda _: "[]", "it is no object"),
    "newer": (with_change(format=2), "its format is 2, and this version of the kit reads only 1"),
    "missing": (with_change(name=None), "name is missing"),
    "unknown": (with_change(note="x"), "note is not a key of a cassette"),
    "unknown, in lines": (with_change(**{"a\nb": "x"}), "a\\nb is not a key of a cassette"),
    "a long format": (
        with_change(format="x" * 200),
        f"its format is 'x{'x' * 117}…, and this version of the kit reads only 1",
    ),
    "number": (with_change(kit=1), "kit is no string"),
    "words": (with_change(date="24 November"), f"date is '24 November', and must match {DAY}"),
    "no-day": (with_change(date="2026-13-01"), "date: month must be in 1..12*"),
    "a number for a date": (with_change(date=20261124), "date is no string"),
    "counts": (with_change(stand_ins=[]), "stand_ins is no object"),
    "a count": (with_change(stand_ins={"text": "1"}), "stand_ins.text is no integer"),
    "exchanges": (with_change(exchanges={}), "exchanges is no array"),
    "no parameters": (
        with_exchange(request=REQUEST | {"query": "a=b"}),
        "exchanges[0].request.query is no object or array",
    ),
    "no headers": (
        with_exchange(response={"status": 201, "headers": []}),
        "exchanges[0].response.headers is no object",
    ),
    "half": (with_change(exchanges=[{"request": REQUEST}]), "exchanges[0].response is missing"),
    "status": (
        with_exchange(response={"status": "201"}),
        "exchanges[0].response.status is no integer",
    ),
    "no status": (
        with_exchange(response={"status": 10**30}),
        f"exchanges[0].response.status is {10**30}, and must be 100 to 599",
    ),
    "a low status": (
        with_exchange(response={"status": 99}),
        "exchanges[0].response.status is 99, and must be 100 to 599",
    ),
    "a high status": (
        with_exchange(response={"status": 600}),
        "exchanges[0].response.status is 600, and must be 100 to 599",
    ),
    "credentials": (
        with_exchange(request=REQUEST | {"credentials": True}),
        "exchanges[0].request.credentials is True, and must be False",
    ),
    "headers": (
        with_exchange(response={"status": 201, "headers": {"date": 1}}),
        "exchanges[0].response.headers.date is no string",
    ),
    "a header of two lines": (
        with_exchange(response={"status": 201, "headers": {"date": "a\nb"}}),
        f"exchanges[0].response.headers.date is 'a\\nb', and must match {CARRIED}",
    ),
    "a header that is not Latin-1": (
        with_exchange(request=REQUEST | {"headers": {"date": "日本"}}),
        f"exchanges[0].request.headers.date is '日本', and must match {CARRIED}",
    ),
    "a header without a name": (
        with_exchange(response={"status": 201, "headers": {"": "a"}}),
        f"the name of exchanges[0].response.headers. is '', and must match {TOKEN}",
    ),
    "moved": (
        with_change(name="test_b.py::test_it"),
        "it belongs to test_b.py::test_it, and was moved or copied",
    ),
}


@pytest.mark.parametrize(("change", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_cassette_that_is_damaged_is_told_and_stays(path, tmp_path, change, problem):
    """What is wrong, where, and what to do."""
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    before, unread = path.read_bytes(), f"The cassette {path} can't be read: "
    with pytest.raises(CassetteError) as raised:
        read_cassette(path, folder=tmp_path)
    begin, star, _ = problem.partition("*")  # Python's words, which change
    told = str(raised.value).removesuffix(
        ". Record it again with --twilio-users-mode=record, or restore it from version control."
    )
    assert (told[: len(unread + begin)] if star else told) == unread + begin
    assert path.read_bytes() == before


def complaint_of(path, folder):
    """What is said of a cassette."""
    with pytest.raises(CassetteError) as raised:
        read_cassette(path, folder=folder)
    return str(raised.value).partition("read: ")[2].partition(". Record")[0]


def test_what_is_not_utf_8_is_told(path, tmp_path):
    """With the place."""
    path.write_bytes(b'{"kit": "\xff"}')
    assert complaint_of(path, tmp_path) == "it is not UTF-8, at byte 9"


def test_a_link_out_of_the_folder_is_not_followed(path, tmp_path):
    """Whatever it leads to."""
    folder = tmp_path / "cassettes"
    folder.mkdir()
    link = folder / "it.json"
    link.symlink_to(path)
    assert (
        complaint_of(link, folder)
        == f"the link {link} leads to a place outside the folder of cassettes"
    )


def test_what_is_no_file_is_told(tmp_path):
    """By the system's own words."""
    assert complaint_of(tmp_path / "none.json", tmp_path) == "No such file or directory"


def test_a_huge_file_is_not_read(path, tmp_path):
    """Nobody recorded it."""
    with path.open("ab") as file:
        file.truncate(10_000_001)
    assert complaint_of(path, tmp_path) == "it has more than 10000000 bytes"


COMMANDS = {
    "tests/test_a.py::test_b[x y]": ' "tests/test_a.py::test_b[x y]"',
    "tests/test_a.py::TestB::fixture tests conftest::ada[0]": ' "tests/test_a.py::TestB"',
    "session::fixture  conftest::ada[0]": "",
    "pytest_twilio_users/suites/contract.py::test_a": (
        ' --pyargs "pytest_twilio_users.suites.contract::test_a"'
    ),
}


@pytest.mark.parametrize(("name", "arguments"), COMMANDS.items(), ids=COMMANDS)
def test_the_command_that_records_anew_can_be_pasted(name, arguments):
    """A fixture is recorded with the tests that it is set up for."""
    assert record_command(name) == f"pytest --twilio-users-mode=record{arguments}"
