"""Messages: paths, headers, parameters, answers, links."""

import json
import re
from typing import Any

import httpx
import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.suites.contract_tests.suite_fixtures import UsersOf, alone, raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@raw
@promise("path_case")
def test_paths_are_case_sensitive(users: UsersUnderTest) -> None:
    """/users is no /Users."""
    path = users.path.replace("/Users", "/users")
    users.refuse(refusals.NOT_FOUND, users.send, "GET", url=f"{users.client.origin}{path}")


@alone
@raw
@promise("trailing_slash")
def test_a_trailing_slash_is_accepted(users: UsersUnderTest) -> None:
    """List, create and fetch answer as without it."""
    created = users.send("POST", "/", data={"Identity": users.identity()})
    assert created.is_success
    fetched = users.send("GET", f"/{created.json()['sid']}/")
    assert fetched.json()["sid"] == created.json()["sid"]
    assert users.send("GET", "/").json() == users.send("GET").json()


@raw
@promise("method_not_allowed")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_other_methods_are_refused(users: UsersUnderTest, method: str) -> None:
    """The refusal names path and method."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send, method, "/ada")


@pytest.mark.twilio_users(strict=False, modes=("stub",))  # nobody wants to find out live
@promise("method_not_allowed")
def test_a_list_is_not_deleted(users: UsersUnderTest) -> None:
    """DELETE is for one user."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send, "DELETE")


@pytest.mark.twilio_users(strict=False, modes=("stub",))  # live sends no method of browsers
@promise("preflight")
@pytest.mark.parametrize("path", ["", "/ada"])
def test_options_are_told_to_anybody(users: UsersUnderTest, path: str) -> None:
    """A browser asks without credentials; the header names the methods of all operations."""
    answer = users.send("OPTIONS", path, credentials=("", ""))
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"GET", "POST", "DELETE"} <= {
        method.strip() for method in answer.headers["access-control-allow-methods"].split(",")
    }


@promise("webhook_header")
@pytest.mark.parametrize("enabled", ["true", "false"])
def test_the_webhook_header_is_taken(users: UsersUnderTest, enabled: str) -> None:
    """Create, update and delete do their work with either value of the header."""
    user = users.create(users.identity(), x_twilio_webhook_enabled=enabled)
    updated = users.update(user.sid, friendly_name="Ada", x_twilio_webhook_enabled=enabled)
    assert updated.friendly_name == "Ada"
    users.delete(user.sid, x_twilio_webhook_enabled=enabled)
    users.refuse(refusals.NOT_FOUND, users.fetch, user.sid)


@raw
@promise("webhook_enabled_malformed")
@pytest.mark.parametrize("value", ["True", "yes", "1", ""])
def test_the_webhook_header_is_true_or_false(users: UsersUnderTest, value: str) -> None:
    """Anything else is refused, and nothing is done."""
    header = {"x_twilio_webhook_enabled": value}
    user = users.create(users.identity())
    malformed = refusals.WEBHOOK_ENABLED_MALFORMED
    users.refuse(malformed, users.create, users.identity("grace"), **header)
    users.refuse(malformed, users.update, user.sid, friendly_name="Eve", **header)
    users.refuse(malformed, users.delete, user.sid, **header)
    assert users.own(users.walk(page_size=50)) == [user]


@raw
@promise("unknown_ignored")
def test_unknown_parameters_are_ignored(users: UsersUnderTest) -> None:
    """In the form and in the query; an update has no Identity to change."""
    created = users.send("POST", data={"Identity": users.identity(), "Colour": "blue"})
    assert created.is_success
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


@promise("url_follows_path")
def test_url_and_links_follow_the_path_that_was_used(users: UsersUnderTest) -> None:
    """The short path gives short links, the service's path gives links of the service."""
    user = users.create(users.identity())
    url = f"{users.client.origin}{users.path}/{user.sid}"
    for answered in (user, users.fetch(user.sid), users.fetch(user.identity)):
        assert answered.url == url
        assert answered.links == {"user_conversations": f"{url}/Conversations"}


@promise("url_follows_path", "default_service")
def test_one_user_has_a_url_for_each_path(twilio_users: Any, users_of: UsersOf) -> None:
    """A user of the default service is shown as it was asked for, not as it was created."""
    short, long = users_of(None), users_of(twilio_users.default_service_sid)
    ada, grace = short.create(short.identity("ada")), long.create(long.identity("grace"))
    for users, user in ((short, grace), (long, ada)):
        url = f"{users.client.origin}{users.path}/{user.sid}"
        assert users.fetch(user.sid).url == url
        assert url in [listed.url for listed in users.walk(page_size=50)]


@promise("url_follows_origin")
def test_url_and_links_name_the_host_that_was_asked(users: UsersUnderTest) -> None:
    """Asked by way of an edge, a user and a page link to that edge."""
    origin = users.client.origin.replace("//conversations.", "//conversations.ashburn.us1.")
    asked = f"{origin}{users.path}"
    user = users.send("POST", url=asked, data={"Identity": users.identity()}).json()
    assert user["url"] == f"{asked}/{user['sid']}"
    assert user["links"] == {"user_conversations": f"{asked}/{user['sid']}/Conversations"}
    page = users.send("GET", url=asked).json()
    assert page["meta"]["url"].startswith(f"{asked}?")
    assert page["meta"]["first_page_url"].startswith(f"{asked}?")
    assert all(listed["url"].startswith(f"{asked}/") for listed in page["users"])
