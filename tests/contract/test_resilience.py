"""The resilience suite tells a broken client from a good one, and names the broken promise."""

import time

import pytest
from contract.broken_clients import BROKEN_PROMISES, retrying
from contract.broken_clients.good import GoodClient
from contract.broken_clients.resilient import ResilientClient, TellingClient, WaitingElsewhere
from contract.trials import promises_of

from pytest_twilio_users.suites.client import ResilienceSuite
from pytest_twilio_users.suites.promises import RESILIENCE_PROMISES

BROKEN = {
    client: promise for client, promise in BROKEN_PROMISES.items() if promise in RESILIENCE_PROMISES
}
ONE_SERVICE = ("-k", "default")


@pytest.fixture
def examine(examine_client):
    """Puts a client to the whole suite, about one service; the other is asked alike."""

    def examine(client, promise=None, *options):
        return examine_client(client, promise, *ONE_SERVICE, *options, suite="ResilienceSuite")

    return examine


@pytest.mark.parametrize(
    "client", [ResilientClient, TellingClient, WaitingElsewhere], ids=lambda each: each.__name__
)
def test_a_good_client_breaks_nothing(examine, client, monkeypatch) -> None:
    """Whether it tries again, or tells what it did not; wherever it sleeps. Nobody does so."""
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    trial = examine(client)
    assert (trial.ended, trial.broken) == (pytest.ExitCode.OK, set())
    assert sum(slept) == 0


def test_a_client_that_speaks_properly_may_still_have_bad_days(examine) -> None:
    """The client suite finds nothing in it; of a page with status 200, it loses the status."""
    assert examine(GoodClient).broken == {"broken_bodies_are_told"}


def test_each_promise_is_tested() -> None:
    """The suite proves its table of promises, all of it."""
    tests = (getattr(ResilienceSuite, name) for name in dir(ResilienceSuite))
    assert {name for test in tests for name in promises_of(test)} == {*RESILIENCE_PROMISES}


def test_each_promise_is_broken_by_a_client() -> None:
    """No promise is there that nobody has seen broken."""
    assert set(BROKEN.values()) == {*RESILIENCE_PROMISES}


CREATE = "create_user: POST /v1/Users (Identity='ada')"
LIMITED = "429 20429 Too Many Requests, by faults.refused(name='too_many_requests')"
PAGE_2 = (
    "list_user: GET /v1/Users (PageSize='2', Page='1', PageToken='PTA000000000002d98f6972dec2')"
)
ELSEWHERE = (
    "If it sleeps by another function than time.sleep, asyncio.sleep, anyio.sleep:"
    " Retries(sleeps=…)"
)
NOT_FOUND = (
    "404 20404 The requested resource /Users was not found, by faults.refused(name='not_found')"
)
FAILURES = {
    retrying.CreatesAgainBlindly: (
        "AssertionError: The client sent the create again, without looking for the user"
        " first:\n"
        f"1. {CREATE} -> no response (RemoteProtocolError), by faults.answer_lost()\n"
        f"2. {CREATE} -> 409 50201 User already exists"
    ),
    retrying.ClaimsTooMuch: (
        f"AssertionError: 1. {CREATE} -> {LIMITED}\n"
        "The client raised TwilioError(429, 20429), but claims to try again"
    ),
    retrying.LosesTheLimit: (
        f"AssertionError: 1. delete_user: DELETE /v1/Users/ada -> {LIMITED}\n"
        "The client raised RuntimeError('slow down')\n"
        "Its status is None, expected 429"
    ),
    retrying.KnowsBetter: (
        f"AssertionError: 1. {CREATE} -> {LIMITED[:-1]}, retry_after=7)\n"
        f"2. {CREATE} -> 201\n"
        f"The client waited 1 s before the next request, expected 7. {ELSEWHERE}"
    ),
    retrying.Hammers: (
        f"AssertionError: 1. {CREATE} -> {LIMITED}\n"
        f"2. {CREATE} -> {LIMITED}\n"
        f"3. {CREATE} -> 201\n"
        f"The client sent the request again at once. {ELSEWHERE}"
    ),
    retrying.NeverGivesUp: (
        "Failed: The client keeps sending the request:\n(15 earlier exchanges not shown)\n"
        + "\n".join(f"{number}. {CREATE} -> {LIMITED}" for number in range(16, 21))
    ),
    retrying.ReadsOnce: (
        "AssertionError: 1. fetch_user: GET /v1/Users/ada -> 503 20503 Service Unavailable, by"
        " faults.refused(name='unavailable')\n"
        "The client raised TwilioError(503, 20503), but claims to try again"
    ),
    retrying.HopesForTheUser: (
        "AssertionError: The client sent the request again:\n"
        f"1. {CREATE} -> {NOT_FOUND}\n"
        f"2. {CREATE} -> {NOT_FOUND}\n"
        f"3. {CREATE} -> {NOT_FOUND}"
    ),
    retrying.WaitsForEver: (
        f"AssertionError: 1. {CREATE} -> 201, by faults.slow(seconds=3600)\n"
        "The client waited for an hour: it has no timeout"
    ),
    retrying.TakesATimeoutForNobody: (
        "Failed: "
        + "\n".join(
            f"{number}. fetch_user: GET /v1/Users/ada -> no response (ReadTimeout),"
            " by faults.slow(seconds=3600)"
            for number in (1, 2, 3)
        )
        + (
            "\n"
            "The adapter's fetch_user returned None. Return an object with Twilio's field names"
            " as attributes, or a mapping with them as keys. It needs at least sid and"
            " identity."
        )
    ),
    retrying.GivesWhatItHas: (
        "AssertionError: 1. list_user: GET /v1/Users (PageSize='50') -> 200\n"
        + "\n".join(
            f"{number}. {PAGE_2} -> no response (ConnectError), by faults.connect_error()"
            for number in (2, 3, 4)
        )
        + "\nThe client raised no error and returned ['ada', 'bo']"
    ),
    retrying.LosesTheStatus: (
        "AssertionError: 1. fetch_user: GET /v1/Users/ada -> 200, by"
        " faults.html_body(status=200)\n"
        "The client raised JSONDecodeError('Expecting value: line 1 column 1 (char 0)')\n"
        "Its status is None, expected 200"
    ),
}
"""What the author reads first: the requests, what went wrong with each, what the client did."""


@pytest.mark.parametrize("client", BROKEN, ids=lambda client: client.__name__)
def test_a_broken_client_is_found_by_its_promise_alone(examine, client) -> None:
    """Of the whole suite, no test of another promise fails; its first failure tells why."""
    trial = examine(client)
    assert trial.broken == {BROKEN[client]}
    assert trial.failure == FAILURES.get(client, trial.failure)
