"""plugin/reports.py: what a report tells of the kit, and what it hides."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.errors import DefaultServiceRefused
from pytest_twilio_users.plugin.credentials import TITLE
from pytest_twilio_users.plugin.reports import (
    LaterReports,
    pytest_make_collect_report,
    pytest_runtest_makereport,
)
from pytest_twilio_users.plugin.stash import BESIDE, CHANGES, ENGINE, HOLDING, OUTCOMES, RUN
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Response


def hide(text):
    """Hide what is private."""
    return text.replace("Ada", "(hidden)")


class Engine(SimpleNamespace):
    """The kit behind a handle: nothing was said yet."""

    def __init__(self, **more):
        nothing = {"recent": Journal(limit=5), "recent_plans": [], "recent_webhooks": []}
        super().__init__(**{"private": False, "hide": hide, "changes_sent": 3, **nothing, **more})


def through(hook, given, *arguments):
    """What a wrapper makes of what the others gave."""
    wrapper = hook(*arguments)
    next(wrapper)
    with pytest.raises(StopIteration) as over:
        wrapper.send(given)
    return over.value.value


def raised(error):
    """An error, as pytest has it."""
    with pytest.raises(BaseException) as found:  # noqa: PT011  # whichever it is
        raise error
    return found


def makereport(item, report, error=None, *, when="call"):
    """Make the report of a phase."""
    call = SimpleNamespace(when=when, excinfo=None if error is None else raised(error))
    return through(pytest_runtest_makereport, report, item, call)


@pytest.fixture
def live(item):
    """A test of a live run, which uses the kit."""
    engine = Engine(private=True)
    item.config.stash[ENGINE] = engine
    item.config.stash[RUN] = SimpleNamespace(hide=lambda text: text.replace("secret", "***"))
    return engine


def test_the_outcome_of_a_test_and_of_each_subtest_is_kept(item, report):
    """Of their own phase; a failure that is expected has passed."""
    for made in (report(), report(outcome="failed")):
        makereport(item, made)
    makereport(item, report("setup"), when="setup")
    expected = report(outcome="skipped")
    expected.wasxfail = ""
    makereport(item, expected)

    assert item.stash[OUTCOMES] == ["passed", "failed", "passed"]


def test_a_failure_shows_plans_exchanges_and_webhooks(item, report, compose):
    """Without what any exchange was authorized with, nor what the environment holds."""
    journal = Journal(limit=5)
    request = compose("POST", "/v1/Users", form={"Identity": "t0ken-t0ken"})
    journal.append(Exchange(operation="create_user", request=request, response=None))
    hook = SimpleNamespace(with_traceback=lambda: "onUserAdded by t0ken-t0ken")
    item.config.stash[ENGINE] = Engine(
        recent=journal, recent_plans=["an answer is lost"], recent_webhooks=[hook]
    )
    made = makereport(item, report(outcome="failed", longrepr="E"), AssertionError("no"))

    sections = dict(made.sections)
    assert list(sections) == [
        "Twilio Users: plan",
        "Twilio Users: last exchanges",
        "Twilio Users: last webhooks",
    ]
    assert sections["Twilio Users: plan"] == "an answer is lost"
    assert sections["Twilio Users: last webhooks"] == "onUserAdded by ***"
    exchanges = sections["Twilio Users: last exchanges"].splitlines()
    assert exchanges[0].startswith("1. create_user: POST /v1/Users (Identity='***')")
    assert exchanges[1] == "To see why each got its answer: print(twilio_users.journal.explain())"


def test_a_test_that_passes_shows_nothing(item, report, compose):
    """Nor one that says nothing to the stub."""
    item.config.stash[ENGINE] = Engine(recent_plans=["an answer is lost"])
    assert makereport(item, report()).sections == []
    item.config.stash[ENGINE] = Engine()
    assert makereport(item, report(outcome="failed"), AssertionError()).sections == []


def test_a_request_without_credentials_is_explained(item, report, compose):
    """If they are not set while modules are imported."""
    journal = Journal(limit=5)
    request = compose("GET", "/v1/Users", authorization="")
    journal.append(Exchange(operation="list_user", request=request, response=Response(status=401)))
    item.config.stash[ENGINE] = Engine(recent=journal)
    item.config.stash[HOLDING].unset = ["TWILIO_AUTH_TOKEN"]
    made = makereport(item, report(outcome="failed"), AssertionError())

    title, text = made.sections[-1]
    assert title == TITLE
    assert text.startswith("A request had no credentials. ")


def test_what_a_passing_test_would_be_warned_of_is_said_once(item, report):
    """Unless the failure says it itself."""
    item.config.stash[ENGINE] = Engine()
    item.stash[BESIDE] = ["Mocked.", "Not sent."]
    made = makereport(item, report(outcome="failed"), AssertionError("It was: Not sent."))
    again = makereport(item, report(outcome="failed"), AssertionError("no"))

    assert made.sections == [("Twilio Users: warnings", "Mocked.")]
    assert again.sections == []


@pytest.mark.parametrize(
    "error",
    [
        DefaultServiceRefused("no default service"),
        BaseExceptionGroup(
            "tasks",
            [DefaultServiceRefused("no default service"), DefaultServiceRefused("nor here")],
        ),
    ],
    ids=["alone", "of tasks"],
)
def test_a_test_for_the_default_service_is_skipped_where_there_is_none(item, report, error):
    """At its own line, also where several tasks asked at once."""
    made = makereport(item, report(outcome="failed"), error)

    assert made.outcome == "skipped"
    assert made.longrepr == ("test_a.py", 7, "Skipped: no default service")


def test_a_group_with_another_error_fails(item, report):
    """What else went wrong is not to be lost."""
    group = BaseExceptionGroup("tasks", [DefaultServiceRefused("no"), ValueError("lost")])

    assert makereport(item, report(outcome="failed"), group).outcome == "failed"


def test_on_an_account_private_values_are_hidden_whatever_the_outcome(live, item, report):
    """Pytest tells of tests that passed, too. How much was sent, is noted for the run."""
    made = report(longrepr="Ada failed")
    made.sections = [("Captured stdout", "hello Ada")]
    made = makereport(item, made)
    assert (made.longrepr, made.sections) == (
        "(hidden) failed",
        [("Captured stdout", "hello (hidden)")],
    )
    assert getattr(made, CHANGES) == 3

    skipped = makereport(item, report(outcome="skipped", longrepr=("a.py", 1, "Skipped: Ada")))
    assert skipped.longrepr == ("a.py", 1, "Skipped: (hidden)")

    expected = report(outcome="skipped", longrepr="Ada")
    expected.wasxfail = "Ada is known"
    assert makereport(item, expected).wasxfail == "(hidden) is known"


def test_of_a_test_without_the_kit_the_runs_secrets_are_hidden(live, item, report):
    """Nothing was sent by it."""
    del item.config.stash[ENGINE]
    made = makereport(item, report(longrepr="a secret of Ada"))

    assert made.longrepr == "a *** of Ada"
    assert not hasattr(made, CHANGES)


def test_a_failure_that_hides_its_difference_says_so(live, item, report):
    """In the text, and in the line of the short summary, which names the error without module."""
    error = raised(AssertionError("assert 'Ada' == '(hidden)'"))
    longrepr = error.getrepr(style="short")
    made = through(
        pytest_runtest_makereport,
        report(outcome="failed", longrepr=longrepr),
        item,
        SimpleNamespace(when="call", excinfo=error),
    )

    assert made.longrepr.reprcrash.message == (
        "AssertionError: assert '(hidden)' == '(hidden)'  (what differs is hidden, or cut)"
    )
    assert "Ada" not in str(made.longrepr)
    assert "'(hidden)' == '(hidden)'  (what differs is hidden, or cut)" in str(made.longrepr)


def test_two_lines_of_a_difference_that_look_the_same_are_marked(live, item, report):
    """As pytest shows texts; lines that differ are not."""
    text = "E     - Ada\nE     + (hidden)\nE     - Eve\nE     + Ada"
    made = makereport(item, report(longrepr=text))

    assert made.longrepr.splitlines() == [
        "E     - (hidden)",
        "E     + (hidden)  (what differs is hidden, or cut)",
        "E     - Eve",
        "E     + (hidden)",
    ]


class TestLaterReports:
    """What pytest tells besides the reports of tests."""

    @pytest.fixture
    def later(self, live, config):
        """Hides it."""
        return LaterReports(config)

    def test_a_subtest_is_hidden(self, later, report):
        """What it printed, what it is called, and the values that it is told by."""
        made = report()
        made.sections = [("Captured stdout", "Ada")]
        made.context = SimpleNamespace(kwargs={"name": "Ada", "number": 5}, msg="of Ada")
        later.pytest_runtest_logreport(made)
        assert made.sections == [("Captured stdout", "(hidden)")]
        assert made.context.kwargs == {"name": "(hidden)", "number": "5"}
        assert made.context.msg == "of (hidden)"

        made.context.msg = None
        later.pytest_runtest_logreport(made)
        assert made.context.msg is None

    def test_a_warning_is_hidden(self, later):
        """Whoever warned."""
        warning = SimpleNamespace(message=UserWarning("of Ada"))
        later.pytest_warning_recorded(warning)
        assert warning.message == "of (hidden)"

    @pytest.mark.parametrize("reason", ["no subtest", "not private", "no kit"])
    def test_what_is_not_private_stays(self, later, live, config, report, reason):
        """A test's own report was hidden before; on the stub all is made up."""
        if reason == "not private":
            live.private = False
        elif reason == "no kit":
            del config.stash[ENGINE]
        made, warning = report(), SimpleNamespace(message="Ada")
        made.sections = [("Captured stdout", "Ada")]
        if reason != "no subtest":
            made.context = SimpleNamespace(kwargs={"name": "Ada"}, msg="Ada")
            later.pytest_warning_recorded(warning)
        later.pytest_runtest_logreport(made)

        assert made.sections == [("Captured stdout", "Ada")]
        assert warning.message == "Ada"


@pytest.mark.parametrize("error", [KeyError("TWILIO_AUTH_TOKEN"), KeyError("another"), None])
def test_a_module_that_lacks_credentials_is_told_what_to_add(config, error):
    """In a section of its report."""
    config.stash[HOLDING].unset = ["TWILIO_AUTH_TOKEN"]
    made = SimpleNamespace(
        failed=error is not None, sections=[], call=SimpleNamespace(excinfo=None)
    )
    if error is not None:
        made.call.excinfo = raised(error)
    through(pytest_make_collect_report, made, SimpleNamespace(config=config))

    assert [title for title, _ in made.sections] == ([TITLE] if "TWILIO" in str(error) else [])
