"""The workflow to copy says what this version understands."""

import re
from pathlib import Path

import pytest
import yaml

from pytest_twilio_users import cli
from pytest_twilio_users.suites.budget import changes_needed

DOCS = Path(__file__).parents[2] / "docs"
WORKFLOW = yaml.safe_load((DOCS / "nightly.yml").read_text("utf-8"))
JOB = WORKFLOW["jobs"]["live"]
COMMANDS = [
    line for step in JOB["steps"] if "run" in step for line in step["run"].strip().splitlines()
]
QUIET = ("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")
ACCOUNT = {"ACCOUNT": "AC" + "1" * 32, "SERVICE": "IS" + "1" * 32, "AUTH": "a token"}


@pytest.fixture
def environment(monkeypatch):
    """What the workflow sets, with an account for the repository's variables."""
    for name, value in JOB["env"].items():
        [kind] = [kind for kind in ACCOUNT if f"TWILIO_{kind}" in value]
        monkeypatch.setenv(name, ACCOUNT[kind])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("environment")
def test_a_command_of_the_workflow_is_taken(command, pytester):
    """Pytest begins a live run with it, our own script knows it, or it fetches a known file."""
    program, *arguments = command.split()
    if program == "pytest":
        pytester.makepyfile("def test_it(twilio_users): ...")
        result = pytester.runpytest_inprocess("--collect-only", *QUIET, *arguments)
        assert result.ret == pytest.ExitCode.OK
        assert "twilio-users: live" in "\n".join(result.outlines)
    elif program == "twilio-users":
        cli.parser().parse_args(arguments)
    elif program == "curl":  # its last argument is where Twilio publishes what the next step reads
        assert arguments[-1].endswith(
            "/twilio/twilio-oai/main/spec/json/twilio_conversations_v1.json"
        )
        name = arguments[-1].rpartition("/")[2]
        assert any(each.startswith(f"twilio-users drift openapi {name} ") for each in COMMANDS)
    else:
        assert command == 'pip install . "pytest-twilio-users[all]"'


def test_documents_allow_as_many_changes_as_the_suite_sends(pytester):
    """With the account's default service, and not by so many more that it says nothing."""
    pytester.makepyfile("from pytest_twilio_users.suites.contract import *")
    items, _ = pytester.inline_genitems(*QUIET)
    needed = changes_needed([item.nodeid for item in items], default_service=True)
    named = changes_needed([item.nodeid for item in items], default_service=False)
    texts = [path.read_text("utf-8") for path in DOCS.iterdir() if path.is_file()]
    allowed = [
        int(n) for text in texts for n in re.findall("changes=([0-9]+)", text, re.IGNORECASE)
    ]
    assert len(allowed) == 6
    assert all(needed <= n < needed * 1.5 for n in allowed)
    told = (DOCS / "contract-suite.md").read_text("utf-8")
    [about] = re.findall(r"sends about (\d+) changes .* about ([\d,]+)\. It says", told)
    for number, real in zip(about, (named, needed), strict=True):
        assert int(number.replace(",", "")) == pytest.approx(real, rel=0.2)
