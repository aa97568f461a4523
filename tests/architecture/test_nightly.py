"""The workflow to copy says what this version understands."""

from pathlib import Path

import pytest
import yaml

from pytest_twilio_users import cli

WORKFLOW = yaml.safe_load((Path(__file__).parents[2] / "docs" / "nightly.yml").read_text("utf-8"))
JOB = WORKFLOW["jobs"]["live"]
COMMANDS = [
    line for step in JOB["steps"] if "run" in step for line in step["run"].strip().splitlines()
]
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
        quiet = ("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")
        result = pytester.runpytest_inprocess("--collect-only", *quiet, *arguments)
        assert result.ret == pytest.ExitCode.OK
        assert "twilio-users: live" in "\n".join(result.outlines)
    elif program == "twilio-users":
        cli.parser().parse_args(arguments)
    elif program == "curl":  # its last argument is where Twilio publishes what the next step reads
        assert arguments[-1].endswith(
            "/twilio/twilio-oai/main/spec/json/twilio_conversations_v1.json"
        )
        assert "twilio-users drift openapi twilio_conversations_v1.json" in COMMANDS
    else:
        assert command == "pip install . pytest-twilio-users"
