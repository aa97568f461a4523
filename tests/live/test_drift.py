"""`twilio-users drift`, as people call it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from pytest_twilio_users.cli import main

TESTS = """
import pytest

@pytest.fixture
def ada(twilio_users):
    return twilio_users.identity("ada@example.com")

def test_ada_signs_up(twilio_users, ada):
    service = twilio_users.service_sid
    twilio_users.client.create_service_user(service, ada, attributes={"plan": "pro"})
    user = twilio_users.client.fetch_service_user(service, ada)
    assert user.identity == ada

@pytest.mark.parametrize("name", ["grace", "mary"])
def test_somebody_is_looked_up(twilio_users, name):
    user = twilio_users.add_user(name, service_sid=twilio_users.service_sid)
    found = twilio_users.client.fetch_service_user(twilio_users.service_sid, name)
    assert found.friendly_name is None

def test_in_the_default_service(twilio_users, ada):
    twilio_users.client.create_user(ada)
"""


@pytest.fixture(autouse=True)
def _tests(pytester, monkeypatch, service, tests_run_here):
    """Tests in a folder of their own, and in the environment what a live run needs.

    The command names the plugins that it needs.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_it=TESTS, test_quiet="def test_asks_nothing(twilio_users): pass")
    for name, value in service.environ.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def drift(capfd):
    """Runs the command; gives its exit code and what it printed."""

    def drift(*arguments):
        code = main(["drift", *arguments, "test_it.py"])
        return code, capfd.readouterr()

    return drift


def test_stub_and_service_do_the_same(drift, service):
    """What was not asked of both is told; no user is left."""
    before = service.users()
    code, printed = drift("stub", "live")
    assert printed.out == (
        "0 errors, 0 warnings, 0 notes: 3 tests with stub, then live.\n"
        "Not compared: 1 test that sent requests to only one of the two, such as"
        " test_it.py::test_in_the_default_service.\n"
    )
    assert code == 0
    assert service.users() == before


def test_a_value_in_the_place_of_null_is_an_error(drift, tampered):
    """A test that fails for it is compared all the same."""
    tampered(friendly_name="Countess", locale="en")
    code, printed = drift("stub", "live")
    assert printed.out.splitlines()[:5] == [
        "error    fetch_service_user: json.friendly_name: None, then 'text-2'",
        "         in test_it.py::test_ada_signs_up and 2 more",
        "note     fetch_service_user: json.locale: nothing, then 'text-3'",
        "         in test_it.py::test_ada_signs_up and 2 more",
        "1 error, 0 warnings, 1 note: 3 tests with stub, then live.",
    ]
    assert "2 failed, 1 passed, 1 skipped" in printed.err
    assert code == 3


def test_the_tests_are_named_that_a_difference_touches(
    drift, tampered, pytester, monkeypatch, capfd
):
    """By what they used when they ran for themselves; drift's own runs write no such file."""
    monkeypatch.setenv("TWILIO_USERS_USAGE", "usage.json")
    monkeypatch.setenv("TWILIO_USERS_FAIL_UNDER", "1")
    assert pytester.runpytest_inprocess("-p", "twilio_users", "-p", "no:cacheprovider").ret == 0
    capfd.readouterr()
    written = (pytester.path / "usage.json").read_text("utf-8")
    tampered(friendly_name="Countess")
    code, printed = drift("stub", "live", "--usage", "usage.json", "--only-used")

    assert printed.out.splitlines()[:5] == [
        "error    fetch_service_user: json.friendly_name: None, then 'text-2'",
        "         in test_it.py::test_ada_signs_up and 2 more",
        "         test_it.py::test_somebody_is_looked_up[grace] reads friendly_name",
        "         test_it.py::test_somebody_is_looked_up[mary] reads friendly_name",
        "1 error, 0 warnings, 0 notes: 3 tests with stub, then live.",
    ]
    assert code == 3
    assert (pytester.path / "usage.json").read_text("utf-8") == written


def test_cassettes_are_compared_with_the_stub(drift, run, pytester, capfd):
    """For machines there is JSON, and nothing beside; of other cassettes nobody asks."""
    run("record", "", "-k", "ada_signs_up")
    capfd.readouterr()
    [path] = pytester.path.glob("cassettes/**/*.json")
    path.write_text(path.read_text("utf-8").replace('"status": 200', '"status": 404'), "utf-8")
    code, printed = drift("--json", "cassette", "stub")
    assert printed.err == ""
    assert json.loads(printed.out) == {
        "format": 1,
        "first": "cassette",
        "second": "stub",
        "compared": 1,
        "not_compared": [
            "test_it.py::test_in_the_default_service",
            "test_it.py::test_somebody_is_looked_up[grace]",
            "test_it.py::test_somebody_is_looked_up[mary]",
        ],
        "drifts": [
            {
                "severity": "error",
                "operation": "fetch_service_user",
                "pointer": "status",
                "first": "404",
                "second": "200",
                "tests": ["test_it.py::test_ada_signs_up"],
            }
        ],
    }
    assert code == 3


def test_github_is_told_once(drift, pytester, tampered, monkeypatch):
    """By the command: what runs the tests of the two sides tells nothing."""
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.twilio_users_promise("fetch_answers_200"))
        """
    )
    tampered(friendly_name="Countess")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    code, printed = drift("stub", "live")
    assert code == 3
    told = "fetch_service_user: json.friendly_name: None, then 'text-2'"
    tests = "in test_it.py::test_ada_signs_up and 2 more"
    assert [line for line in printed.err.splitlines() if line.startswith("::")] == [
        f"::error title=Twilio Users%3A drift::{told}%0A{tests}"
    ]
    assert pytester.path.joinpath("summary.md").read_text("utf-8").splitlines()[:4] == [
        "## Twilio Users: drift",
        "",
        f"- `error    {told}`",
        f"  - `{tests}`",
    ]


WRONG = {
    "one side": (
        ("drift", "live", "live"),
        "twilio-users: live and live: these are the same. Name two different sides.\n",
    ),
    "no tests": (
        ("drift", "stub", "live", "test_that_is_not_there.py"),
        "twilio-users: pytest can't run the tests against live: see above.\n",
    ),
    "tests that ask nothing": (
        ("drift", "stub", "live", "test_quiet.py"),
        "twilio-users: No test sent a request to both, so there is nothing to compare.\n",
    ),
    "no tests, for machines": (
        ("drift", "--json", "stub", "live", "test_that_is_not_there.py"),
        (
            "ERROR: file or directory not found: test_that_is_not_there.py\n\n"
            "twilio-users: pytest can't run the tests against live: see above.\n"
        ),
    ),
    "cassettes of other tests": (
        ("drift", "--cassettes", ".", "stub", "cassette", "test_it.py"),
        (
            "twilio-users: No test that ran has a cassette in ., so there is nothing to"
            " compare. Record these tests with pytest --twilio-users-mode=record, or name the"
            " folder: --cassettes FOLDER.\n"
        ),
    ),
}


def test_the_account_is_asked_first(capfd, monkeypatch):
    """Where none is named, the stub's tests would have run for nothing."""
    monkeypatch.delenv("TWILIO_USERS_LIVE_ACCOUNT")
    assert main(["drift", "stub", "live", "test_it.py"]) == 2
    assert capfd.readouterr().err.splitlines()[0] == "live (1 of 2): test_it.py"


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_what_can_not_be_compared_is_told(capfd, pytester, arguments, message):
    """By an exit code of its own."""
    pytester.path.joinpath("other.json").touch()
    assert main(list(arguments)) == 2
    assert capfd.readouterr().err.endswith(message)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no such signals")
def test_an_interrupt_leaves_nothing_behind(pytester, service):
    """As of any live run: what runs the tests deletes what they made before it ends."""
    pytester.makepyfile(
        test_long="""
        import time

        def test_it(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            print("made", flush=True)
            time.sleep(30)
        """
    )
    before = service.users()
    command = [sys.executable, "-m", "pytest_twilio_users", "drift", "live", "stub", "-s"]
    with subprocess.Popen(  # noqa: S603  # our own module
        [*command, "test_long.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        while "made" not in process.stderr.readline():
            pass
        assert len(service.users()) == len(before) + 1
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said.splitlines()[-1]) == (130, "twilio-users: interrupted.")
    assert service.users() == before
