"""usage/usage_file.py: the file that says which test used what."""

import json

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.usage.usage_file import BEGINS, SCHEMA, UsageFile, read_usage, write_usage
from pytest_twilio_users.usage.used import OperationUse, Usage

USE = OperationUse(calls=1, successes=1, parameters={"PageSize": ("200",)}, fields=("users.sid",))
USAGE = Usage(name="test_it.py::test_ä\udc80", mode="stub", operations={"list_user": USE})


@pytest.fixture
def path(tmp_path):
    """Where the file is, in a folder that is not there yet."""
    return tmp_path / "out" / "usage.json"


@pytest.mark.parametrize("complete", [True, False])
def test_what_was_written_is_read(path, complete):
    """Whatever a test is called; letters stay letters, and the kit knows it for its own."""
    write_usage(path, [USAGE], complete=complete)

    assert read_usage(path) == UsageFile(usages=(USAGE,), complete=complete)
    assert "test_ä\\udc80" in path.read_text("utf-8")
    assert path.read_bytes().startswith(BEGINS)


def test_a_file_is_written_whole(path):
    """Nothing else is left beside it."""
    for _ in range(2):
        write_usage(path, [USAGE], complete=True)

    assert [*path.parent.iterdir()] == [path]


def _content(**changes):
    told = {"format": 1, "kit": "1", "complete": True, "tests": [USAGE.to_json()]}
    return json.dumps(told | changes)


PROBLEMS = {
    "nothing": ("", "it is not JSON"),
    "half of it": (_content()[:50], "it is not JSON"),
    "a well": ("[" * 100_000, "it is nested too deeply"),
    "a well behind an unknown name": (
        _content()[:-1] + ', "new": ' + '{"a": ' * 600 + "1" + "}" * 601,
        "it is nested too deeply",
    ),
    "no text": (b"\xff", "it is not JSON"),
    "a list": ("[]", "it is no object"),
    "another format": (
        _content(format=2),
        "its format is 2, and this version of the kit reads only 1",
    ),
    "no tests": ('{"format": 1, "kit": "1", "complete": true}', "tests is missing"),
    "a wrong type": (_content(complete="yes"), "complete is no boolean"),
    "a wrong test": (_content(tests=[{}]), "tests[0].name is missing"),
    "a wrong operation": (
        _content(tests=[USAGE.to_json() | {"operations": {"list_user": {}}}]),
        "tests[0].operations.list_user.calls is missing",
    ),
    "tests that used nothing": (_content(tests=[]), "no test in it used an operation"),
}


@pytest.mark.parametrize(("content", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_file_that_can_not_be_read_is_told(tmp_path, content, problem):
    """With what is wrong, and how one is written. One without tests would be silent of all."""
    path = tmp_path / "usage.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(KitError) as raised:
        read_usage(path)

    assert str(raised.value) == (
        f"The usage file {path} can't be read: {problem}. A run of your tests writes one:"
        " pytest --twilio-users-usage=FILE."
    )


def test_a_file_that_is_not_there_is_told(tmp_path):
    """By the reason that the system gives."""
    with pytest.raises(KitError, match=r"can't be read: No such file or directory\. A run"):
        read_usage(tmp_path / "usage.json")


def test_what_a_later_kit_adds_is_passed_over(path):
    """As long as the format is the same."""
    write_usage(path, [USAGE], complete=True)
    content = json.loads(path.read_text("utf-8"))
    content["tests"][0]["operations"]["list_user"]["seconds"] = 1
    path.write_text(json.dumps(content | {"more": 1}), "utf-8")

    assert read_usage(path).usages == (USAGE,)


def test_the_schema_says_what_is_in_the_file(snapshot):
    """To the letter: programs of others read the file by it, so a change of it is meant."""
    assert snapshot == SCHEMA
