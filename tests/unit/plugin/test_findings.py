"""plugin/findings.py: what the reports of a run tell of promises."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.plugin.findings import (
    FOUND,
    count_kinds,
    findings,
    note_end,
    note_finding,
    promises_in,
    pytest_assertrepr_compare,
    pytest_collection_finish,
    readable,
    verdicts_in,
)
from pytest_twilio_users.plugin.stash import ASKED, ENDED, ENGINE, RUNNING
from pytest_twilio_users.suites.broken_answers import VIOLATION, BrokenAnswer
from pytest_twilio_users.suites.outcomes import Finding, Kind
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Response

SKIPPED = ("test_a.py", 6, "Skipped: no second token")
WRONG = BrokenAnswer(operation="fetch_user", place="/sid", found="'US'", allowed="a SID")


@pytest.fixture
def last(compose):
    """The last exchange before an error."""
    return Exchange(
        operation="fetch_user",
        request=compose("GET", "/v1/Users/ada"),
        response=Response(status=200, body=b"{}"),
    )


def note(report, item, error, *, recent=()):
    """Note an error of a test in whose texts Ada's name is private."""
    note_finding(report, item, error, recent=recent, hide=lambda t: t.replace("Ada", "(hidden)"))
    return [value for name, value in report.user_properties if name == FOUND]


@pytest.mark.parametrize("phase", ["call", "setup"])
@pytest.mark.parametrize("promise", ["sid_form", "pages_are_followed"])
def test_what_an_error_says_of_a_promise_is_noted(report, item, last, phase, promise):
    """Before the test's own phase nothing was asked. Private values and secrets are hidden."""
    item.user_properties = [("twilio_users_promise", promise)]
    noted = note(report(phase, "failed"), item, AssertionError("Ada, t0ken-t0ken"), recent=[last])

    kind = "contradicted" if phase == "call" else "not reached"
    assert noted == [(kind, "(hidden), ***, after fetch_user: GET /v1/Users/ada -> 200")]


def test_a_clients_own_error_breaks_its_promise(report, item):
    """Whatever it is, and although nothing was asked: of a server it would say nothing."""
    item.user_properties = [("twilio_users_promise", "pages_are_followed")]
    assert note(report("call", "failed"), item, ZeroDivisionError("no")) == [
        ("contradicted", "ZeroDivisionError: no")
    ]
    item.user_properties = [("twilio_users_promise", "sid_form")]
    assert note(report("call", "failed"), item, ZeroDivisionError("no")) == [
        ("not reached", "ZeroDivisionError: no")
    ]


def test_a_teardown_and_a_test_without_promises_say_nothing(report, item, last):
    """What fails there is another matter."""
    assert note(report("call", "failed"), item, AssertionError("no"), recent=[last]) == []
    item.user_properties = [("twilio_users_promise", "sid_form")]
    assert note(report("teardown", "failed"), item, AssertionError("no"), recent=[last]) == []


@pytest.mark.parametrize("ends", [False, True])
def test_an_error_that_ends_the_run_stops_it(report, item, ends):
    """Why, is said without what is private."""
    item.user_properties = [("twilio_users_promise", "sid_form")]
    error = KitError("Ada's account is gone")
    error.ends_run = ends
    note(report("call", "failed"), item, error)

    assert item.session.shouldstop == ("(hidden)'s account is gone" if ends else False)


@pytest.fixture
def comparing(config, item):
    """A test of a promise that runs on an account."""
    item.user_properties = [("twilio_users_promise", "sid_form")]
    config.stash[RUNNING] = item
    config.stash[ENGINE] = SimpleNamespace(
        private=True, hide=lambda text: text.replace("Ada", "(hidden)")
    )
    return config


def test_a_comparison_on_an_account_is_told_without_its_values(comparing, item):
    """For tests of a promise of the contract; what others compare, pytest tells."""
    [told] = pytest_assertrepr_compare(comparing, "==", {"name": "Ada"}, {"name": "Eve"})
    assert "Ada" not in told
    assert "name" in told

    for promises in ([], [("twilio_users_promise", "pages_are_followed")]):
        item.user_properties = promises
        assert pytest_assertrepr_compare(comparing, "==", 1, 2) is None


@pytest.mark.parametrize("missing", ["operator", "test", "engine", "privacy"])
def test_other_comparisons_are_pytests(comparing, missing):
    """On the stub nothing is private, and outside of tests nothing is known."""
    if missing == "test":
        del comparing.stash[RUNNING]
    elif missing == "engine":
        del comparing.stash[ENGINE]
    elif missing == "privacy":
        comparing.stash[ENGINE].private = False

    operator = "!=" if missing == "operator" else "=="
    assert pytest_assertrepr_compare(comparing, operator, 1, 2) is None


def test_what_is_asked_about_is_known_before_the_first_test(config):
    """Tests of no promise are not asked about."""
    items = [
        SimpleNamespace(nodeid="a", user_properties=[("twilio_users_promise", "sid_form")]),
        SimpleNamespace(nodeid="b", user_properties=[("other", "sid_form")]),
    ]
    pytest_collection_finish(SimpleNamespace(config=config, items=items))

    assert config.stash[ASKED] == {"a": ("sid_form",)}


@pytest.mark.parametrize(
    ("fail", "stop", "worker", "why"),
    [
        ("a failure", "a stop", "a worker", "a failure"),
        (False, "a stop", "a worker", "a stop"),
        (False, False, "a worker", "a worker"),
        (False, False, None, None),
        (False, False, "", None),
    ],
)
def test_why_a_run_ends_early_is_remembered(config, fail, stop, worker, why):
    """What pytest, or xdist, was told first; a reason that is known already stays."""
    xdist = None if worker is None else SimpleNamespace(shouldstop=worker)
    config.pluginmanager = SimpleNamespace(get_plugin={"dsession": xdist}.get)
    session = SimpleNamespace(config=config, shouldfail=fail, shouldstop=stop)
    note_end(session)
    assert config.stash.get(ENDED, None) == why

    config.stash[ENDED] = "before"
    note_end(session)
    assert config.stash[ENDED] == "before"


def test_findings_are_of_each_report_and_each_promise(config, report):
    """A test that is run again has a report that counts for nothing."""
    config.stash[ASKED] = {"test_a.py::test_ada": ("sid_form",)}
    reports = [
        report("setup", promise="sid_form"),
        report("call", "rerun", promise="sid_form"),
        report("call", "failed", promise="sid_form", found=("contradicted", "'US'")),
        report("call", nodeid="other", promise="dates_form"),
        report("call", nodeid="of no promise"),
        report("setup", "skipped", nodeid="last", promise="all_fields", longrepr=SKIPPED),
    ]

    assert findings(reports, config, interrupted=False) == (
        [
            Finding(promise="sid_form", kind=Kind.CONTRADICTED, text="'US'"),
            Finding(promise="dates_form", kind=Kind.HELD),
            Finding(promise="all_fields", kind=Kind.SKIPPED, text="no second token"),
        ],
        [],
        "",
    )
    assert count_kinds(reports, config, interrupted=False) == {
        "contradicted": 1,
        "held": 1,
        "skipped": 1,
    }


@pytest.mark.parametrize("reason", [None, "the budget is spent"])
def test_what_a_run_did_not_come_to_is_not_reached(config, report, reason):
    """With the reason, if it is known: else somebody pressed Ctrl-C."""
    config.stash[ASKED] = {"a": ("sid_form", "dates_form"), "b": ("all_fields",)}
    if reason:
        config.stash[ENDED] = reason
    found, broken, ended = findings(
        [report("call", nodeid="b", promise="all_fields")], config, interrupted=False
    )

    why = reason or "it was interrupted"
    assert (broken, ended) == ([], why)
    assert found == [
        Finding(promise="all_fields", kind=Kind.HELD),
        Finding(promise="sid_form", kind=Kind.NOT_REACHED, text=why),
        Finding(promise="dates_form", kind=Kind.NOT_REACHED, text=why),
    ]


@pytest.mark.parametrize(("interrupted", "ended"), [(False, ""), (True, "the budget is spent")])
def test_a_run_that_came_to_its_end_was_not_ended_early(config, report, interrupted, ended):
    """Unless it was interrupted all the same."""
    config.stash[ENDED] = "the budget is spent"
    reports = [report("call", promise="all_fields")]

    assert findings(reports, config, interrupted=interrupted)[2] == ended


def test_a_run_without_promises_finds_nothing(config, report):
    """Nothing is loaded for it."""
    assert findings([report()], config, interrupted=True) == ([], [], "")
    assert count_kinds([report()], config, interrupted=True) == {}


def test_what_is_wrong_with_answers_is_told_once_a_test(config, report):
    """Whichever phases met it."""
    noted = {"promise": "sid_form", "violation": WRONG.to_property()}
    reports = [report("setup", **noted), report("call", **noted), report(nodeid="b", **noted)]

    assert findings(reports, config, interrupted=False)[1] == [WRONG, WRONG]


def test_what_a_report_notes_is_read_by_people():
    """What others note, in any form, stays as it is."""
    assert readable((VIOLATION, WRONG.to_property())) == (VIOLATION, str(WRONG))
    for noted in (("twilio_users_promise", "sid_form"), ("theirs", 1), "theirs", (1, 2, 3)):
        assert readable(noted) == noted


def test_each_phase_has_its_verdict(report):
    """A set-up or a tear-down that passes says nothing."""
    assert [*verdicts_in(report("call"))] == [("held", "")]
    assert [*verdicts_in(report("setup"))] == []
    assert [*verdicts_in(report("setup", "skipped", longrepr=SKIPPED))] == [
        ("skipped", "no second token")
    ]
    assert [*verdicts_in(report("call", "failed", found=("refused", "why")))] == [
        ("refused", "why")
    ]


def test_promises_are_those_that_the_kit_noted():
    """Beside them stands what others note, in any form."""
    noted = ["theirs", ("theirs", "a"), ("twilio_users_promise", "b"), ("twilio_users_promise", 1)]

    assert promises_in(noted) == ("b",)
    assert promises_in([]) == ()
