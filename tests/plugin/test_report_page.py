"""A run writes its report: what is in it, whatever became of the run."""

import json
import os
from importlib.metadata import version
from platform import python_version

import pytest

from pytest_twilio_users import extras

REPORT = "--twilio-users-report=out/report.html"
TESTS = """
import app
import httpx
import pytest

@pytest.fixture
def leaves(twilio_users):
    yield
    app.retire("nobody")

def test_signs_up(twilio_users):
    app.sign_up("ada")
    app.look_up("ada")

def test_fails(twilio_users):
    app.sign_up("<b>ada")
    answer = app.http.post(app.USERS, data={"Identity": "<b>ada"})
    assert answer.status_code == 201, f"{app.LOGIN[1]} did not help"

def test_leaves(leaves): ...

def test_skips():
    pytest.skip("no reason")

@pytest.mark.xfail
def test_is_expected_to_fail():
    assert False

@pytest.mark.xfail
def test_is_not_expected_to_pass(): ...

@pytest.mark.xfail(strict=True)
def test_is_not_to_pass(): ...
"""
OUTCOMES = {
    "test_it.py::test_signs_up": "passed",
    "test_it.py::test_fails": "failed",
    "test_it.py::test_leaves": "error",
    "test_it.py::test_skips": "skipped",
    "test_it.py::test_is_expected_to_fail": "xfailed",
    "test_it.py::test_is_not_expected_to_pass": "xpassed",
    "test_it.py::test_is_not_to_pass": "failed",
}
NAME_A_FILE = " Name a file, such as --twilio-users-report=report.html."
PROCESSES = pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n1")], ids=["one", "xdist"])


@pytest.fixture
def reported(suite):
    """Runs tests, and gives what the JSON beside the page says."""

    def reported(source, *options):
        suite.run(source, REPORT, *options)
        found = json.loads((suite.path / "out/report.json").read_text("utf-8"))
        assert (suite.path / "out/report.html").stat().st_size > 10_000
        return found

    return reported


def outcomes(found):
    """What each test came to."""
    return {test["name"]: test["outcome"] for test in found["tests"]}


def failures(found, test):
    """How a test failed."""
    [failed] = [each for each in found["tests"] if each["name"].endswith(f"::{test}")]
    return failed["failures"]


@PROCESSES
def test_a_report_tells_of_each_test(suite, options):
    """Page and JSON are in the folder that was named, which is made, and the run says so."""
    run = suite.run(TESTS, REPORT, *options)
    path = suite.path / "out/report.html"
    found = json.loads(path.with_suffix(".json").read_text("utf-8"))
    text = path.read_text("utf-8")

    assert f"twilio-users: the report is {path}; the same as JSON beside it" in run.lines
    assert outcomes(found) == OUTCOMES
    assert found["tests"][0]["calls"] == {"create_user": 1, "fetch_user": 1}
    assert (found["project"], found["mode"], found["host"]) == (suite.path.name, "stub", "")
    assert found["relied"] == "23 % (6 of 26) of what can be met at the operations that were called"
    assert found["uses"][0]["tests"] == {"create_user": 2, "fetch_user": 1, "delete_user": 1}
    assert found["versions"] == {
        "pytest-twilio-users": version("pytest-twilio-users"),
        "pytest": pytest.__version__,
        "Python": python_version(),
    }
    assert "<h1>3 of 7 tests failed</h1>" in text
    assert "<b>ada" not in text


@PROCESSES
def test_a_failure_is_told_with_its_conversation(reported, options):
    """Without the password that its requests bore, wherever it stands."""
    found = reported(TESTS, *options)
    [failure] = failures(found, "test_fails")
    sent = {"Identity": "<b>ada", "FriendlyName": "<B>Ada"}
    twice = {"Identity": "<b>ada"}
    turns = [(turn["number"], turn["sent"], turn["came"]) for turn in failure["turns"]]
    assert turns == [(1, sent, "201"), (2, twice, "409 50201 User already exists")]
    assert failure["message"].startswith("AssertionError: *** did not help\nassert 409 == 201")
    assert "secret of the application" not in json.dumps(found)


def test_a_failure_says_which_phase_or_subtest_it_was(reported):
    """A teardown, a subtest by its name; the test's own failure counts the subtests."""
    pytest.importorskip("_pytest.subtests")
    source = """
    def test_subtests(subtests, twilio_users):
        for number in range(3):
            with subtests.test("try", number=number):
                twilio_users.client.fetch_user("ada") if number else None
    """
    assert [each["when"] for each in failures(reported(TESTS), "test_leaves")] == ["teardown"]
    found = failures(reported(source), "test_subtests")
    assert [(each["when"], len(each["turns"])) for each in found] == [
        ("subtest [try] (number=1)", 1),
        ("subtest [try] (number=2)", 2),
        ("call", 0),
    ]


@PROCESSES
def test_the_environments_own_secrets_are_told_nowhere(reported, suite, monkeypatch, options):
    """Also where no request bore them: in a traceback, in what was printed, at import."""
    for name in ("TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"):
        monkeypatch.setenv(name, f"{name} of somebody")
    source = """
    import os
    found = [value for value in os.environ.values() if value.endswith("of somebody")]
    assert len(found) == 2
    {}

    def test_prints(twilio_users):
        print(found)
        raise LookupError(*found)
    """
    told = [reported(source.format(line), *options) for line in ("", "raise LookupError(*found)")]
    assert [each["message"] for each in failures(told[0], "test_prints")] == [
        "LookupError: ('***', '***')"
    ]
    assert failures(told[0], "test_prints")[0]["more"] == {
        "Captured stdout call": "['***', '***']\n"
    }
    assert "of somebody" not in json.dumps(told)
    assert "of somebody" not in (suite.path / "out/report.html").read_text("utf-8")


@PROCESSES
def test_a_secret_that_was_sent_or_named_is_told_nowhere(reported, suite, monkeypatch, options):
    """As a parameter's value, its answer and the line for curl; in names of tests; as a verdict."""
    pytest.importorskip("_pytest.subtests")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token of somebody")
    source = """
    import os
    import pytest
    from pytest_twilio_users.suites.promises import promise
    TOKEN = "token of somebody"

    @promise("identity_taken")
    @pytest.mark.parametrize("of", [TOKEN])
    def test_sends(twilio_users, subtests, of):
        twilio_users.client.create_user(of, attributes={"long": "." * 990 + of})
        with subtests.test(of):
            assert False
        assert False, of
    """
    found = reported(source, *options)
    [test] = found["tests"]
    assert test["name"] == "test_it.py::test_sends[***]"
    assert [each["when"] for each in test["failures"]] == ["subtest [***]", "call"]
    [turn] = test["failures"][1]["turns"]
    assert turn["sent"]["Identity"] == "***"
    assert found["uses"][0]["tests"] == {"create_user": 1}
    for told in (json.dumps(found), (suite.path / "out/report.html").read_text("utf-8")):
        assert "token" not in told.replace("next_page_token", "").replace("AUTH_TOKEN", "")


def test_what_could_not_be_collected_is_an_error(reported, suite):
    """It is told as that of its file, and why the run ended."""
    suite.write(test_broken="import nowhere")
    found = reported(TESTS)
    assert outcomes(found) == {"test_broken.py": "error"}
    assert found["ended"] == "1 error during collection"
    [failure] = found["tests"][0]["failures"]
    assert failure["when"] == "collect"
    assert "No module named 'nowhere'" in failure["message"]


RERUN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for last in (False, True):
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            if report.when == "call" and not last:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_reruns_are_part_of_their_test(reported, suite):
    """What it came to at last is told, and how often it was run again."""
    suite.write(conftest=RERUN)
    [test] = reported("def test_listed(twilio_users): twilio_users.client.list_user()")["tests"]
    told = (test["outcome"], test["reruns"], test["calls"], test["failures"])
    assert told == ("passed", 1, {"list_user": 2}, [])


@pytest.mark.parametrize(
    ("ending", "options", "ended"),
    [
        ("raise KeyboardInterrupt", (), "it was interrupted"),
        ("pytest.exit('enough')", (), "enough"),
        ("assert False", ("-x",), "stopping after 1 failures"),
    ],
    ids=["interrupted", "exit", "first-failure"],
)
def test_a_run_that_ends_early_has_its_report(reported, ending, options, ended):
    """It tells of the tests that came to an outcome, and why there are no more."""
    source = f"""
    import pytest

    def test_first(twilio_users):
        twilio_users.client.list_user()

    def test_ends():
        {ending}

    def test_last(): ...
    """
    found = reported(source, *options)
    assert found["ended"] == ended
    assert outcomes(found)["test_it.py::test_first"] == "passed"
    assert "test_it.py::test_last" not in outcomes(found)


def test_a_crash_is_told(reported):
    """Xdist's own report of it is a failure like any other."""
    source = "import os\n\ndef test_crashes(): os._exit(1)"
    found = reported(source, "-p", "xdist", "-n1", "--max-worker-restart=0")
    assert outcomes(found) == {"test_it.py::test_crashes": "failed"}
    [failure] = failures(found, "test_crashes")
    crashed = "worker 'gw0' crashed while running 'test_it.py::test_crashes'"
    assert failure["message"].splitlines()[-1] == crashed


def test_promises_are_told_with_evidence_and_result(reported):
    """Those of servers, and those of clients, which have none."""
    source = """
    from pytest_twilio_users.suites.promises import promise

    @promise("fetch_answers_200", "identity_taken")
    def test_holds(twilio_users): ...

    @promise("identity_taken")
    def test_does_not_hold(twilio_users):
        twilio_users.client.list_user()
        assert False, "it was not refused"

    @promise("pages_are_followed")
    def test_skips():
        import pytest
        pytest.skip("no pages")
    """
    told = [
        (each["name"], each["evidence"], each["result"], each["seen"])
        for each in reported(source)["promises"]
    ]
    seen = "it was not refused, after list_user: GET /v1/Users -> 200"
    assert told == [
        ("fetch_answers_200", "documented", "held", ""),
        ("identity_taken", "third-party", "contradicted", seen),
        ("pages_are_followed", "", "skipped", "no pages"),
    ]


@pytest.mark.parametrize("option", ["--collect-only", "nowhere.py"])
def test_where_no_test_runs_the_report_of_before_is_kept(suite, option):
    """There is nothing to tell, and nothing is told."""
    run = suite.run(TESTS, REPORT, option)
    assert not (suite.path / "out").exists()
    assert "the report is" not in "\n".join(run.lines)


def test_an_empty_path_is_none(suite):
    """An option can so overrule a configuration file."""
    suite.configure("[pytest]\ntwilio_users_report = report.html", file="pytest.ini")
    run = suite.run("def test_it(): ...", "--twilio-users-report=")
    run.outcomes(passed=1)
    assert not (suite.path / "report.html").exists()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("folder.html", "{here}/folder.html is a folder." + NAME_A_FILE),
        ("beside.html", "{here}/beside.json is a folder." + NAME_A_FILE),
        (
            "package.html",
            "{here}/package.json, which is no report, would be overwritten." + NAME_A_FILE,
        ),
        ("app.py/report.html", "{here}/app.py is not a folder. Name another place."),
        (
            "locked/new/report.html",
            "nothing may be written into {here}/locked. Name another place.",
        ),
        (300 * "x" + ".html", "File name too long." + NAME_A_FILE),
    ],
    ids=["folder", "json-folder", "other-json", "below-a-file", "locked", "too-long"],
)
def test_where_no_report_can_be_written_ends_the_run_before_it_begins(
    suite, monkeypatch, path, why
):
    """The sentence says what is wrong, and what to do; what was there stays."""
    for folder in ("folder.html", "beside.json", "locked"):
        (suite.path / folder).mkdir()
    (suite.path / "package.json").write_text("{}", encoding="utf-8")
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: path.name != "locked" and allowed(path, mode)
    )
    run = suite.run("def test_it(): ...", f"--twilio-users-report={path}")
    told = f"--twilio-users-report: {suite.path}/{path} can't be written: "
    assert run.usage_error == told + why.format(here=suite.path)


def test_two_files_of_one_name_end_the_run_before_it_begins(suite):
    """One would be written over the other."""
    run = suite.run("def test_it(): ...", REPORT, "--twilio-users-usage=out/report.json")
    told = f"{suite.path}/out/report.json is --twilio-users-usage's. Name another."
    assert run.usage_error == f"--twilio-users-report: {told}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("report.txt", "the path of an HTML file, such as report.html."),
        ("out/", "the path of a file."),
    ],
)
def test_a_path_is_that_of_an_html_file(suite, path, expected):
    """What is none ends the run, too."""
    run = suite.run("def test_it(): ...", f"--twilio-users-report={path}")
    told = f"report={path!r} (from --twilio-users-report): expected "
    assert run.usage_error == told + expected


def test_who_lacks_jinja_is_told_how_to_get_it(suite, monkeypatch):
    """Before the run begins."""
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    assert suite.run("def test_it(): ...", REPORT).usage_error == (
        '--twilio-users-report needs Jinja2: pip install "pytest-twilio-users[report]".'
    )


@pytest.mark.parametrize("passes", [True, False])
def test_a_report_that_can_not_be_written_fails_the_run(suite, monkeypatch, passes):
    """It says so, whatever the tests came to, and the report of before is as it was."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    suite.run("def test_it(): ...", REPORT)
    path = suite.path / "out/report.html"
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    run = suite.run(f"def test_it(): assert {passes}", REPORT)
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    assert f"FAILED: can't write {path}: No space left on device." in run.lines
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["report.html", "report.json"]
