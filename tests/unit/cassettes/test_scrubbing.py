import json
import re
from datetime import date
from pathlib import Path

import pytest

from pytest_twilio_users.cassettes.cassette import read_cassette
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.cassettes.replay import ReplayBackend
from pytest_twilio_users.cassettes.scrubbing import Scrubbing, wide_first
from pytest_twilio_users.errors import CassetteError
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.messages import Response

NAME = "test_it.py::test_it"
ADA = {"Identity": "ada", "Attributes": '{"plan":  "pro", "n": 7}'}


@pytest.fixture
def record(stub, compose, tmp_path):
    """Records a conversation about a user; gives the file."""

    def record(name=NAME):
        aliases = Aliases(seed=name, marked="::fixture" in name)
        recording = RecordBackend(stub, name=name, aliases=aliases)
        recording.handle(compose("POST", "/v1/Users", form=ADA))
        recording.handle(compose("GET", "/v1/Users/ada"))
        options = {"recorded_from": "", "kit": "0", "today": date(2026, 11, 24)}
        return recording.save(tmp_path, **options)

    return record


def scrubbed(path, planted, *, scrubbing=None):
    """A cassette after it was scrubbed, with what is planted in it in the place of stand-ins."""
    text = path.read_text("utf-8")
    for stand_in, value in planted.items():
        assert stand_in in text
        text = text.replace(stand_in, value)
    path.write_text(text, "utf-8")
    return (scrubbing or Scrubbing()).scrub(read_cassette(path, folder=None))


def test_a_private_value_gets_one_stand_in_wherever_it_is(record, compose):
    """Those that there are stay; the test replays, with the text that it sent."""
    planted = {"text-1": "Lovelace", '"text-2"': '"a secret plan"', '"n": 1': '"n": 4111111'}
    cassette = scrubbed(record(), planted)
    asked, answered = cassette.exchanges[0].request, cassette.exchanges[0].response
    hidden = {"written": 1, "json": {"plan": "text-2", "n": 1}}
    assert asked["form"] == {"Identity": "text-1", "Attributes": hidden}
    assert (answered["json"]["identity"], answered["json"]["attributes"]) == ("text-1", hidden)
    assert cassette.exchanges[1].request["path"] == "/v1/Users/text-1"
    assert (cassette.name, cassette.date) == (NAME, date(2026, 11, 24))

    replay = ReplayBackend(cassette, name=NAME, path=Path(), aliases=Aliases(seed=NAME))
    user = replay.handle(compose("POST", "/v1/Users", form=ADA)).json()
    assert (user["identity"], user["attributes"]) == ("ada", ADA["Attributes"])
    assert replay.handle(compose("GET", "/v1/Users/ada")).json() == user
    assert replay.complaint() == ""


FORM = (("content-type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("request_parts", "answer"),
    [
        ({"target": "/v1/Users?PageSize=50&PageToken=PTada"}, b'{"users": []}'),
        ({"target": "/v1/Users?Page=1&Page=2&grace"}, b'{"meta": {"key": "people"}}'),
        ({"target": "/v1/Users/a%2Fb%20c", "authorization": None}, b"<html>Ada</html>"),
        ({"method": "BREW", "headers": (("accept", "*/*"),)}, b""),
        ({"method": "POST", "body": b'{"Identity": "ada"}'}, b'["ada", 5, null]'),
        (
            {"method": "POST", "headers": FORM, "body": b"Identity=ada&Identity=eve"},
            b'{"new": 1.5}',
        ),
        (
            {"method": "POST", "headers": FORM, "body": b'Attributes={"a":%20"b"}'},
            b'{"attributes": "{\\"a\\": \\"b\\"}"}',
        ),
        (
            {"method": "POST", "headers": FORM, "body": b'Attributes={"a":"b"}&RoleSid='},
            b'{"attributes": {"plan": "gold"}}',
        ),
        (
            {"headers": (("x-twilio-webhook-enabled", "true"),)},
            b'{"url": "https://conversations.twilio.com/v1/Users?Page=1&PageToken=PTada"}',
        ),
        ({}, b'{"links": {"a": "https://conversations.sydney.au1.twilio.com/v1/Users", "b": "x"}}'),
        ({}, b'{"message": "/Users/a%20b was not found", "status": 404}'),
    ],
)
def test_what_is_hidden_already_stays(compose, tmp_path, request_parts, answer):
    """Whatever was asked and answered: what the kit writes today is as it would write it again."""
    parts = {"method": "GET", "target": "/v1/Users"} | request_parts
    headers = (("content-type", "application/json"), ("retry-after", "2"))

    class Answering:
        def handle(self, request):
            return Response(status=200, headers=headers, body=answer)

    recording = RecordBackend(Answering(), name=NAME, aliases=Aliases(seed=NAME))
    recording.handle(compose(parts.pop("method"), parts.pop("target"), **parts))
    path = recording.save(tmp_path, recorded_from="", kit="0", today=date(2026, 11, 24))
    cassette = read_cassette(path, folder=None)
    assert Scrubbing().scrub(cassette) is cassette


def test_a_new_stand_in_is_none_that_is_there(record):
    """A number, a SID and a text, beside others of their kind; a JSON text beside another."""
    path = record()
    content = json.loads(path.read_bytes())
    first, second = (exchange["response"]["json"] for exchange in content["exchanges"])
    second |= {
        "sid": "US" + 32 * "7",
        "new": ["Grace", 4_111_111, 1, 1.25, 3.5, 7.25, "text-3"],
        "attributes": '{"kept": "as a text"}\n',
    }
    path.write_text(json.dumps(content), "utf-8")
    answer = scrubbed(path, {}).exchanges[1].response["json"]
    assert answer["sid"] == first["sid"].replace("00000001", "00000002")
    assert answer["new"] == ["text-5", 2, 1, 4.5, 3.5, 5.5, "text-3"]
    assert answer["attributes"] == {"written": 2, "json": {"kept": "text-4"}}


def test_what_is_not_recorded_today_is_dropped(record):
    """Such as a header with credentials; an operation is the one that is asked for."""
    path = record()
    content = json.loads(path.read_bytes())
    request = content["exchanges"][1]["request"]
    request["headers"] = {"authorization": "Basic QUM6c2VjcmV0", "accept": "*/*"}
    request["operation"] = "list_user"
    path.write_text(json.dumps(content), "utf-8")
    found = scrubbed(path, {}).exchanges[1].request
    assert found == {
        "operation": "fetch_user",
        "method": "GET",
        "path": "/v1/Users/text-1",
        "headers": {"accept": "*/*"},
    }


@pytest.mark.parametrize(
    ("node", "known"), [("session", True), ("test_it.py", True), ("b.py", False)]
)
def test_what_a_wide_fixture_made_has_its_stand_in_in_tests(record, node, known):
    """In those around which it is set up, as if all had been recorded; others have their own."""
    scrubbing = Scrubbing()
    path = record(f"{node}::fixture  conftest::ada[0]")
    mark = re.search("text-1(-[0-9a-f]{4})", path.read_text("utf-8"))[1]
    wide = scrubbed(path, {f"text-1{mark}": "Lovelace"}, scrubbing=scrubbing)
    assert wide.exchanges[0].request["form"]["Identity"] == f"text-1{mark}"
    cassette = scrubbed(record(), {"text-1": "Lovelace"}, scrubbing=scrubbing)
    expected = f"text-1{mark}" if known else "text-1"
    assert cassette.exchanges[0].request["form"]["Identity"] == expected


def test_the_widest_is_scrubbed_first():
    """Each knows the values of those that are set up around it."""
    names = [
        "session::fixture ada",
        "tests::fixture ada",
        "tests/test_a.py::fixture ada",
        "tests/test_a.py::TestA::fixture ada",
        "a.py::test_a",
    ]
    assert sorted({*names}, key=wide_first) == names


def test_json_texts_are_numbered_from_1(record):
    """Where none was hidden yet."""
    path = record()
    content = json.loads(path.read_bytes())
    for exchange, text in zip(content["exchanges"], ['{"a":1}', '{"a":2}'], strict=True):
        exchange["request"].pop("form", None)
        exchange["response"]["json"] = {"attributes": text}
    path.write_text(json.dumps(content), "utf-8")
    found = [exchange.response["json"] for exchange in scrubbed(path, {}).exchanges]
    assert found == [
        {"attributes": {"written": number, "json": {"a": number}}} for number in (1, 2)
    ]


def test_nothing_is_added(record):
    """Of a form, that it is one, was not said."""
    path = record()
    content = json.loads(path.read_bytes())
    content["exchanges"][0]["request"]["headers"] = {"accept": "*/*"}
    path.write_text(json.dumps(content), "utf-8")
    assert scrubbed(path, {}).exchanges[0].request["headers"] == {"accept": "*/*"}


def test_what_is_not_as_the_kit_writes_it_is_told(record):
    """Nobody could say what is private in it."""
    path = record()
    content = json.loads(path.read_bytes())
    content["exchanges"][1]["request"]["form"] = [["Identity"]]
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(CassetteError, match=r"^exchanges\[1\] is not as the kit writes it$"):
        scrubbed(path, {})
