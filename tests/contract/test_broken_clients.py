"""The client suite tells a broken client from a good one, and names the broken promise."""

import pytest
from contract.broken_clients import BROKEN_CLIENTS, BROKEN_PROMISES, listing, reading, sending
from contract.broken_clients.good import AsciiClient, GoodClient
from contract.trials import promises_of

from pytest_twilio_users.suites.client import ClientSuite
from pytest_twilio_users.suites.promises import CLIENT_PROMISES

MOST_REQUESTS = 5
"""Of a failure that is easily read."""

ONE_SERVICE = ("-k", "default")


OF_THE_SUITE = {
    name: BROKEN_PROMISES[client]
    for name, client in BROKEN_CLIENTS.items()
    if BROKEN_PROMISES[client] in CLIENT_PROMISES
}


@pytest.mark.parametrize(
    "module", sorted({BROKEN_CLIENTS[name].__module__ for name in OF_THE_SUITE})
)
def test_a_broken_client_is_caught_by_name(examine_broken_clients, module) -> None:
    """A test of the promise that a client breaks fails, with few requests to read."""
    promises = {
        name: promise
        for name, promise in OF_THE_SUITE.items()
        if BROKEN_CLIENTS[name].__module__ == module
    }
    trials = examine_broken_clients(promises)
    assert {name: trial.broken for name, trial in trials.items()} == {
        name: {promise} for name, promise in promises.items()
    }
    many = {name for name, trial in trials.items() if trial.requests > MOST_REQUESTS}
    assert [n for n in many if "The pages do not end" not in trials[n].failure] == []


def test_one_mistake_breaks_one_promise(examine_client) -> None:
    """The whole suite finds nothing else in a client with one small mistake."""
    trial = examine_client(sending.LosesTheHeaderOnDelete, None, *ONE_SERVICE)
    assert trial.broken == {"webhook_header_is_sent"}


def test_a_good_client_breaks_nothing(examine_client) -> None:
    """What is said of the broken clients is not said of every client."""
    trial = examine_client(GoodClient, None, *ONE_SERVICE)
    assert (trial.ended, trial.broken) == (pytest.ExitCode.OK, set())


def test_escaped_attributes_are_good(examine_client) -> None:
    """JSON says the same in ASCII."""
    trial = examine_client(AsciiClient, "attributes_are_one_object")
    assert (trial.ended, trial.broken) == (pytest.ExitCode.OK, set())


def test_each_promise_is_tested() -> None:
    """The suite proves its table of promises, all of it."""
    tests = (getattr(ClientSuite, name) for name in dir(ClientSuite))
    assert {name for test in tests for name in promises_of(test)} == {*CLIENT_PROMISES}


def test_each_promise_is_broken_by_a_client() -> None:
    """No promise is there that nobody has seen broken."""
    assert set(BROKEN_PROMISES.values()) >= {*CLIENT_PROMISES}


FAILURES = {
    sending.LosesTheHeaderOnDelete: (
        "AssertionError: delete_user: DELETE /v1/Users/ada -> 404 20404 The requested resource"
        " /Users/ada was not found\n"
        "The client sent X-Twilio-Webhook-Enabled as nothing, expected ['true']"
    ),
    sending.LeavesSlashes: (
        "AssertionError: fetch_user: GET /v1/Users// -> 404 20404 The requested resource"
        " /Users// was not found\n"
        "The client asked for '', expected '/'"
    ),
    sending.LeavesDots: (
        "AssertionError: list_user: GET /v1/Users -> 200\n"
        "The client should have sent fetch_user('.')"
    ),
    sending.WritesJsonTwice: (
        "AssertionError: create_user: POST /v1/Users (Identity='ada', Attributes='\"{}\"') ->"
        " 400 50304 Attributes not valid JSON\n"
        "The caller gave {}"
    ),
    listing.ReadsTheFirstPage: (
        "AssertionError: 1. list_user: GET /v1/Users (PageSize='50') -> 200\n"
        "The client listed ['user-1', 'user-2'], expected ['user-1', 'user-2', 'user-3']"
    ),
    reading.NeedsACode: (
        "AssertionError: create_user: POST /v1/Users (Identity='ada') -> 409\n"
        "The client raised KeyError('code')\n"
        "It shows Refused(status=None, code=None), expected Refused(status=409, code=None)"
    ),
    reading.TakesNotFoundForNone: (
        "Failed: fetch_user: GET /v1/Users/ada -> 404 20404 The requested resource /Users/ada"
        " was not found\n"
        "The client raised no error. The adapter's fetch_user returned None. Return an object"
        " with Twilio's field names as attributes, or a mapping with them as keys. It needs at"
        " least sid and identity."
    ),
}
"""What the author reads first."""


def test_a_failure_tells_what_was_sent_and_what_was_meant(examine_broken_clients) -> None:
    """Above Hypothesis's example stand the request, what it says, and what it was to say."""
    promises = {client.__name__: BROKEN_PROMISES[client] for client in FAILURES}
    trials = examine_broken_clients(promises, *ONE_SERVICE)
    assert {name: trial.failure for name, trial in trials.items()} == {
        client.__name__: failure for client, failure in FAILURES.items()
    }
