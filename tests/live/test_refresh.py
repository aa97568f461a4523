"""`twilio-users cassettes refresh`, as people call it."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from pytest_twilio_users.cli import main

TODAY = datetime.now(UTC).date()
OLD = "2026-01-01"
TESTS = """
import pytest

@pytest.fixture(scope="module")
def grace(twilio_users):
    return twilio_users.add_user("grace", service_sid=twilio_users.service_sid)

def test_fetch(twilio_users, grace):
    service = twilio_users.service_sid
    assert twilio_users.client.fetch_service_user(service, grace.sid).identity == grace.identity

def test_list(twilio_users):
    assert twilio_users.users(twilio_users.service_sid)
"""
FETCH, LIST, GRACE = "test_it.py::test_fetch", "test_it.py::test_list", "grace"


@pytest.fixture(autouse=True)
def _account(run, monkeypatch, service, tests_run_here):  # run takes away what there is
    """In the environment, what a live run needs."""
    for name, value in service.environ.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def recorded(run, pytester, monkeypatch):
    """Records tests, and has the cassettes be old; gives what their files hold."""

    def recorded(source=TESTS, *options):
        run("record", source, *options)
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        for path in pytester.path.glob("cassettes/**/*.json"):
            text = path.read_text("utf-8")
            path.write_text(re.sub(r'"date": "\d.{8}\d"', f'"date": "{OLD}"', text), "utf-8")
        return held(pytester)

    return recorded


def held(pytester):
    """What the files of cassettes hold, by the names of tests."""
    files = [path.read_text("utf-8") for path in pytester.path.glob("cassettes/**/*.json")]
    return {
        json.loads(file)["name"].replace("fixture test_it.py test_it::", ""): file for file in files
    }


@pytest.fixture
def refresh(capfd):
    """Runs the command; gives its exit code and the lines it printed."""

    def refresh(*arguments):
        capfd.readouterr()
        code = main(["cassettes", "refresh", *arguments])
        return code, capfd.readouterr().out.splitlines()

    return refresh


def test_what_did_not_change_gets_a_new_day_alone(recorded, refresh, pytester, service):
    """Other SIDs, dates and identities are no change; one line of a file is."""
    before, users = recorded(), service.users()
    assert refresh("--yes") == (
        0,
        ["0 cassettes changed, 0 written; 3 unchanged, 3 with a new date."],
    )
    renewed = {name: file.replace(OLD, str(TODAY)) for name, file in before.items()}
    assert held(pytester) == renewed
    assert service.users() == users


def test_what_changed_is_shown_and_nothing_written_where_nobody_can_be_asked(
    recorded, refresh, pytester, tampered
):
    """Cassette by cassette, and no more of it than what changed."""
    before = recorded()
    tampered(friendly_name="Countess", locale="en")
    assert refresh() == (
        1,
        [
            FETCH,
            "  error    fetch_service_user: json.friendly_name: None, then 'text-1'",
            "  note     fetch_service_user: json.locale: nothing, then 'text-2'",
            "1 cassette changed, 0 written; 2 unchanged, 0 with a new date.",
            "There is no terminal to ask, so nothing was written. To write all: --yes.",
        ],
    )
    assert held(pytester) == before
    code, lines = refresh("--dry-run")
    assert (code, lines[-1]) == (
        1,
        "1 cassette changed, 0 written; 2 unchanged, 0 with a new date.",
    )
    assert held(pytester) == before
    code, lines = refresh("--yes", "-k", "test_fetch")
    assert (code, lines[-1]) == (
        0,
        "1 cassette changed, 1 written; 1 unchanged, 1 with a new date; 1 not of these tests.",
    )
    assert '"locale"' in held(pytester)[FETCH]
    assert held(pytester)[LIST] == before[LIST]


def test_what_is_asked_otherwise_is_shown(recorded, refresh, pytester):
    """More and fewer requests, by what they ask; who was asked, where that is another."""
    recorded()
    [path] = pytester.path.glob("cassettes/**/test_list.json")
    text = path.read_text("utf-8").replace("loopback (not Twilio)", "conversations.twilio.com")
    path.write_text(text, "utf-8")
    pytester.makepyfile(
        test_it=TESTS.replace(
            "    assert twilio_users.users",
            "    twilio_users.add_user(service_sid=twilio_users.service_sid)\n"
            "    assert twilio_users.users",
        )
    )
    code, lines = refresh("--yes", "test_it.py::test_list")
    assert lines == [
        LIST,
        "  recorded from conversations.twilio.com, then from loopback (not Twilio)",
        "  warning  request 1: operation: 'list_service_user', then 'create_service_user'",
        "  + create_service_user: POST /v1/Services/<IS>/Users",
        "1 cassette changed, 1 written; 0 unchanged, 0 with a new date; 2 not of these tests.",
    ]
    assert code == 0


def test_a_new_test_a_silent_one_and_a_broken_cassette(recorded, refresh, pytester):
    """Each is told, and done where that is wished."""
    recorded()
    [broken] = pytester.path.glob("cassettes/**/test_fetch.json")
    broken.write_text("{", "utf-8")
    silent = TESTS.replace("    assert twilio_users.users(", "    str(")
    more = "\n\ndef test_new(twilio_users): twilio_users.users(twilio_users.service_sid)\n"
    pytester.makepyfile(test_it=silent + more)
    code, lines = refresh("--yes")
    assert lines == [
        FETCH,
        (
            f"  The cassette {broken.relative_to(pytester.path)} can't be read: it is not JSON:"
            " Expecting property name enclosed in double quotes, line 1 column 2. Record it"
            " again with --twilio-users-mode=record, or restore it from version control."
        ),
        LIST,
        "  deleted: the test sends no request any more",
        "test_it.py::test_new",
        "  new: 1 exchange",
        "3 cassettes changed, 3 written; 1 unchanged, 1 with a new date.",
    ]
    assert code == 0
    assert held(pytester).keys() == {"test_it.py::grace[0]", FETCH, "test_it.py::test_new"}


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "workers"])
def test_a_test_that_fails_now_keeps_its_cassette(recorded, refresh, pytester, tampered, workers):
    """It is named, and pytest's own output says why."""
    before = recorded()
    tampered(identity="somebody else")
    code, lines = refresh("--yes", *workers)
    assert lines == [
        FETCH,
        "  left as it was: its test fails now",
        (
            "0 cassettes changed, 0 written; 2 unchanged, 2 with a new date; 1 left, as its test"
            " fails."
        ),
    ]
    assert code == 1
    assert held(pytester)[FETCH] == before[FETCH]


def test_what_is_too_old_can_be_refreshed_alone(recorded, refresh, pytester):
    """The others are not even asked for, whatever the policy of their tests."""
    recorded(
        TESTS.replace(
            "def test_list", "\n@pytest.mark.twilio_users(cassette_expiry='fail')\ndef test_list"
        )
    )
    [young] = pytester.path.glob("cassettes/**/test_list.json")
    young.write_text(young.read_text("utf-8").replace(OLD, str(TODAY)), "utf-8")
    before = held(pytester)[LIST]
    code, lines = refresh("--expired", "--yes")
    assert (code, lines) == (
        0,
        ["0 cassettes changed, 0 written; 2 unchanged, 2 with a new date; 1 not of these tests."],
    )
    assert held(pytester)[LIST] == before
    # Named without it, all are, also where record spares the young.
    code, lines = refresh("--yes", "--", "--twilio-users-cassette-expiry=record", "-k", "list")
    assert lines[-1] == (
        "0 cassettes changed, 0 written; 1 unchanged, 1 with a new date; 2 not of these tests."
    )


INTERRUPTED = {
    "Ctrl-C, which all hear": ("os.killpg(0, signal.SIGINT)", 130, "interrupted."),
    "a signal, which the command hears": (
        "os.kill(os.getppid(), signal.SIGTERM)",
        2,
        "The run was interrupted: all cassettes stay as they are.",
    ),
}


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no such signals")
@pytest.mark.parametrize("by", INTERRUPTED.values(), ids=INTERRUPTED)
def test_an_interrupted_refresh_writes_nothing(recorded, pytester, service, by):
    """What was made for it is deleted first."""
    interrupt, code, told = by
    before, users = recorded(), service.users()
    pytester.makeconftest("from pytest_twilio_users.live import ending; ending.LAST_SECONDS = 30")
    ending = f"\ndef test_z(twilio_users, grace): {interrupt}; time.sleep(30)\n"
    pytester.makepyfile(test_it=f"import os, signal, time\n{TESTS}{ending}")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest_twilio_users", "cassettes", "refresh", "--yes"],
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.endswith(f"twilio-users: {told}\n")
    assert held(pytester) == before
    assert service.users() == users


UNRECORDED = {
    "no cassettes": (
        ("--cassettes", "none"),
        (
            "twilio-users: Can't read the cassettes in none: No such file or directory. Record"
            " some with pytest --twilio-users-mode=record, or name their folder: --cassettes"
            " FOLDER.\n"
        ),
    ),
    "no tests": (
        ("test_that_is_not_there.py",),
        "twilio-users: pytest can't record the tests: see above. All cassettes stay as they are.\n",
    ),
}


@pytest.mark.parametrize(("arguments", "told"), UNRECORDED.values(), ids=UNRECORDED)
def test_what_can_not_be_recorded_is_told(recorded, capfd, arguments, told):
    """By an exit code of its own."""
    recorded()
    assert main(["cassettes", "refresh", *arguments]) == 2
    assert capfd.readouterr().err.endswith(told)
