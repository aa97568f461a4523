"""Answers are held against the contract, whatever a test asks about."""

import json

import pytest
from data.published import USER

from pytest_twilio_users.suites.broken_answers import BrokenAnswer, broken_answers
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request, Response


def answered(operation: str | None, status: int, body: object) -> Exchange:
    """An exchange whose answer is JSON."""
    request = Request(method="GET", origin="https://twilio.com", target="/v1/Users")
    headers = (("content-type", "application/json"),)
    response = Response(status=status, headers=headers, body=json.dumps(body).encode())
    return Exchange(operation=operation, request=request, response=response)


def test_what_is_wrong_with_any_answer_is_found() -> None:
    """A user of a list is a user, wherever it stands; what may be new is not wrong."""
    user = {**USER, "links": "none", "new": 1}
    exchange = answered("list_user", 206, {"meta": {}, "users": [USER, user]})
    found = [broken for broken, each in broken_answers([exchange]) if each is exchange]
    assert [str(broken) for broken in found][:2] == [
        "status: found 206; answers 200",
        "/meta/page: found nothing; every field is answered, null if it has no value",
    ]
    assert str(found[-1]) == '/links: found "none"; allowed: an object'
    assert BrokenAnswer.from_property(found[-1].to_property()) == found[-1]


@pytest.mark.parametrize(
    "exchange",
    [
        answered(None, 404, []),
        Exchange(operation="list_user", request=answered(None, 1, 1).request, response=None),
        answered("fetch_user", 200, USER),
    ],
    ids=["no operation", "no answer", "right"],
)
def test_what_is_not_an_operations_answer_breaks_nothing(exchange) -> None:
    """Nor does what is right."""
    assert list(broken_answers([exchange])) == []


def test_what_follows_an_unanswered_request_is_looked_at_too() -> None:
    """And what the contract only notes is nothing broken."""
    lost = Exchange(operation="list_user", request=answered(None, 1, 1).request, response=None)
    noted = answered("fetch_user", 200, {**USER, "new": 1})
    wrong = answered("fetch_user", 200, {**USER, "links": 1})
    found = [(str(broken), each) for broken, each in broken_answers([lost, noted, wrong])]
    assert found == [("/links: found 1; allowed: an object", wrong)]


def broken(place: str, found: str = "1") -> BrokenAnswer:
    """A broken answer of a place."""
    return BrokenAnswer(operation="list_service_user", place=place, found=found, allowed="x")


@pytest.mark.parametrize(
    ("answer", "promise"),
    [
        (broken("status"), "list_answers_200"),
        (broken("/date_created"), "dates_form"),
        (broken("/date_updated"), "dates_form"),
        (broken("/sid"), "sid_form"),
        (broken("header.Content-Type"), "json_content_type"),
        (broken("/code"), "refusal_body"),
        (broken("/more_info"), "refusal_body"),
        (broken("/status"), "refusal_body"),
        (broken("/meta/page", found="nothing"), "all_fields"),
        (broken("/meta/page"), ""),
    ],
)
def test_a_place_may_be_a_promises_own(answer, promise) -> None:
    """So that what the promise says is not told twice."""
    assert answer.promise == promise
