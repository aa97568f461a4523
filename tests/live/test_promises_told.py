"""What a live run of the contract suite says at its end is what was seen."""

import re
import threading
from dataclasses import replace
from importlib.metadata import version

import pytest
from contract.broken_stubs import BROKEN_STUBS
from live.misbehaving import Fault, Misbehaving

import pytest_twilio_users.suites.contract  # noqa: F401  # here once, not anew in each run
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.suites.promises import OF_THE_STUB, PROMISES

KIT = f"pytest-twilio-users {version('pytest-twilio-users')}"
SUITE = "from pytest_twilio_users.suites.contract import *\n"
SID = re.compile(r"\b(IS|US)[0-9a-f]{32}\b")
TITLE = " Twilio Users: promises "
ASKED = len(PROMISES.keys() - OF_THE_STUB)


@pytest.fixture
def backend(request):
    """What the server answers with; tests name a broken stub."""
    return BROKEN_STUBS[request.param] if hasattr(request, "param") else StubBackend


@pytest.fixture
def service(backend):
    """A server that is fine but for what its stub breaks."""
    with Misbehaving(chances={Fault.FINE: 1}, backend=backend) as server:
        yield server


def told(result, *labels):
    """The lines of the summary that begin with a label, with those that belong to them."""
    lines = result.outlines
    start = next(at for at, line in enumerate(lines) if TITLE in line) + 1
    kept, keep = [], False
    for line in lines[start:]:
        if line.startswith(("=", "!")):
            break
        keep = keep if line.startswith("  ") else line.startswith(labels)
        kept += [SID.sub(r"\1…", line)] if keep else []
    return kept


def counts(result):
    """How many promises were confirmed, contradicted, not reached."""
    [line] = told(result, "all ")
    return line.removesuffix(", by loopback (not Twilio)").split(None, 1)[1]


def shown(result, outcome):
    """The lines of pytest's own short summary."""
    return [line for line in result.outlines if line.startswith(f"{outcome} ")]


@pytest.mark.parametrize("backend", ["create_answers_200"], indirect=True)
def test_one_deviation_is_told_once(run, monkeypatch):
    """Creates that answer 200 contradict one promise; the tests of others read them all the same.

    pytest's short summary says what differed.
    """
    monkeypatch.setenv("COLUMNS", "120")
    result = run("live", SUITE, "-k", "service and sync and new_user and not async")
    result.assert_outcomes(passed=2, failed=1, errors=1, skipped=1)
    assert counts(result) == f"2 confirmed,   1 contradicted, {ASKED - 3:>3} not reached"
    seen = (
        "200 instead of 201, after create_service_user: POST /v1/Services/IS…/Users"
        """ (Identity='text-1', FriendlyName='text-2', Attributes='{"born": 1815}') -> 200"""
    )
    assert told(result, "CONTRADICTED", "VIOLATION") == [
        "CONTRADICTED create_answers_201: Create answers 201 and the user (documented)",
        f"  Seen: {seen}",
        (
            "  To change: there is no setting. Report this line in an issue of the kit:"
            f" create_answers_201 (documented), {KIT}, loopback (not Twilio): {seen}"
        ),
    ]
    test = "test_it.py::test_create_answers_with_the_new_user[service-sync]"
    assert shown(result, "FAILED") == [f"FAILED {test} - assert 200 instead of 201"]
    [error] = shown(result, "ERROR")
    assert error.startswith(f"ERROR {test} - Failed: status: found 200; answers 201, in ")


@pytest.mark.parametrize("backend", ["fetch_answers_201"], indirect=True)
def test_what_no_test_asks_about_is_an_error_of_its_own(run):
    """The first test that meets it names the answer; the summary, how many met it."""
    result = run("live", SUITE, "-k", "service and empty_friendly_name")
    result.assert_outcomes(passed=2, errors=1)
    assert told(result, "CONTRADICTED", "VIOLATION") == [
        "VIOLATION by fetch_service_user: status: found 201; answers 200 (2 tests)"
    ]


CHANGES = "The contract suite sends 4 changes (creates, updates, deletes)"


def test_the_suite_says_how_many_changes_it_sends(run):
    """Before it begins; the tests of a service that the run may not use send none."""
    result = run("live", SUITE, "--twilio-users-changes=4", "-k", "sync and empty_friendly_name")
    result.assert_outcomes(passed=2, skipped=2)
    told = "the contract suite sends 4 changes (creates, updates, deletes)"
    more = "what the kit deletes after its tests does not count."
    assert f"twilio-users: {told}; {more}" in result.outlines


def test_with_fewer_changes_the_suite_does_not_begin(run, service):
    """Nothing is sent; what was to be asked about is named."""
    result = run("live", SUITE, "--twilio-users-changes=3", "-k", "sync and empty_friendly_name")
    complaint = (
        f"{CHANGES}. This run may send 3. Allow more: --twilio-users-changes=4, or choose fewer"
        " tests by -k."
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {complaint}" in result.errlines
    assert service.log == []
    assert told(result, "ENDED EARLY") == [f"ENDED EARLY: {complaint}"]
    assert counts(result) == f"0 confirmed,   0 contradicted, {ASKED:>3} not reached"
    assert told(result, "NOT REACHED update_empty_name")[1] == f"  Because: {complaint}"


def test_workers_do_not_begin_with_fewer_either(run, service):
    """What one of them may send is less than what the run may."""
    options = ("-p", "xdist", "-n", "2", "--twilio-users-changes=4")
    result = run("live", SUITE, *options, "-k", "sync and empty_friendly_name")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        f"ERROR: {CHANGES}, and 2 workers share what a run may send. This run may send 4. Allow"
        " more: --twilio-users-changes=5, or choose fewer tests by -k."
    ) in result.errlines


def test_a_budget_that_others_spent_ends_the_run(run):
    """Each of the tests that follow would be stopped, too: none of it contradicts anything."""
    first = """
def test_first(twilio_users):
    for _ in range(9):
        twilio_users.add_user(service_sid=twilio_users.service_sid)
"""
    result = run("live", first + SUITE, "--twilio-users-changes=10", "-k", CHOSEN)
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    spent = (
        "this process may send 10 changes, and has sent all. To allow more:"
        " --twilio-users-changes=N"
    )
    assert told(result, "ENDED EARLY") == [f"ENDED EARLY: update_service_user: {spent}"]
    assert told(result, "CONTRADICTED") == []
    assert told(result, "NOT REACHED update_empty_name") == [
        "NOT REACHED update_empty_name, second_delete",
        f"  Because: {spent}",
    ]


CHOSEN = "test_first or (service-sync and (empty_friendly_name or second_delete))"


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n1")], ids=["alone", "worker"])
def test_a_server_that_is_gone_ends_the_run(run, service, monkeypatch, workers):
    """No test after that would find it, and each would look for it to its deadline."""
    answer = service._stub.handle
    stop = threading.Thread(target=service._server.stop)

    def end(request):
        if "PageSize=2" in request.target and not stop.ident:
            stop.start()
        return answer(request)

    monkeypatch.setattr(service._stub, "handle", end)
    first = """
import pytest
from pytest_twilio_users.errors import NoAnswer

def test_first(twilio_users):
    with pytest.raises(NoAnswer):
        while True:
            twilio_users.client.list_service_user(twilio_users.service_sid, page_size=2)

"""
    options = ("--twilio-users-deadline=1", *workers, "-k", CHOSEN)
    result = run("live", first + SUITE, *options)
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    [ended] = told(result, "ENDED EARLY")
    gone = (
        r"no answer, tried \d times within 1 s: can't connect: \[Errno \d+\] Connection refused\."
    )
    assert re.fullmatch(f"ENDED EARLY: create_service_user: {gone}", ended)
    names, because = told(result, "NOT REACHED update_empty_name")
    assert names == "NOT REACHED update_empty_name, second_delete"
    assert re.fullmatch(f"  Because: {gone}", because)


@pytest.mark.parametrize(
    ("ending", "ended"),
    [
        ("raise KeyboardInterrupt", "it was interrupted"),
        ("pytest.exit('enough')", "enough"),
        ("assert False", "stopping after 1 failures"),
    ],
)
def test_whatever_ends_the_run_contradicts_nothing(run, ending, ended):
    """What was not run was not reached, though another test of the promise may have held."""
    first = f"\ndef test_first(twilio_users):\n    {ending}\n"
    chosen = f"{CHOSEN} or second_delete"
    result = run("live", "import pytest\n" + first + SUITE, "-x", "-k", chosen)
    assert told(result, "ENDED EARLY", "CONTRADICTED") == [f"ENDED EARLY: {ended}"]
    assert counts(result) == f"0 confirmed,   0 contradicted, {ASKED:>3} not reached"
    assert told(result, "NOT REACHED update_empty_name")[1] == f"  Because: {ended}"


def test_a_module_that_cannot_be_imported_is_what_ended_the_run(run, pytester):
    """No test of any module runs then."""
    pytester.makepyfile(test_other="raise ValueError('it is broken')")
    result = run("live", SUITE, "-k", CHOSEN)
    assert told(result, "ENDED EARLY") == ["ENDED EARLY: 1 error during collection"]
    assert counts(result) == f"0 confirmed,   0 contradicted, {ASKED:>3} not reached"


def test_an_error_in_set_up_contradicts_nothing(run):
    """Nothing was asked yet."""
    broken = """
import pytest

@pytest.fixture
def users():
    raise LookupError("nobody is there")
"""
    result = run("live", SUITE + broken, "-k", "test_a_second_delete and not async")
    result.assert_outcomes(errors=1)
    assert told(result, "CONTRADICTED", "NOT REACHED second_delete") == [
        "NOT REACHED second_delete",
        "  Because: LookupError: nobody is there",
    ]


def test_a_list_of_something_else_ends_with_a_summary(run, service, monkeypatch):
    """The look at the account refuses it before the first test."""
    answer = service._stub.handle

    def rename(request):
        response = answer(request)
        body = response.body.replace(b'"users": [', b'"members": [')
        headers = tuple(h for h in response.headers if h[0] != "content-length")
        return replace(response, headers=(*headers, ("content-length", f"{len(body)}")), body=body)

    monkeypatch.setattr(service._stub, "handle", rename)
    result = run("live", SUITE, "-k", "service-sync and empty_friendly_name")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [ended] = told(result, "ENDED EARLY")
    assert re.fullmatch(
        r"ENDED EARLY: http://127\.0\.0\.1:\d+/v1/Services/IS…/Users answers 200 with"
        r" \['meta', 'members'\], but 'users' must be a list of users\.",
        ended,
    )
    assert counts(result) == f"0 confirmed,   0 contradicted, {ASKED:>3} not reached"


def test_tests_that_are_only_collected_have_no_summary(run):
    """Nothing was to be found out."""
    result = run("live", SUITE, "--collect-only", "-k", "service-sync and empty_friendly_name")
    assert not [line for line in result.outlines if TITLE in line]


def test_two_sides_that_look_the_same_are_marked(run):
    """Cutting or hiding takes away what differs; the line of the short summary says so, too."""
    test = """
def test_it(twilio_users):
    user = twilio_users.add_user(service_sid=twilio_users.service_sid)
    assert user.url == user.url.replace("Services", "Service")
"""
    result = run("live", test)
    [line] = [line for line in result.outlines if line.startswith("E ") and "assert" in line]
    url = "'https://conv...US…'"
    assert SID.sub(r"\1…", line).removeprefix("E       AssertionError: assert ") == (
        f"{url} == {url}  (what differs is hidden, or cut)"
    )
