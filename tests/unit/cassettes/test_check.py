import json
from datetime import date

import pytest

from pytest_twilio_users.cassettes.check import check
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.privacy.aliases import Aliases


@pytest.fixture
def record(stub, compose, tmp_path):
    """Records a conversation under a name; gives the file."""

    def record(name):
        recording = RecordBackend(stub, name=name, aliases=Aliases(seed=name))
        form = {"Identity": f"{name}@example.org", "Attributes": '{"plan": "pro", "n": 7}'}
        recording.handle(compose("POST", "/v1/Users", form=form))
        recording.handle(compose("GET", "/v1/Users?PageSize=1&PageToken=PTxyz"))
        recording.handle(compose("PUT", "/v1/Users/a%2Fb"))
        options = {"recorded_from": "loopback (not Twilio)", "kit": "0"}
        return recording.save(tmp_path, **options, today=date(2026, 11, 24))

    return record


def problems(folder, **options):
    """What is found in the cassettes of a folder, without their paths."""
    return [finding.partition(".json: ")[2] for finding in check(folder, **options)]


def test_what_the_kit_wrote_is_right(record, tmp_path):
    """Other files may lie there."""
    record("test_it.py::test_it")
    tmp_path.joinpath("README.md").write_text("# Cassettes")
    assert problems(tmp_path) == []


PLANTED = {
    "identity": (("request", "form", "Identity"), "ada@lovelace.org"),
    "attribute": (("request", "form", "Attributes", "plan"), "secret"),
    "number": (("request", "form", "Attributes", "n"), 4_111_111),
    "answer": (("response", "json", "identity"), "ada"),
    "url": (("response", "json", "url"), "/v1/Users/ada"),
    "host": (("response", "json", "url"), "https://ada.example.org/v1/Users/text-1"),
    "path": (("request", "path"), "/v1/Services/ada/Users"),
    "message": (("response", "json"), {"code": 1, "message": "No Lovelace at /Users/ada"}),
    "text": (("response", "text"), "<html>"),
}


@pytest.mark.parametrize(("pointer", "value"), PLANTED.values(), ids=PLANTED)
def test_a_private_value_is_found_wherever_it_is(record, tmp_path, pointer, value):
    """Each is told with the exchange that has it."""
    path = record("test_it.py::test_it")
    content = json.loads(path.read_text("utf-8"))
    place = content["exchanges"][0]
    for key in pointer[:-1]:
        place = place[key]
    place[pointer[-1]] = value
    if pointer[-1] == "text":
        del content["exchanges"][0]["response"]["json"]
    path.write_text(json.dumps(content), "utf-8")
    found = problems(tmp_path)
    assert found
    assert all(problem.startswith("exchanges[0]: ") for problem in found)


def test_what_is_never_recorded_is_found(record, tmp_path):
    """A header with credentials, put in by hand."""
    path = record("test_it.py::test_it")
    content = json.loads(path.read_text("utf-8"))
    content["exchanges"][0]["request"]["headers"]["authorization"] = "Basic QUM6c2VjcmV0"
    path.write_text(json.dumps(content), "utf-8")
    assert problems(tmp_path) == [
        (
            "exchanges[0]: request.headers.authorization is a header that is never recorded, or"
            " not with this value"
        )
    ]


def test_what_can_not_be_read_is_told(record, tmp_path):
    """In the reader's words; nor can what nobody understands be shown."""
    path = record("test_it.py::test_it")
    other = record("test_it.py::test_other")
    path.write_text("{")
    content = json.loads(other.read_text("utf-8"))
    content["exchanges"][0]["request"]["form"] = [["Identity"]]
    other.write_text(json.dumps(content), "utf-8")
    third = record("test_it.py::test_third")
    content = json.loads(third.read_text("utf-8"))
    content["exchanges"][1]["request"]["query"]["PageSize"] = 1  # a query has texts alone
    third.write_text(json.dumps(content), "utf-8")
    first, second, last = problems(tmp_path)
    assert first.startswith(f"The cassette {path} can't be read: it is not JSON: ")
    assert second == "exchanges[0]: it is not as the kit writes it"
    assert last == "exchanges[1]: it is not as the kit writes it"


def test_an_orphan_is_found(record, tmp_path):
    """A test that is gone; of fixtures, where nobody is left to use them."""
    for name in ("a.py::test_a", "a.py::test_b", "a.py::fixture  a::db[0]"):
        record(name)
    record("b.py::fixture  b::db[0]")
    record("session::fixture  conftest::db[0]")
    assert problems(tmp_path, tests=["a.py::test_a"]) == [
        "there is no test a.py::test_b",
        "there is no test b.py::fixture  b::db[0]",
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    """It may be misspelt."""
    assert list(check(tmp_path / "none")) == [f"{tmp_path / 'none'}: there is no such folder"]
