"""The form of messages: how parameters are read, what each answer has."""

import json
import re

import httpx
import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.suites.contract_tests.marks import raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@raw
@promise("unknown_ignored")
def test_unknown_parameters_are_ignored(users: UsersUnderTest) -> None:
    """In the form and in the query; an update has no Identity to change."""
    created = users.send("POST", data={"Identity": users.identity(), "Colour": "blue"})
    assert created.status_code == 201
    assert "blue" not in created.text
    form = {"Identity": users.identity("eve"), "FriendlyName": "Ada"}
    updated = users.send("POST", f"/{users.identity()}", data=form).json()
    assert (updated["identity"], updated["friendly_name"]) == (users.identity(), "Ada")
    assert users.send("GET", params={"Colour": "blue"}).status_code == 200


@raw
@promise("last_parameter_wins")
def test_the_last_of_repeated_parameters_counts(users: UsersUnderTest) -> None:
    """A parameter that is sent twice has its last value."""
    response = users.send(
        "POST", data={"Identity": users.identity(), "FriendlyName": ["Ada", "Countess"]}
    )
    assert response.json()["friendly_name"] == "Countess"


@promise("refusal_body")
def test_a_refusal_has_its_four_keys_in_order(users: UsersUnderTest) -> None:
    """code, message, more_info, status, and nothing besides; spaced as Python does."""
    response = users.refuse(refusals.NOT_FOUND, users.fetch, users.identity("nobody"))
    assert list(response.json()) == ["code", "message", "more_info", "status"]
    assert response.text == json.dumps(response.json())


@pytest.fixture
def answers(users: UsersUnderTest) -> list[httpx.Response]:
    """A user, a refusal, and the answer to a delete."""
    created = users.send("POST", data={"Identity": users.identity()})
    path = f"/{users.identity()}"
    return [created, users.send("PATCH", path), users.send("DELETE", path)]


@raw
@promise("json_content_type")
def test_answers_are_json_in_utf_8(answers: list[httpx.Response]) -> None:
    """Users and refusals alike; where there is no body there is no type."""
    assert [answer.headers.get("content-type") for answer in answers] == [
        "application/json; charset=utf-8",
        "application/json; charset=utf-8",
        None,
    ]


@raw
@promise("request_id")
def test_each_answer_has_a_request_id_of_its_own(answers: list[httpx.Response]) -> None:
    """RQ and 32 hex digits, with or without a body, refused or not."""
    request_ids = [answer.headers["twilio-request-id"] for answer in answers]
    assert all(SidKind.REQUEST.matches(request_id) for request_id in request_ids)
    assert len(set(request_ids)) == len(answers)


@raw
@promise("no_retry_after")
def test_no_answer_says_when_to_come_again(answers: list[httpx.Response]) -> None:
    """No Retry-After and no rate headers, refused or not."""
    names = " ".join(name for answer in answers for name in answer.headers)
    assert not re.search("retry-after|rate-?limit", names)
