"""The console script."""

import errno
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

import pytest

from pytest_twilio_users import __version__
from pytest_twilio_users.cli import main, parser
from pytest_twilio_users.usage.usage_file import SCHEMA as USAGE
from pytest_twilio_users.wire.schema import openapi


def test_openapi_prints_the_contract(capsys):
    """As JSON."""
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == openapi()


def test_the_schema_of_a_usage_file_is_printed(capsys):
    """For those who read it by their own tools."""
    assert main(["usage", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == USAGE


def test_what_is_printed_may_be_caught():
    """By something that is no file."""
    with redirect_stdout(StringIO()) as said:
        assert main(["openapi"]) == 0
    assert json.loads(said.getvalue()) == openapi()


def test_commands_tell_a_near_miss_in_the_environment(capsys, monkeypatch):
    """Beside what they print, as they have no warnings."""
    monkeypatch.setenv("TWILIO_USERS_BASE_ULR", "http://localhost")
    assert main(["openapi"]) == 0
    assert capsys.readouterr().err == (
        "twilio-users: TWILIO_USERS_BASE_ULR (in the environment) is not a setting."
        " Did you mean 'TWILIO_USERS_BASE_URL'?\n"
    )


def test_a_near_miss_moves_no_cursor(capsys, monkeypatch):
    """Whatever is in its name."""
    monkeypatch.setenv("TWILIO_USERS_MOD\x1bE", "live")
    assert main(["openapi"]) == 0
    assert capsys.readouterr().err == (
        r"twilio-users: TWILIO_USERS_MOD\x1bE (in the environment) is not a setting."
        " Did you mean 'TWILIO_USERS_MODE'?\n"
    )


class Full(StringIO):
    """A file on a disk that is full."""

    def write(self, text):
        """Take nothing."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("command", ["openapi", "cassettes schema", "usage schema", "doctor"])
def test_what_cannot_be_printed_is_told(capsys, monkeypatch, command):
    """With two as the exit code: nobody is to take half a file for all of it."""
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(command.split()) == 2
    sys.stdout.close()  # where the rest goes
    assert capsys.readouterr().err == (
        "twilio-users: Can't write to standard output: No space left on device.\n"
    )


def test_what_cannot_be_told_stops_nothing(capsys, monkeypatch):
    """A near miss is told beside what is printed, where that can be."""
    monkeypatch.setenv("TWILIO_USERS_BASE_ULR", "http://localhost")
    monkeypatch.setattr(sys, "stderr", Full())
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == openapi()


def test_version_is_the_packages(capsys):
    """As everywhere."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"twilio-users {__version__}\n"


@pytest.mark.parametrize("hours", ["x", "-1", "1.2.3", "", "\u0663", "1e3", "1000001", "1000000.5"])
def test_an_age_is_a_number_of_hours(capsys, hours):
    """Of users that a sweep by name may delete: a wrong one is no younger one."""
    with pytest.raises(SystemExit) as ended:
        main(["sweep", "--prefix", f"--older-than={hours}"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        f"sweep: error: argument --older-than: {hours!r}: allowed: 0 to 1000000.\n"
    )


@pytest.mark.parametrize(("hours", "number"), [("0", 0), ("1.5", 1.5), ("1000000", 1e6)])
def test_an_age_may_be_a_part_of_an_hour(hours, number):
    """Up to more than a hundred years."""
    assert parser().parse_args(["sweep", f"--older-than={hours}"]).older_than == number


GLANCES = {
    "": (
        "Twilio's Conversations users for tests. positional arguments: COMMAND"
        " serve Serve the stub on a socket, for tests in any language"
        " sweep Delete users that live runs left behind"
        " cassettes Check, show, scrub or refresh recorded answers"
        " drift Compare the answers of stub, cassettes and account, or Twilio's OpenAPI file"
        " usage Read what tests use, as a run writes it"
        " openapi Print the ten operations as an OpenAPI 3.1 document, in JSON"
        " doctor Print what is installed, the settings of pytest in this folder with their"
        " sources, and where requests go"
    ),
    "cassettes": (
        "positional arguments: COMMAND"
        " check Find private values in them"
        " show Print one as a conversation"
        " scrub Hide private values in them"
        " refresh Record them again, and see what changed before it is written"
        " schema Print the JSON Schema of a cassette"
    ),
    "usage": "positional arguments: COMMAND schema Print the JSON Schema of a usage file",
}


@pytest.mark.parametrize(("command", "told"), GLANCES.items(), ids=lambda value: value[:9])
def test_what_commands_there_are_is_told_at_a_glance(capsys, monkeypatch, command, told):
    """A line for each; who names none is told to."""
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    _, _, said = " ".join(capsys.readouterr().out.split()).partition(" COMMAND ... ")
    assert said.partition(" options: ")[0] == told

    with pytest.raises(SystemExit):
        main(command.split())
    needed = f"{f'twilio-users {command}'.strip()}: error: the following arguments are required:"
    assert capsys.readouterr().err.endswith(f"\n{needed} COMMAND\n")


@pytest.mark.parametrize(
    "command", ["serve", "sweep", "drift", "drift openapi", "openapi", "doctor"]
)
def test_each_command_explains_itself(capsys, command):
    """With a sentence at least."""
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    assert "." in capsys.readouterr().out.partition("\n\n")[2]


def test_the_module_is_the_script():
    """`python -m pytest_twilio_users` runs the same."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest_twilio_users", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"twilio-users {__version__}\n"
