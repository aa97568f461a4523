"""wire/evident.py: which refusal or which behaviours of Twilio show in an answer."""

import pytest

from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.wire.codec import encode_json, refusal_body
from pytest_twilio_users.wire.evident import behaviours_in, read_answer, refusal_in
from pytest_twilio_users.wire.messages import Response

SERVICE = "/v1/Services/IS" + "e" * 32 + "/Users"
WHOLE = {"Identity": "ada", "FriendlyName": "Ada", "Attributes": "{ }", "RoleSid": "RL" + "1" * 32}
JSON = (("content-type", "application/json"),)
DEFAULTS = ["role_filled_in", "friendly_name_null", "attributes_default", "dates_equal"]


@pytest.fixture
def shown(account, compose, stub):
    """The names of what shows in the stub's answer to a request, once ada is there."""

    def shown(*parts, **more):
        stub.handle(compose("POST", "/v1/Users", form={"Identity": "ada"}))
        request = compose(*parts, **more)
        answer = read_answer(request, stub.handle(request))
        return [behaviour.name for behaviour in behaviours_in(answer)]

    return shown


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (("POST", SERVICE, {"Identity": "ada"}), DEFAULTS),
        (("POST", SERVICE, WHOLE), ["dates_equal"]),
        (
            ("POST", SERVICE, WHOLE | {"friendly_name": "Ada"}),
            ["dates_equal", "unknown_ignored"],
        ),
        (("GET", "/v1/Users/ada"), ["reachability_off", "sid_or_identity"]),
        (
            ("GET", "/v1/Users/ada/?a=b"),
            ["reachability_off", "sid_or_identity", "trailing_slash", "unknown_query_ignored"],
        ),
        (
            ("GET", "/v1/Users/a%2Fda+"),
            ["identity_case", "services_are_apart", "encoded_slash", "plus_in_path"],
        ),
        (("GET", f"/v1/Users/US{'0' * 32}"), ["services_are_apart"]),
        (("GET", f"/v1/Services/IS{'x' * 32}/Users"), []),
        (
            ("POST", "/v1/Users/ada", {"FriendlyName": ""}),
            ["update_empty_name", "update_keeps_the_rest", "sid_or_identity"],
        ),
        (("POST", "/v1/Users/ada", WHOLE), ["sid_or_identity", "unknown_ignored"]),
        (("POST", "/v1/Users/ada", {}), ["update_nothing", "sid_or_identity"]),
        (("DELETE", "/v1/Users/ada"), ["sid_or_identity"]),
        (
            ("DELETE", "/v1/Users/Ada"),
            ["identity_case", "services_are_apart", "second_delete"],
        ),
        (("GET", "/v1/Users"), ["default_page_size", "reachability_not_listed"]),
        (
            ("GET", "/v1/Users?PageSize=1"),
            ["last_page_full", "reachability_not_listed"],
        ),
        (
            ("GET", "/v1/Users?PageSize=1001&Page=7"),
            ["max_page_size", "page_echoed", "reachability_not_listed"],
        ),
        (
            ("GET", f"{SERVICE}?PageSize=2&PageSize=3"),
            ["last_parameter_wins"],
        ),
    ],
)
def test_what_shows_in_an_answer(shown, asked, names):
    """Each behaviour that request and response tell by themselves, and no other."""
    method, target, *form = asked
    assert shown(method, target, form=form[0] if form else None) == names


def test_what_shows_in_a_list_of_more(shown, account, compose, stub):
    """Its order."""
    stub.handle(compose("POST", "/v1/Users", form={"Identity": "grace"}))
    names = ["default_page_size", "list_order", "reachability_not_listed"]
    assert shown("GET", "/v1/Users") == names


def test_what_shows_where_json_was_sent(shown):
    """Why the identity is missing that is there."""
    assert shown("POST", "/v1/Users", headers=JSON, body=b"{}") == ["json_body_unread"]


def test_what_shows_at_another_host(shown):
    """The links name it, in a user as in a page."""
    origin = "https://conversations.ie1.twilio.com"
    names = ["reachability_off", "sid_or_identity", "url_follows_origin"]
    assert shown("GET", "/v1/Users/ada", origin=origin) == names
    names = ["default_page_size", "reachability_not_listed", "url_follows_origin"]
    assert shown("GET", "/v1/Users", origin=origin) == names


def test_what_shows_where_a_webhook_is_wanted(shown):
    """The header counts."""
    headers = (("x-twilio-webhook-enabled", "true"),)
    names = ["sid_or_identity", "webhook_header"]
    assert shown("DELETE", "/v1/Users/ada", headers=headers) == names


@pytest.mark.parametrize(
    ("headers", "names"), [((), ["no_retry_after"]), ((("retry-after", "1"),), [])]
)
def test_what_shows_in_too_many_requests(compose, headers, names):
    """That Twilio does not say how long to wait."""
    request = compose("GET", "/v1/Users")
    answer = read_answer(request, Response(status=429, headers=headers))
    assert [behaviour.name for behaviour in behaviours_in(answer)] == names


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"users": 1, "meta": 1}', b'{"users": [1]}'])
def test_little_shows_in_an_answer_that_is_not_twilios(compose, body):
    """And nothing fails over it."""
    response = Response(status=200, body=body)
    for asked in ("GET", "/v1/Users/ada"), ("GET", "/v1/Users"), ("POST", "/v1/Users"):
        answer = read_answer(compose(*asked), response)
        names = {behaviour.name for behaviour in behaviours_in(answer)}
        assert names <= {"sid_or_identity", "default_page_size"}


USER = {
    "role_sid": None,
    "attributes": "{}",
    "friendly_name": None,
    "is_online": None,
    "is_notifiable": None,
    "date_created": "2026-11-24T03:00:00Z",
    "date_updated": "2026-11-25T03:00:00Z",
    "url": "https://conversations.twilio.com/v1/Users/US1",
}


@pytest.mark.parametrize(
    ("asked", "status", "body", "names"),
    [
        (("POST", "/v1/Users", {"FriendlyName": "a", "Attributes": "{}"}), 201, USER, []),
        (("GET", "/v1/Users/US" + "0" * 32), 200, USER | {"is_online": False}, []),
        (("GET", "/v1/Users/US" + "0" * 32), 200, USER | {"is_notifiable": True}, []),
        (("GET", "/v1/Users/ada"), 401, {}, []),
        (("GET", "/v1/Users?PageSize=9"), 200, {"meta": {"page_size": 9}, "users": []}, []),
        (
            ("GET", "/v1/Users?PageSize=1"),
            200,
            {"meta": {"page_size": 1, "next_page_url": "x"}, "users": [USER | {"is_online": 1}]},
            [],
        ),
    ],
)
def test_what_does_not_show_is_not_told(compose, asked, status, body, names):
    """What was sent is no default, one of two is not both, and a 401 misses nobody."""
    method, target, *form = asked
    request = compose(method, target, form=form[0] if form else None)
    answer = read_answer(request, Response(status=status, body=encode_json(body)))
    assert [behaviour.name for behaviour in behaviours_in(answer)] == names


def test_json_that_was_refused_for_another_reason_shows_nothing(compose):
    """Nor does a 400 without JSON; nor another host whose links name Twilio's."""
    request = compose("POST", "/v1/Users", headers=JSON, body=b"{}")
    assert behaviours_in(read_answer(request, Response(status=401))) == []
    request = compose("POST", "/v1/Users", form={"Identity": "ada"})
    assert behaviours_in(read_answer(request, Response(status=400))) == []
    request = compose("GET", f"/v1/Users/US{'0' * 32}", origin="http://127.0.0.1:8000")
    body = encode_json(USER | {"is_online": True})
    assert behaviours_in(read_answer(request, Response(status=200, body=body))) == []


def test_what_no_operation_answers_shows_nothing(compose):
    """It is not an operation's answer."""
    assert read_answer(compose("GET", "/v1/Roles"), Response(status=200)) is None


@pytest.mark.parametrize("row", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_known_by_its_answer(compose, row):
    """Each by status, code and words; those that share them, by what was sent."""
    value = {"attributes_no_object": "[]"}.get(row.name, "{")
    request = compose("POST", "/v1/Users", form={"Attributes": value})
    body = refusal_body(row, path=request.path, method=request.method)
    response = Response(status=row.status, body=encode_json(body))
    assert refusal_in(request, response) is row


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (429, {"code": 20429, "title": "Too Many Requests", "status": 429}, "too_many_requests"),
        (400, {"code": 20001, "message": "Invalid parameter Foo"}, None),
        (500, {"code": 20429}, None),
        (200, {"code": []}, None),
        (404, [], None),
    ],
    ids=["problem details", "a code that many share", "another status", "no code", "no object"],
)
def test_a_refusal_in_other_words(compose, status, body, name):
    """Its code tells, where one row alone has it."""
    found = refusal_in(compose("GET", "/v1/Roles"), Response(status=status, body=encode_json(body)))
    assert (found and found.name) == name
    assert refusal_in(compose("GET", "/v1/Roles"), Response(status=429)) is None


def test_attributes_of_no_operation_are_no_json(compose):
    """The words are those of text that can't be read."""
    body = refusal_body(REFUSALS["attributes_not_json"], path="", method="")
    response = Response(status=400, body=encode_json(body))
    assert refusal_in(compose("GET", "/v1/Roles"), response).name == "attributes_not_json"
