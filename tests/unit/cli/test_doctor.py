"""`twilio-users doctor`: what it tells of settings and of what is installed."""

import os
import subprocess
import sys
from importlib import metadata

from pytest_twilio_users import __version__
from pytest_twilio_users.cli import diagnosis


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


def part(lines: list[str], heading: str) -> list[str]:
    """The lines from a heading to the next empty one."""
    found = lines[lines.index(heading) :]
    return found[: found.index("") if "" in found else None]


LIBRARIES = "What happens to requests to Twilio's Conversations, by library"


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
    assert part(lines, f"Settings of pytest in {tmp_path}")[1:] == [
        "  mode: stub, from the default",
        "  service_sid: None, from the default",
        f"  strict: False, from twilio_users_strict in {file}",
        "  max_page_size: 7, from --twilio-users-max-page-size",
        "  rate_limit: 0, from the default",
        "  concurrency_limit: 0, from the default",
        "  service_sids: (), from the default",
        "  role_sids: (), from the default",
        "  neighbours: False, from the default",
        "  credentials: any, from the default",
        "  attribute_escapes: True, from the default",
        "  environment: test, from the default",
        "  guard: test, from the default",
        "  journal_limit: 9, from TWILIO_USERS_JOURNAL_LIMIT in the environment",
        "  journal_bytes: 67108864, from the default",
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
        "  cassette_expiry: warn, from the default",
        "  coverage: False, from the default",
        "  fail_under: 0, from the default",
        "  relies_on: (), from the default",
        "  usage: None, from the default",
        "  report: None, from the default",
    ]


def test_the_doctor_tells_where_requests_go(tmp_path):
    """And whose credentials the environment holds; values are shown to nobody."""
    _, lines = examined(tmp_path, TWILIO_AUTH_TOKEN="secret", TWILIO_ACCOUNT_SID="")
    assert part(lines, "Where requests go while a test uses the kit")[1:] == [
        "  to Twilio's Conversations host: to the stub, in memory; no request leaves the process",
        "  to other hosts: where they always go",
        "  TWILIO_ACCOUNT_SID: not set; the kit sets the stub's own",
        "  TWILIO_AUTH_TOKEN: set; the kit sets the stub's own",
        "  for modules that read them when they are imported: --twilio-users-environment=run",
    ]


def test_the_doctor_tells_a_wrong_setting(tmp_path):
    """With its source, and exit code 1."""
    code, lines = examined(tmp_path, TWILIO_USERS_STRICT="perhaps")
    assert code == 1
    assert part(lines, "A setting is wrong")[1:] == [
        "  strict='perhaps' (from TWILIO_USERS_STRICT): allowed: yes, no."
    ]


def test_the_doctor_tells_that_the_plugin_is_off(tmp_path):
    """And why that may be."""
    code, lines = examined(tmp_path, plugin=False)
    assert code == 1
    assert part(lines, "The plugin is off: pytest does not load it here.")[1:] == [
        "  Is there `-p no:twilio_users`, or PYTEST_DISABLE_PLUGIN_AUTOLOAD?"
    ]


def test_the_doctor_tells_that_pytest_can_not_start(tmp_path):
    """What pytest complains of stands beside."""
    (tmp_path / "pytest.ini").write_text("no configuration")
    code, lines = examined(tmp_path)
    assert code == 1
    assert "pytest can't read its configuration here: see above." in lines


def test_the_doctor_tells_what_is_installed(monkeypatch):
    """Versions, and of extras how to get them."""

    def version(name: str) -> str:
        if name in ("hypothesis", "uvicorn", "respx"):
            raise metadata.PackageNotFoundError(name)
        return "1.2"

    monkeypatch.setattr(diagnosis, "version", version)
    monkeypatch.setattr(diagnosis, "_examine_settings", lambda: (True, ["settings"]))
    healthy, text = diagnosis.diagnose()
    lines = text.splitlines()
    assert healthy
    assert lines[0].startswith(f"pytest-twilio-users {__version__}, Python 3.")
    assert ("  httpx 1.2" in lines, "  respx is missing" in lines) == (True, True)
    assert part(lines, "Extras")[1:] == [
        '  hypothesis: not installed (pip install "pytest-twilio-users[hypothesis]")',
        "  syrupy: syrupy 1.2",
        "  sdk: twilio 1.2",
        "  httpx2: httpx2 1.2",
        '  server: not installed (pip install "pytest-twilio-users[server]")',
        "  yaml: pyyaml 1.2",
        "  report: jinja2 1.2",
    ]
    assert part(lines, "settings") == ["settings"]


def test_the_doctor_tells_what_becomes_of_each_library(monkeypatch):
    """Of those that are installed, and which of them are too old; and what is no library."""
    installed = {"httpx": "0.27.2", "aiohttp": "3.8.6", "pycurl": "7.49.0", "responses": "0.25.0"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(diagnosis, "version", version)
    monkeypatch.setattr(diagnosis, "_examine_settings", lambda: (True, ["settings"]))
    _, text = diagnosis.diagnose()
    sockets = (
        "    sockets, asyncio's streams (also libraries that resolve names with them, such as"
        " anyio, trio, tornado; also gevent, eventlet, twisted and pyOpenSSL)"
    )
    aside = (
        "  steps aside: a mock: it works for other hosts, and the kit answers for Twilio's"
        " Conversations"
    )
    processes = (
        "    other processes (give them the URL of `twilio_users_server`; a fork of the test's"
        " process is refused)"
    )
    connected = (
        "    a socket that is already connected (or one that connects to an IP address, without"
        " a name and without TLS)"
    )
    assert part(text.splitlines(), LIBRARIES)[1:] == [
        "  answered: the kit answers it",
        "    httpx 0.27.2",
        "    aiohttp 3.8.6 (tested from 3.10 on)",
        "  refused: it fails before anything is sent; the error says what to do",
        "    http.client, urllib (also libraries that send with them)",
        sockets,
        "    pycurl 7.49.0",
        aside,
        "    responses 0.25.0",
        "  out of reach: the kit does not see it",
        processes,
        connected,
        "    redirects that libcurl follows by itself (from another host to Twilio's)",
    ]


def test_the_doctor_advises_no_setting_that_is_set(tmp_path):
    """Where credentials are there from the first import on already."""
    _, lines = examined(tmp_path, TWILIO_USERS_ENVIRONMENT="run")
    assert not any("when they are imported" in line for line in lines)


def test_what_a_configuration_file_holds_moves_no_cursor(tmp_path):
    """On a terminal that knows ASCII alone, too."""
    file = tmp_path / "pytest.ini"
    file.write_text("[pytest]\ntwilio_users_ledger = ü\x1b[2J\u202e\n", "utf-8")
    code, lines = examined(tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert code == 0
    assert rf"  ledger: \xfc\x1b[2J\u202e, from twilio_users_ledger in {file}" in lines
