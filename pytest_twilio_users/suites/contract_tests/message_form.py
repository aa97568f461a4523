"""Messages: paths, headers, parameters, answers, links."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.suites.contract_tests.suite_fixtures import UsersOf, alone, raw
from pytest_twilio_users.suites.contract_tests.users_under_test import (
    UsersUnderTest,
    lasting,
    path_of,
)
from pytest_twilio_users.suites.promises import promise


@raw
@promise("path_case")
def test_paths_are_case_sensitive(users: UsersUnderTest) -> None:
    """/users is no /Users."""
    path = users.path.replace("/Users", "/users")
    users.reject(users.send, "GET", url=f"{users.client.origin}{path}")


@alone
@raw
@promise("trailing_slash")
def test_a_trailing_slash_is_accepted(users: UsersUnderTest) -> None:
    """List, create and fetch answer as without it; others may come to the list meanwhile."""
    created = users.send("POST", "/", data={"Identity": users.identity()})
    assert created.is_success
    fetched = users.send("GET", f"/{created.json()['sid']}/")
    assert fetched.json()["sid"] == created.json()["sid"]
    with_slash, without = (users.send("GET", path) for path in ("/", ""))
    assert with_slash.status_code == without.status_code
    assert with_slash.json().keys() == without.json().keys()


@raw
@promise("method_not_allowed")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_other_methods_are_refused(users: UsersUnderTest, method: str) -> None:
    """The refusal names path and method, of a user that is there."""
    user = users.create(users.identity())
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send, method, f"/{user.sid}")


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
    users.reject(users.fetch, user.sid)


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
    assert [lasting(own) for own in users.own(users.walk(page_size=50))] == [lasting(user)]


@raw
@promise("unknown_ignored")
def test_unknown_parameters_are_ignored(users: UsersUnderTest) -> None:
    """In a form; an update has no Identity to change."""
    created = users.send("POST", data={"Identity": users.identity(), "Colour": "blue"})
    assert created.is_success
    assert "blue" not in created.text
    form = {"Identity": users.identity("eve"), "FriendlyName": "Ada"}
    updated = users.send("POST", f"/{users.identity()}", data=form).json()
    assert (updated["identity"], updated["friendly_name"]) == (users.identity(), "Ada")


@raw
@promise("unknown_query_ignored")
def test_unknown_parameters_of_a_query_are_ignored(users: UsersUnderTest) -> None:
    """A list is answered all the same."""
    assert users.send("GET", params={"Colour": "blue"}).is_success


@raw
@promise("last_parameter_wins")
def test_the_last_of_repeated_parameters_counts(users: UsersUnderTest) -> None:
    """A parameter that is sent twice has its last value."""
    response = users.send(
        "POST", data={"Identity": users.identity(), "FriendlyName": ["Ada", "Countess"]}
    )
    assert response.json()["friendly_name"] == "Countess"


REFUSAL_KEYS = ["code", "message", "more_info", "status"]


@pytest.fixture
def refusal(users: UsersUnderTest) -> httpx.Response:
    """The refusal of a fetch of nobody."""
    return users.reject(users.fetch, users.identity("nobody"))


@promise("refusal_body")
def test_a_refusal_has_its_four_keys_in_order(refusal: httpx.Response) -> None:
    """code, message, more_info, status: each says what it is for."""
    body = refusal.json()
    assert [key for key in body if key in REFUSAL_KEYS] == REFUSAL_KEYS
    assert body["more_info"] == MORE_INFO.format(code=body["code"])
    assert body["status"] == refusal.status_code


@promise("refusal_spacing")
def test_a_refusal_is_spaced_as_python_does(refusal: httpx.Response) -> None:
    """A space follows each comma and colon, whatever becomes of other letters than ASCII."""
    body = refusal.json()
    assert refusal.text in (json.dumps(body), json.dumps(body, ensure_ascii=False))


@promise("refusal_alone")
def test_a_refusal_has_no_other_keys(refusal: httpx.Response) -> None:
    """Not even a detail."""
    assert set(refusal.json()) <= set(REFUSAL_KEYS)


@promise("path_in_refusal")
def test_a_refusal_shows_the_path_as_it_was_sent(users: UsersUnderTest) -> None:
    """What was encoded stays so."""
    refused = users.reject(users.fetch, users.identity("a/b"))
    assert path_of(refused).removeprefix("/v1") in refused.json()["message"]


@pytest.fixture
def answers(users: UsersUnderTest) -> list[httpx.Response]:
    """All that a user comes to, from its create to its delete, which has no body.

    No other test says what it says: a list may show others' users, made by another worker.
    """
    path = f"/{users.identity()}"
    return [
        users.send("POST", data={"Identity": users.identity()}),
        *(users.send("GET", path) for path in ("", "", path, path, f"{path}-nobody")),
        users.send("POST", path, data={"FriendlyName": users.identity()}),
        users.send("DELETE", path),
    ]


@promise("json_content_type")
def test_answers_are_json_in_utf_8(answers: list[httpx.Response]) -> None:
    """Users, pages and refusals alike, however HTTP lets that be written."""
    for answer in answers[:-1]:
        written = answer.headers["content-type"].replace(" ", "").lower()
        assert written == "application/json;charset=utf-8"


@promise("no_type_without_body")
def test_the_answer_to_a_delete_has_no_type(answers: list[httpx.Response]) -> None:
    """There is nothing that could be of one."""
    assert "content-type" not in answers[-1].headers


@raw
@promise("type_without_body")
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/json"])
def test_a_get_may_have_a_content_type(users: UsersUnderTest, content_type: str) -> None:
    """Fetch and list answer, although there is no body of the type."""
    user = users.create(users.identity())
    for path in ("", f"/{user.sid}"):
        assert users.send("GET", path, headers={"Content-Type": content_type}).is_success


@promise("request_id")
def test_each_answer_has_a_request_id(answers: list[httpx.Response]) -> None:
    """RQ and 32 hex digits, with or without a body, refused or not."""
    for answer in answers:
        assert SidKind.REQUEST.matches(answer.headers["twilio-request-id"])


@promise("request_ids_differ")
def test_no_two_answers_have_one_request_id(answers: list[httpx.Response]) -> None:
    """Not even those to the same question."""
    assert len({answer.headers["twilio-request-id"] for answer in answers}) == len(answers)


@promise("no_retry_after")
def test_no_answer_says_when_to_come_again(answers: list[httpx.Response]) -> None:
    """No Retry-After and no rate headers, refused or not."""
    names = " ".join(name for answer in answers for name in answer.headers)
    assert not re.search("retry-after|rate-?limit", names)


@promise("url_follows_path")
def test_url_and_links_follow_the_path_that_was_used(users: UsersUnderTest) -> None:
    """The short path gives short links, the service's path gives links of the service."""
    user = users.create(users.identity())
    path = f"{users.path}/{user.sid}"
    updated = users.update(user.sid, friendly_name="Ada")
    for answered in (user, updated, users.fetch(user.sid), users.fetch(user.identity)):
        assert urlsplit(answered.url).path == path
        assert urlsplit(answered.links["user_conversations"]).path == f"{path}/Conversations"


@promise("url_follows_path")
def test_one_user_has_a_url_for_each_path(twilio_users: Any, users_of: UsersOf) -> None:
    """A user of the default service is shown as it was asked for, not as it was created."""
    short, long = users_of(None), users_of(twilio_users.default_service_sid)
    ada, grace = short.create(short.identity("ada")), long.create(long.identity("grace"))
    for users, user in ((short, grace), (long, ada)):
        path = f"{users.path}/{user.sid}"
        assert urlsplit(users.fetch(user.sid).url).path == path
        assert path in [urlsplit(listed.url).path for listed in users.walk(page_size=50)]


@promise("url_follows_origin")
def test_url_and_links_name_the_host_that_was_asked(users: UsersUnderTest) -> None:
    """Asked by way of an edge, a user and a page link to that edge."""
    origin = users.client.origin.replace("//conversations.", "//conversations.ashburn.us1.")
    asked = f"{origin}{users.path}"
    user = users.send("POST", url=asked, data={"Identity": users.identity()}).json()
    assert user["url"] == f"{asked}/{user['sid']}"
    assert user["links"]["user_conversations"] == f"{user['url']}/Conversations"
    page = users.send("GET", url=asked).json()
    assert page["meta"]["url"].startswith(f"{asked}?")
    assert page["meta"]["first_page_url"].startswith(f"{asked}?")
    urls = [listed["url"] for listed in page["users"]]
    assert all(url.startswith(f"{asked}/") for url in filter(None, urls))
