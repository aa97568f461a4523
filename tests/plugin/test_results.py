"""What a run came to is told to machines: in JUnit's file, and to GitHub."""

from xml.etree import ElementTree as ET

import pytest
from _pytest.junitxml import bin_xml_escape
from github_runner import read_command
from hostile import HOSTILE

from pytest_twilio_users.ci.markdown import code, plain
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.possible import possible_at
from pytest_twilio_users.errors import printable

TEXT = HOSTILE.removesuffix("\ud800")  # of which xdist carries none, whoever writes it

STUB = f"""
import json

import pytest
from pytest_twilio_users.backends.stub import StubBackend

NAME = json.dumps({TEXT!r}).encode()


class HostileBackend(StubBackend):
    def handle(self, request):
        response = super().handle(request)
        body = response.body.replace(b'"friendly_name": "Ada"', b'"friendly_name": ' + NAME)
        return type(response)(status=response.status, headers=response.headers, body=body)


@pytest.fixture(scope="session")
def twilio_users_backend():
    return HostileBackend
"""
SUITE = "from pytest_twilio_users.suites.contract import *"
HELD, BROKEN = "test_an_empty_friendly_name_is_stored", "test_create_answers_with_the_new_user"
CHOICE = ("-k", f"service and sync and not async and ({HELD} or {BROKEN})")
XDIST = ("-p", "xdist", "-n1")


@pytest.fixture
def github(suite, monkeypatch):
    """Has GitHub listen; gives what the summary holds, and what the annotations say."""
    file = suite.path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))

    def github(run):
        told = [*filter(None, map(read_command, run.result.errlines))]
        return (file.read_text("utf-8").splitlines() if file.exists() else []), told

    return github


def properties(node):
    """The properties of a part of JUnit's file, in order."""
    return [(each.get("name"), each.get("value")) for each in node.findall("properties/property")]


def junit(suite, source, *options):
    """The properties of the run, and those of each test by its name."""
    suite.run(source, "--junitxml=junit.xml", *options)
    root = ET.parse(suite.path / "junit.xml").getroot()  # noqa: S314  # our own file
    [run] = root.iter("testsuite")
    tests = {test.get("name").partition("[")[0]: properties(test) for test in root.iter("testcase")}
    return properties(run), tests


@pytest.mark.parametrize(
    ("family", "workers"),
    [("xunit1", ()), ("xunit2", ()), ("xunit2", XDIST)],
    ids=["xunit1", "xunit2", "worker"],
)
def test_junits_file_has_the_results(suite, family, workers):
    """Of the run, of each promise that a test proves, and what the test used, if that is told."""
    suite.write(conftest=STUB)
    run, tests = junit(
        suite,
        SUITE,
        *(*CHOICE, f"--override-ini=junit_family={family}", "--twilio-users-coverage=yes"),
        *workers,
    )
    assert dict(run) == {
        "twilio_users_mode": "stub",
        "twilio_users_held": "1",
        "twilio_users_contradicted": "1",
        "twilio_users_coverage": "18",
    }
    assert tests[HELD] == [
        ("twilio_users_promise", "update_empty_name"),
        ("twilio_users_result", "held"),
        ("twilio_users_used", "create_service_user: success 1, FriendlyName, Identity"),
        ("twilio_users_used", "update_service_user: success 1, FriendlyName"),
        ("twilio_users_used", "fetch_service_user: success 1"),
    ]

    [promise, result, used] = tests[BROKEN]
    assert promise == ("twilio_users_promise", "create_answers_201")
    assert result[0] == "twilio_users_result"
    assert result[1].startswith("contradicted: '<img src=x o")
    assert "- Ada + <img src=x onerror=alert(1)>|`a`` **b**" in result[1]
    assert used[1] == "create_service_user: success 1, Attributes, FriendlyName, Identity"


TELLING = f"""
import pytest

TEXT = {TEXT!r}


@pytest.mark.twilio_users_promise("create_answers_201")
@pytest.mark.parametrize("name", [TEXT])
def test_skipped(name):
    pytest.skip(name)


@pytest.fixture
def broken():
    raise LookupError(TEXT)


@pytest.mark.twilio_users_promise("create_answers_201", TEXT)
def test_failing_early(broken, record_property):
    pass


def test_of_nothing(record_property):
    record_property("theirs", TEXT)
    record_property("twilio_users_violation", ("fetch_user", "/links", TEXT, "an object"))
"""


def test_what_a_test_came_to_is_text(suite):
    """Skipped or failing before it began; what is no XML is escaped as pytest does."""
    run, tests = junit(suite, TELLING)
    escaped, in_a_line = bin_xml_escape(TEXT), printable(" ".join(TEXT.split()))
    assert dict(run) == {"twilio_users_mode": "stub", "twilio_users_not_reached": "2"}
    assert tests == {
        "test_skipped": [
            ("twilio_users_promise", "create_answers_201"),
            ("twilio_users_result", f"skipped: {escaped}"),
        ],
        "test_failing_early": [
            ("twilio_users_promise", "create_answers_201"),
            ("twilio_users_promise", escaped),
            (
                "twilio_users_result",
                f"not reached: LookupError: {in_a_line}",
            ),
        ],
        "test_of_nothing": [
            ("theirs", escaped),
            ("twilio_users_violation", f"/links: found {escaped}; an object"),
        ],
    }


def test_what_a_fixture_used_is_no_tests(suite):
    """One that outlives tests ends with the last of them."""
    _, tests = junit(
        suite,
        """
        import pytest

        @pytest.fixture(scope="module")
        def people(twilio_users):
            twilio_users.client.create_user("grace")

        def test_it(twilio_users, people):
            twilio_users.client.fetch_user("grace")
        """,
        "--twilio-users-coverage=yes",
    )
    assert tests == {"test_it": [("twilio_users_used", "fetch_user: success 1")]}


def test_junits_file_alone_tells_nobody_else(suite):
    """What is noted of a test is in the reports as it was."""
    suite.write(conftest=STUB)
    with_file = suite.run(SUITE, *CHOICE, "--junitxml=junit.xml")
    without = suite.run(SUITE, *CHOICE)
    assert [report.user_properties for report in reports(with_file)] == [
        report.user_properties for report in reports(without)
    ]
    assert not list(suite.path.glob("*.md"))


def reports(run):
    """All of a run."""
    return run.result.reprec.getreports("pytest_runtest_logreport")


@pytest.mark.parametrize("workers", [(), XDIST], ids=["one", "workers"])
def test_github_is_told_of_promises(suite, github, workers):
    """In the words of the summary at the run's end; what is contradicted is an annotation."""
    suite.write(conftest=STUB)
    run = suite.run(SUITE, *CHOICE, *workers)
    summary, told = github(run)
    start = next(at for at, line in enumerate(run.lines) if "Twilio Users: promises" in line)
    lines = run.lines[
        start + 1 : next(at for at in range(start + 1, 1_000) if run.lines[at][0] == "=")
    ]
    [name, seen] = lines[-2:]
    assert summary == [
        "## Twilio Users: promises",
        "",
        "| evidence | promises |",
        "| --- | --- |",
        f"| documented | 0 of 1 held ({Evidence.DOCUMENTED.meaning}) |",
        f"| inferred | 1 of 1 held ({Evidence.INFERRED.meaning}) |",
        "| all | 1 of 2 held by the stub: what it does was not checked against Twilio |",
        "",
        f"- {code(name)}",
        f"  - {code(seen.strip())}",
        "",
    ]
    message = f"{name.removeprefix('BROKEN ')}\n{seen.strip()}"
    assert told == [("error", {"title": "Twilio Users: broken"}, message)]
    assert "onerror" in seen


USING = """
def test_it(twilio_users):
    twilio_users.client.create_user("ada")
"""


USED = ("success", "Identity")


def test_github_is_told_of_coverage(suite, github):
    """If it is asked for: gaps are bold."""
    run = suite.run(
        USING, "--twilio-users-coverage=yes", "--twilio-users-relies-on=create_user,list_user.pages"
    )
    summary, told = github(run)
    gaps = [each for each in possible_at(OPERATIONS["create_user"]) if each not in USED]
    assert summary == [
        "## Twilio Users: coverage (stub)",
        "",
        "| operation | calls | success | refusals | parameters | pages | webhooks | faults |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        r"| **create\_service\_user** | **-** | **never called** |",
        r"| create\_user | 1 | 1 | 0/13 | 1/5 | - | 0/1 | - |",
        *(f"| **{plain(name)}** | **-** | **never called** |" for name in [*OPERATIONS][2:]),
        "",
        "**9 % (2 of 21) of what is relied on: create\\_user, list\\_user.pages**",
        "",
        f"- `create_user GAPS: {', '.join(gaps)}`",
        "- `list_user GAPS: pages`",
        "",
    ]
    assert told == []


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (USING, ()),
        (SUITE, ("--collect-only",)),
        (USING, ("--collect-only", "--twilio-users-coverage=yes")),
    ],
    ids=["nothing asked", "promises", "coverage"],
)
def test_where_there_is_nothing_to_tell_github_hears_nothing(suite, github, source, options):
    """Of tests that are about no promise, or are only collected."""
    assert github(suite.run(source, *options)) == ([], [])


def test_github_is_told_why_a_run_ended(suite, github):
    """And which promises were not reached for it."""
    run = suite.run(
        f"def test_ending(): raise KeyboardInterrupt\n{SUITE}", "-k", f"ending or {HELD}"
    )
    summary, told = github(run)
    assert summary[-4:] == [
        "- `ENDED EARLY: it was interrupted`",
        "- `NOT REACHED update_empty_name`",
        "  - `Because: it was interrupted`",
        "",
    ]
    assert told == []


def test_a_verdict_has_no_secret_of_the_environment(suite, github, monkeypatch):
    """JUnit's file, the summary and the annotations have it from one place."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token of somebody")
    source = """
    from pytest_twilio_users.suites.promises import promise

    @promise("identity_taken")
    def test_it(twilio_users):
        raise LookupError("token of somebody")
    """
    _, tests = junit(suite, source)
    assert tests["test_it"][1:] == [("twilio_users_result", "not reached: LookupError: ***")]
    run = suite.run(source)
    summary, told = github(run)
    assert "token of somebody" not in f"{summary} {told}"
    assert any("***" in line for line in summary)


def test_what_github_can_not_take_is_told(suite, monkeypatch):
    """The run passes all the same."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(suite.path))
    run = suite.run(SUITE, "-k", f"service and sync and not async and {HELD}")
    run.outcomes(passed=1)
    assert run.result.errlines[-1] == (
        f"twilio-users: can't write {suite.path} (GITHUB_STEP_SUMMARY): Is a directory."
    )
