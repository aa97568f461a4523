"""What a test's error says of the promises that it asks about."""

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import LiveRefused, UnrecordedRequest
from pytest_twilio_users.suites.outcomes import Kind, answers, judge
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request, Response

SAID = "create_user: POST /v1/Users"


def answered(status: int, *, operation: str | None = "create_user", body: bytes = b"") -> Exchange:
    """An exchange that was answered with a status."""
    request = Request(method="POST", origin="https://twilio.com", target="/v1/Users")
    response = Response(status=status, headers=(("content-type", "application/json"),), body=body)
    return Exchange(operation=operation, request=request, response=response)


UNANSWERED = Exchange(
    operation="create_user", request=answered(201).request, response=None, error="Lost"
)
REFUSED = TwilioApiError("create_user", httpx.Response(403))
MISSING = KeyError("sid")


@pytest.mark.parametrize(
    ("error", "last", "told"),
    [
        (AssertionError("200 instead of 201"), answered(200), "200 instead of 201"),
        (
            AssertionError("assert 1 == 2\n + where 1 = f()"),
            answered(201),
            "1 == 2 + where 1 = f()",
        ),
        (
            AssertionError("404 instead of 401\nassert 404 == 401\n + where 401 = f()"),
            answered(404),
            "404 instead of 401",
        ),
        (AssertionError("499 instead of 201"), answered(499), "499 instead of 201"),
        (AssertionError(), answered(201), "AssertionError: "),
        (AssertionError("x" * 400), answered(201), f"{'x' * 299}…"),
        (MISSING, answered(201, body=b'{"code": 1}'), "KeyError: 'sid'"),
        (MISSING, answered(400, operation=None), "KeyError: 'sid'"),
    ],
)
def test_an_answer_that_is_otherwise_contradicts(error, last, told) -> None:
    """It is told with the exchange that showed it, in one line."""
    assert judge(error, last) == (Kind.CONTRADICTED, f"{told}, after {last}")


@pytest.mark.parametrize(
    "error", [TwilioApiError("create_user", httpx.Response(201)), MISSING], ids=["client", "test"]
)
def test_an_answer_that_can_not_be_read_says_why(error) -> None:
    """It is the operation's, whatever the test looked for in it."""
    told = "body: found b'<html>'; the body is JSON"
    assert judge(error, answered(201, body=b"<html>")) == (Kind.REFUSED, f"{SAID} -> 201, {told}")


@pytest.mark.parametrize("error", [REFUSED, MISSING], ids=["by the client", "by the test"])
def test_an_operation_that_answers_otherwise_is_told_by_its_name(error) -> None:
    """Whether that contradicts what the test asks about, other tests tell."""
    assert judge(error, answered(403)) == (Kind.REFUSED, f"{SAID} -> 403")


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (answered(400), f"{SAID} -> 400"),
        (answered(399), f"{SAID} -> 399, 399 instead of 201"),
        (answered(403, operation=None), str(answered(403, operation=None))),
        (answered(302, operation=None), str(answered(302, operation=None))),
    ],
    ids=["refusal", "no refusal", "refusal of no operation", "neither of an operation"],
)
def test_an_error_of_the_client_says_that_it_was_not_answered_as_promised(last, told) -> None:
    """A refusal speaks for itself; of another status it is told which was promised."""
    assert judge(REFUSED, last) == (Kind.REFUSED, told)


@pytest.mark.parametrize(
    ("error", "last", "told"),
    [
        (LiveRefused("create_user: not sent."), answered(201), "create_user: not sent."),
        (UnrecordedRequest("Not recorded."), answered(201), "Not recorded."),
        (ConnectionError("no server"), answered(201), "ConnectionError: no server"),
        (AssertionError("nothing"), None, "nothing"),
        (AssertionError("nothing"), UNANSWERED, "nothing"),
        (AssertionError("503 instead of 201"), answered(503), f"{SAID} -> 503"),
        (AssertionError("500 instead of 201"), answered(500), f"{SAID} -> 500"),
        (UnrecordedRequest("Not recorded.\nto paste"), answered(201), "Not recorded."),
        (REFUSED, answered(429), f"{SAID} -> 429"),
    ],
)
def test_where_nothing_was_answered_nothing_was_reached(error, last, told) -> None:
    """The kit sent nothing, nobody answered, the server failed, or the test did."""
    assert judge(error, last) == (Kind.NOT_REACHED, told)


def test_an_operation_has_a_promise_of_its_own() -> None:
    """Of the same name in both services."""
    assert answers("delete_user") == answers("delete_service_user") == "delete_answers_204"
