"""`--twilio-users-usage` writes which test used what."""

import json
import os
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pytest_twilio_users.cli import main
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User
from pytest_twilio_users.usage.usage_file import SCHEMA
from pytest_twilio_users.wire.schema import openapi

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"

NAME_A_FILE = " Name a file, such as --twilio-users-usage=usage.json."
ALL = sorted(USER_FIELDS)
TESTS = """
import asyncio

import app
import pytest
from pytest_twilio_users import UsersClient


@pytest.fixture(scope="module")
def grace(twilio_users):
    return twilio_users.client.create_user("grace", x_twilio_webhook_enabled=False)


def test_field(twilio_users):
    assert twilio_users.client.create_user("ada").friendly_name is None


def test_property(twilio_users):
    assert twilio_users.client.create_user("ada").parsed_attributes == {}


def test_dictionary(twilio_users):
    twilio_users.client.create_user("ada").to_dict()


def test_comparison(twilio_users):
    twilio_users.add_user("ada")
    assert twilio_users.client.fetch_user("ada") == twilio_users.client.fetch_user("ada")


def test_shown(twilio_users):
    print(twilio_users.client.create_user("ada"))


def test_nothing_read(twilio_users):
    twilio_users.client.create_user("ada")
    assert twilio_users.client.delete_user("ada") is None


def test_page(twilio_users):
    page = twilio_users.client.list_user(page_size=200)
    assert page.meta.page_size == 200
    assert page.meta.next_page_token is None
    assert [user.sid for user in page] == []


def test_walk(twilio_users):
    for name in ("ada", "bob"):
        twilio_users.add_user(name).sid
    assert [user.identity for user in twilio_users.client.iter_users(page_size=1)]


def test_async(twilio_users):
    async def create():
        return await twilio_users.async_client.create_user("ada")

    assert asyncio.run(create()).date_created


def test_own_client(twilio_users):
    assert UsersClient(twilio_users.account_sid, "secret").create_user("ada").role_sid


def test_other_client(twilio_users):
    app.sign_up("ada@example.com", Attributes='{"secret": 1}')


def test_fixtures_user(twilio_users, grace):
    assert grace.url
"""


@pytest.fixture
def written(suite):
    """Runs tests; gives what the file says: of each name the operations."""

    def written(source, *options):
        suite.run(source, "--twilio-users-usage=out/usage.json", *options)
        content = json.loads((suite.path / "out" / "usage.json").read_text("utf-8"))
        Draft202012Validator(SCHEMA).validate(content)
        return content

    return written


def by_test(content, *keys):
    """Some of what is said of each operation, by the test's name."""
    return {
        test["name"].removeprefix("test_it.py::"): {
            name: tuple(use[key] for key in keys) for name, use in test["operations"].items()
        }
        for test in content["tests"]
    }


def test_fields_are_told_that_were_read(written):
    """With how many answers the kit's own client got: of others nobody sees what is read.

    What looks at the whole reads each field, unless it only shows it. When the run is over, models
    are as they were.
    """
    assert by_test(written(TESTS), "successes", "seen", "fields") == {
        "fixture grace of test_it": {"create_user": (1, 1, [])},
        "test_async": {"create_user": (1, 1, ["date_created"])},
        "test_comparison": {"fetch_user": (2, 2, ALL)},
        "test_dictionary": {"create_user": (1, 1, ALL)},
        "test_field": {"create_user": (1, 1, ["friendly_name"])},
        "test_fixtures_user": {"create_user": (0, 0, ["url"])},
        "test_nothing_read": {"create_user": (1, 1, []), "delete_user": (1, 1, [])},
        "test_other_client": {"create_user": (1, 0, [])},
        "test_own_client": {"create_user": (1, 1, ["role_sid"])},
        "test_page": {"list_user": (1, 1, ["meta.next_page_url", "meta.page_size"])},
        "test_property": {"create_user": (1, 1, ["attributes"])},
        "test_shown": {"create_user": (1, 1, [])},
        "test_walk": {"list_user": (2, 2, ["meta.next_page_url", "users.identity"])},
    }
    assert {kind.__getattribute__ for kind in (User, PageMeta)} == {object.__getattribute__}


def test_parameters_are_told_by_name_and_no_private_value(written):
    """Of a number and a boolean the value is told, which is nobody's."""
    content = written(TESTS, "-k", "page or other_client or fixtures_user")

    assert by_test(content, "parameters") == {
        "fixture grace of test_it": {
            "create_user": ({"Identity": [], "X-Twilio-Webhook-Enabled": ["false"]},)
        },
        "test_fixtures_user": {"create_user": ({},)},
        "test_other_client": {
            "create_user": ({"Attributes": [], "FriendlyName": [], "Identity": []},)
        },
        "test_page": {"list_user": ({"PageSize": ["200"]},)},
    }
    assert "ada" not in json.dumps(content)


def test_workers_write_one_file(written):
    """The same as one process writes."""
    assert written(TESTS, "-p", "xdist", "-n2") == written(TESTS)


@pytest.mark.parametrize(
    ("options", "complete"), [((), True), (("-x",), False)], ids=["to-its-end", "ended-early"]
)
def test_a_run_that_ended_early_is_told(written, options, complete):
    """What it did not come to may use more. A test that fails has used what it used."""
    source = "def test_fails(twilio_users):\n    twilio_users.client.fetch_user('ada')\n"
    content = written(source, *options)

    assert content["complete"] is complete
    assert by_test(content, "refusals") == {"test_fails": {"fetch_user": ({"not_found": 1},)}}


def test_a_worker_that_crashes_is_told(written):
    """Nobody knows any more what its last test used."""
    source = """
    import os

    def test_is_over(twilio_users):
        twilio_users.client.list_user()

    def test_crashes(twilio_users):
        twilio_users.client.create_user("ada")
        os._exit(1)
    """
    content = written(source, "-p", "xdist", "-n1")

    assert content["complete"] is False
    assert by_test(content, "calls") == {"test_is_over": {"list_user": (1,)}}


def test_where_it_is_written_is_told(suite):
    """The path counts from the folder in which pytest was started."""
    run = suite.run(TESTS, "-k", "field", "--twilio-users-usage=usage.json")

    assert f"twilio-users: what each test used is in {suite.path / 'usage.json'}" in run.lines
    assert run.result.ret == pytest.ExitCode.OK


def test_an_empty_name_writes_none(suite):
    """So a command line can say no to what stands in a configuration file."""
    suite.configure("[pytest]\ntwilio_users_usage = usage.json\n", file="pytest.ini")
    suite.run(TESTS, "-k", "field", "--twilio-users-usage=")

    assert not (suite.path / "usage.json").exists()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("out", "{here}/out is a folder." + NAME_A_FILE),
        (
            "test_it.py",
            "{here}/test_it.py, which is no usage file, would be overwritten." + NAME_A_FILE,
        ),
        ("test_it.py/usage.json", "{here}/test_it.py is not a folder. Name another place."),
    ],
    ids=["folder", "other-file", "below-a-file"],
)
def test_where_it_can_not_be_written_ends_the_run_before_it_begins(suite, path, why):
    """A test that stands where the name of the file was left out stays what it is, too."""
    (suite.path / "out").mkdir()
    run = suite.run(TESTS, "--twilio-users-usage", path)

    told = f"--twilio-users-usage: {suite.path}/{path} can't be written: "
    assert run.usage_error == told + why.format(here=suite.path)
    assert "def test_" in (suite.path / "test_it.py").read_text("utf-8")


def test_it_is_written_over_the_one_of_before_and_over_an_empty_file(suite):
    """Which mktemp makes."""
    (suite.path / "usage.json").touch()
    for _ in range(2):
        run = suite.run(TESTS, "-k", "field", "--twilio-users-usage=usage.json")
        assert run.result.ret == pytest.ExitCode.OK


def test_a_file_that_can_not_be_written_fails_the_run(suite, monkeypatch):
    """With the reason; nobody is to compare with the one of yesterday."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    run = suite.run(TESTS, "-k", "field", "--twilio-users-usage=usage.json")

    told = f"FAILED: can't write {suite.path / 'usage.json'}: No space left on device."
    assert told in run.lines
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


def test_the_page_shows_what_is_written_and_what_drift_makes_of_it(suite, monkeypatch, capsys):
    """Its examples, to the letter."""
    page = PAGE.read_text("utf-8")
    tests, said = (
        re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        for kind in ("python", "json")
    )
    suite.write(test_page="\n".join(tests))
    suite.run("", "--twilio-users-usage=usage.json")
    written = json.loads((suite.path / "usage.json").read_text("utf-8"))
    document = openapi()
    document["paths"]["/v1/Users"]["get"]["parameters"][0]["schema"]["maximum"] = 20
    deleted = document["paths"]["/v1/Users/{Sid}"]["delete"]
    deleted["parameters"][1]["schema"]["enum"].append("auto")
    file = suite.path / "twilio_conversations_v1.json"
    file.write_text(json.dumps(document), "utf-8")
    monkeypatch.chdir(suite.path)
    capsys.readouterr()
    main(["drift", "openapi", file.name, "--usage", "usage.json"])

    told = [test for test in written["tests"] if "exported" in test["name"]]
    assert told == [*map(json.loads, said)]
    assert f"```\n{capsys.readouterr().out}```\n" in page
