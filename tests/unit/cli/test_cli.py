"""The console script: what it prints, and how it complains."""

import json
import os
import socket
import subprocess
import sys
from importlib import metadata

import pytest

from pytest_twilio_users import __version__
from pytest_twilio_users.cli import diagnosis, main
from pytest_twilio_users.wire.schema import openapi

SID = "AC" + "1" * 32


def complaint(capsys, *arguments: str) -> str:
    """What a command that went wrong says on standard error."""
    try:
        code: object = main(arguments)
    except SystemExit as end:  # argparse's way
        code = end.code
    assert code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()[-1]


def test_openapi_prints_the_contract(capsys):
    """As JSON."""
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == openapi()


def test_version_is_the_packages(capsys):
    """As everywhere."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"twilio-users {__version__}\n"


@pytest.mark.parametrize("command", ["serve", "sweep", "drift", "openapi", "doctor"])
def test_each_command_explains_itself(capsys, command):
    """With a sentence at least."""
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert "." in capsys.readouterr().out.partition("\n\n")[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "65536"], "argument --port: '65536': allowed: 0 to 65535."),
        (["--port", "http"], "argument --port: 'http': allowed: 0 to 65535."),
        (
            ["--account-sid", "IS1"],
            "argument --account-sid: 'IS1': expected 'AC' and 32 hex digits.",
        ),
        (
            ["--service-sid", SID],
            f"argument --service-sid: '{SID}': expected 'IS' and 32 hex digits.",
        ),
        (["--max-page-size", "0"], "argument --max-page-size: '0': allowed: whole numbers from 1."),
    ],
)
def test_a_wrong_option_is_a_usage_error(capsys, options, said):
    """It names the option, the value, and what is allowed."""
    assert complaint(capsys, "serve", *options) == f"twilio-users serve: error: {said}"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  # it is to be refused
def test_it_listens_on_loopback_unless_told_twice(capsys, host):
    """Others could reach it."""
    assert complaint(capsys, "serve", "--host", host) == (
        f"twilio-users: {host} is not loopback: others could reach the stub and see what it is"
        " told. If that is meant: --allow-remote."
    )


def test_told_twice_it_listens_without_control(monkeypatch, capsys):
    """Whoever reaches it then finds Twilio's operations alone."""
    served = {}

    def run(app, listening, *, on_listening, meanwhile):
        served["address"] = listening.getsockname()[0]
        on_listening()

    monkeypatch.setattr("pytest_twilio_users.server.uvicorn_server.until_signalled", run)
    everywhere = "0.0.0.0"  # noqa: S104  # what is told twice
    assert main(["serve", "--host", everywhere, "--allow-remote"]) == 0
    assert served["address"] == everywhere
    assert capsys.readouterr().out.startswith(f"http://{everywhere}:")


def test_a_port_that_is_taken_is_told(capsys):
    """With the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert complaint(capsys, "serve", "--port", str(port)) == (
            f"twilio-users: Can't listen on 127.0.0.1, port {port}: Address already in use."
            " Port 0 takes any free one."
        )


def test_a_host_that_nobody_knows_is_told(capsys):
    """In one sentence."""
    said = complaint(capsys, "serve", "--host", "no host")
    assert said.startswith("twilio-users: Can't listen on no host, port 0: ")


def test_loopback_of_ipv6_has_brackets(monkeypatch, capsys):
    """In a URL."""
    monkeypatch.setattr(
        "pytest_twilio_users.server.uvicorn_server.until_signalled",
        lambda app, listening, *, on_listening, meanwhile: on_listening(),
    )
    assert main(["serve", "--host", "::1"]) == 0
    assert capsys.readouterr().out.startswith("http://[::1]:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "Can't read {file}: No such file or directory."),
        ("{", "{file} is no JSON: Expecting property name enclosed in double quotes:"),
        ('[{"identity": "system"}]', "{file}, user 1: Twilio would refuse 'system'. "),
    ],
    ids=["missing", "no-json", "refused"],
)
def test_a_seed_file_that_is_none_is_told(capsys, tmp_path, text, said):
    """Before anything is served."""
    file = tmp_path / "seed.json"
    if text is not None:
        file.write_text(text)
    told = complaint(capsys, "serve", "--seed", str(file))
    assert told.startswith("twilio-users: " + said.replace("{file}", str(file)))


def test_serving_without_uvicorn_is_one_sentence(capsys, monkeypatch):
    """It says what to install."""
    monkeypatch.setattr("pytest_twilio_users.server.find_spec", lambda _: None)
    assert complaint(capsys, "serve") == (
        'twilio-users: twilio-users serve needs uvicorn: pip install "pytest-twilio-users[server]".'
    )


# The doctor


def examined(path, *, plugin: bool = True, **environ: str) -> tuple[int, list[str]]:
    """What the doctor says in a folder: the exit code, and the lines."""
    kept = {name: value for name, value in os.environ.items() if "TWILIO" not in name}
    alone = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "pytest_twilio_users.plugin" if plugin else "",
        "PYTEST_ADDOPTS": "",
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest_twilio_users", "doctor"],
        cwd=path,
        env=kept | alone | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, [*run.stdout.splitlines(), *run.stderr.splitlines()]


def test_the_doctor_tells_each_setting_and_its_source(tmp_path):
    """Option, environment, configuration file or default; secrets are set or not set."""
    file = tmp_path / "pytest.ini"
    file.write_text(
        "[pytest]\ntwilio_users_strict = no\naddopts = --twilio-users-max-page-size=7\n"
    )
    code, lines = examined(
        tmp_path, TWILIO_USERS_JOURNAL_LIMIT="9", TWILIO_AUTH_TOKEN="secret", TWILIO_ACCOUNT_SID=""
    )
    assert code == 0
    assert lines[lines.index(f"Settings of pytest in {tmp_path}") + 1 :] == [
        "  mode: stub, from the default",
        "  service_sid: None, from the default",
        f"  strict: False, from twilio_users_strict in {file}",
        "  max_page_size: 7, from --twilio-users-max-page-size",
        "  service_sids: (), from the default",
        "  role_sids: (), from the default",
        "  credentials: any, from the default",
        "  attribute_escapes: True, from the default",
        "  environment: True, from the default",
        "  journal_limit: 9, from TWILIO_USERS_JOURNAL_LIMIT in the environment",
        "  live_account: None, from the default",
        "  default_service: None, from the default",
        "  base_url: None, from the default",
        "  foreign_users: False, from the default",
        "  changes: 500, from the default",
        "  changes_per_second: 20, from the default",
        "  concurrency: 10, from the default",
        "  deadline: 60, from the default",
        "  ledger: .twilio_users, from the default",
        "  cassettes: cassettes, from the default",
        "  cassette_days: 90, from the default",
        "",
        "Where requests go while a test uses the kit",
        "  to Twilio's Conversations host: to the stub, in memory; none leaves",
        "  to other hosts: where they always go",
        "  TWILIO_ACCOUNT_SID: not set; the stub's own is lent",
        "  TWILIO_AUTH_TOKEN: set; the stub's own is lent",
    ]


def test_the_doctor_tells_a_wrong_setting(tmp_path):
    """With its source, and exit code 1."""
    code, lines = examined(tmp_path, TWILIO_USERS_STRICT="perhaps")
    assert (code, lines[-2:]) == (
        1,
        [
            "A setting is wrong",
            "  strict='perhaps' (from TWILIO_USERS_STRICT): allowed: yes, no.",
        ],
    )


def test_the_doctor_tells_that_the_plugin_is_off(tmp_path):
    """And why that may be."""
    code, lines = examined(tmp_path, plugin=False)
    assert (code, lines[-2:]) == (
        1,
        [
            "The plugin is off: pytest does not load it here.",
            "  Is there `-p no:twilio_users`, or PYTEST_DISABLE_PLUGIN_AUTOLOAD?",
        ],
    )


def test_the_doctor_tells_that_pytest_can_not_start(tmp_path):
    """What pytest complains of stands beside."""
    (tmp_path / "pytest.ini").write_text("no configuration")
    code, lines = examined(tmp_path)
    assert code == 1
    assert "pytest can't read its configuration here: see above." in lines


def test_the_doctor_tells_what_is_installed(monkeypatch):
    """Versions, and of extras how to get them."""

    def version(name: str) -> str:
        if name in ("uvicorn", "respx"):
            raise metadata.PackageNotFoundError(name)
        return "1.2"

    monkeypatch.setattr(diagnosis, "version", version)
    monkeypatch.setattr(diagnosis, "_examine_settings", lambda: (True, ["settings"]))
    healthy, text = diagnosis.diagnose()
    lines = text.splitlines()
    assert healthy
    assert lines[0].startswith(f"pytest-twilio-users {__version__}, Python 3.")
    assert ("  httpx 1.2" in lines, "  respx is missing" in lines) == (True, True)
    assert lines[-6:] == [
        "Extras",
        "  httpx2: httpx2 1.2",
        "  sdk: twilio 1.2",
        '  server: not installed (pip install "pytest-twilio-users[server]")',
        "",
        "settings",
    ]


def test_the_module_is_the_script():
    """`python -m pytest_twilio_users` runs the same."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest_twilio_users", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"twilio-users {__version__}\n"
