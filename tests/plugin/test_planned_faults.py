"""Planned faults begin with their scope, end with it, and have to be met."""

import pytest

HEADER = """
import app
import httpx
import pytest
from hypothesis import *
from hypothesis import strategies
from pytest_twilio_users import faults

"""
UNMET = """\
These planned faults did not happen:
  {plan}
If a fault need not happen: required=False."""


@pytest.fixture
def run(suite):
    """Runs tests of an author's."""
    return lambda source: suite.run(HEADER + source)


def test_a_fault_that_no_request_met_fails_the_test(run):
    """It tells what was planned, where, and how many requests came by; nothing is told twice."""
    ran = run(
        """
def test_a_slow_day(twilio_users):
    twilio_users.routes["create_user"].fail(faults.slow(30), after=2, times=1)
    twilio_users.routes["list_user"].fail(faults.answer_lost(), required=False)
    app.sign_up("ada")
"""
    )

    ran.outcomes(failed=1)
    assert ran.failure("test_a_slow_day") == UNMET.format(
        plan=(
            "create_user: faults.slow(seconds=30), times=1, after=2, planned in test_it.py:10"
            " (1 request came by)"
        )
    )
    assert ran.exchanges("test_a_slow_day") == (
        "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 201"
    )


@pytest.mark.parametrize(
    "rest",
    [
        "with pytest.raises(httpx.ConnectError): app.sign_up('ada')",
        "twilio_users.routes['create_user'].mock()",
        "twilio_users.routes.clear()",
        "twilio_users.routes.pop('create_user')",
        "twilio_users.routes.rollback()",
        "pytest.skip('no such day')",
        "pytest.xfail('no such day')",
    ],
)
def test_what_was_met_or_taken_away_is_not_told(run, rest):
    """Nor is it where the test came to nothing."""
    ran = run(
        f"""
def test_a_bad_day(twilio_users):
    twilio_users.routes["create_user"].fail(faults.connect_error())
    {rest}
"""
    )

    assert ran.result.ret == pytest.ExitCode.OK


def test_a_failure_tells_the_fault_of_each_exchange(run):
    """And what was not met is not told on top of it."""
    ran = run(
        """
def test_a_bad_day(twilio_users):
    twilio_users.routes["list_user"].fail(faults.stale_read())
    twilio_users.routes["create_user"].fail(faults.answer_lost())
    app.sign_up("ada")
"""
    )

    ran.outcomes(failed=1)
    assert "did not happen" not in ran.failure("test_a_bad_day")
    assert ran.exchanges("test_a_bad_day") == (
        "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> no response"
        " (RemoteProtocolError), by faults.answer_lost()"
    )


def test_each_test_has_the_whole_of_what_a_wide_fixture_planned(run):
    """Whichever test came before; what a test plans stands in front, and ends with it."""
    ran = run(
        """
@pytest.fixture(scope="module", autouse=True)
def first_is_refused(twilio_users):
    twilio_users.routes["create_user"].fail(faults.refused("unavailable"), times=1)

@pytest.mark.parametrize("number", range(2))
def test_each(twilio_users, number):
    twilio_users.routes["create_user"].fail(faults.refused("internal_error"), times=1)
    for identity in "abc":
        app.http.post(app.USERS, data={"Identity": identity})
    assert [each.status for each in twilio_users.journal] == [500, 503, 201]

def test_what_a_test_overrides_hides_it(twilio_users):
    twilio_users.routes["create_user"].respond(418)
    assert app.http.post(app.USERS, data={"Identity": "ada"}).status_code == 418

def test_what_a_test_leaves_to_the_stub_is_left_to_it(twilio_users):
    twilio_users.routes["create_user"].mock()
    app.sign_up("ada")
"""
    )

    ran.outcomes(passed=4)


def test_what_a_wide_fixture_planned_for_nobody_is_warned_of_once_it_ends(run):
    """It may be met until then; and which tests it is set up for, whoever selects them decides."""
    ran = run(
        """
@pytest.fixture(scope="module", autouse=True)
def slow(twilio_users):
    twilio_users.routes["fetch_user"].fail(faults.slow(30))
    twilio_users.routes["list_user"].fail(faults.slow(30), required=False)

def test_one(twilio_users):
    app.sign_up("ada")

def test_another(twilio_users):
    app.sign_up("ada")
"""
    )

    ran.outcomes(passed=2, warnings=1)
    [told] = [line.partition("KitWarning: ")[2] for line in ran.lines if "KitWarning" in line]
    assert told == (
        "A fixture planned a fault that did not happen: fetch_user: faults.slow(seconds=30),"
        " planned in test_it.py:11 (0 requests came by). If a fault need not happen:"
        " required=False."
    )


def test_each_example_has_the_whole_of_what_its_test_planned(run):
    """And what an example planned ends with it, and has to be met in it."""
    ran = run(
        """
@pytest.fixture
def refused(twilio_users):
    twilio_users.routes["create_user"].fail(faults.refused("unavailable"), times=1)

@given(number=strategies.integers())
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each(twilio_users, refused, number):
    for identity in "ab":
        app.http.post(app.USERS, data={"Identity": identity})
    assert [each.status for each in twilio_users.journal] == [503, 201]

@given(number=strategies.integers())
@settings(max_examples=5, database=None)
def test_unmet(twilio_users, number):
    twilio_users.routes["create_user"].fail(faults.slow(30))
    app.http.get(app.USERS)
"""
    )

    ran.outcomes(passed=1, failed=1)
    assert ran.failure("test_unmet").startswith(
        UNMET.format(
            plan=(
                "create_user: faults.slow(seconds=30), planned in test_it.py:23"
                " (0 requests came by)"
            )
        )
    )


def test_a_route_of_the_authors_own_can_be_planned_to_fail(run):
    """For all requests that it matches; without an answer of its own it leaves that to the stub."""
    ran = run(
        """
def test_a_bad_day(twilio_users):
    route = twilio_users.routes.post(url__regex=".*").fail(faults.connection_reset(), times=1)
    with pytest.raises(httpx.ReadError):
        app.sign_up("ada")
    app.sign_up("ada")
    assert [user.identity for user in twilio_users.users()] == ["ada"]
    assert route.call_count == 2
    route.fail(faults.body_cut())
    route.side_effect = lambda request: None
    with pytest.raises(httpx.RemoteProtocolError):
        app.sign_up("grace")

def test_unmet(twilio_users):
    twilio_users.routes.post("https://conversations.twilio.com/v1/Roles").fail(faults.slow(1))
"""
    )

    ran.outcomes(passed=1, failed=1)
    assert ran.failure("test_unmet") == UNMET.format(
        plan=(
            "a route of your own: faults.slow(seconds=1), planned in test_it.py:22"
            " (0 requests came by)"
        )
    )


def test_a_snapshot_of_routes_has_their_plans(run):
    """They begin anew when it is gone back to."""
    ran = run(
        """
def test_it(twilio_users):
    routes = twilio_users.routes
    routes["create_user"].fail(faults.refused("unavailable"), times=1)
    def status():
        return app.http.post(app.USERS, data={"Identity": "ada"}).status_code
    assert status() == 503
    routes.snapshot()
    routes["create_user"].mock()
    assert status() == 201
    routes.rollback()
    assert [status(), status()] == [503, 409]
    routes.rollback()
    assert status() == 409
"""
    )

    ran.outcomes(passed=1)


def test_threads_share_the_turns(run):
    """Of many requests at once, so many meet the fault as were planned."""
    ran = run(
        """
from concurrent.futures import ThreadPoolExecutor

def test_it(twilio_users):
    twilio_users.routes["create_user"].fail(faults.refused("unavailable"), times=3)
    def create(number):
        return app.http.post(app.USERS, data={"Identity": str(number)}).status_code
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(create, range(20)))
    assert statuses == [201] * 17 + [503] * 3
"""
    )

    ran.outcomes(passed=1)
