import copy

import pytest

from pytest_twilio_users.cassettes.check import leaks
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.privacy.stand_ins import GIVEN, is_stand_in

USER = f"US00000001{24 * 'a'}"
TOKEN = "PT" + 30 * "1"  # a stand-in
REQUEST = {
    "operation": "update_service_user",
    "method": "POST",
    "path": f"/v1/Services/{derive_sid(SidKind.SERVICE, 'pytest-twilio-users')}/Users/{USER}",
    "query": {"PageSize": "50", "text-1": "text-2"},
    "headers": {"accept": "*/*", "x-twilio-webhook-enabled": "true"},
    "form": {"FriendlyName": "", "Attributes": {"plan": "text-1", "n": [1, 2.5, None, True]}},
}
RESPONSE = {
    "status": 200,
    "headers": {
        "content-type": "application/json",
        "twilio-request-id": f"RQ00000001{24 * 'a'}",
    },
    "json": {
        "sid": USER,
        "identity": "person-1-beef@example.com",
        "friendly_name": None,
        "attributes": {"written": 1, "json": {"phone": "+15550000001"}},
        "is_online": False,
        "date_created": "2026-11-24T03:00:00Z",
        "url": f"/v1/Users/{USER}",
        "links": {"user_conversations": f"/v1/Users/{USER}/Conversations"},
        "new": [1, "text-3"],
        "code": 20404,
        "message": "The requested resource /Users/text-4 was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "meta": {"page": 0, "key": "users", "url": f"/v1/Users?PageSize=1&PageToken={TOKEN}"},
        "users": [{"friendly_name": "https://example.com/1"}],
    },
}
SECRETS = {
    "word": "Zarathustra",
    "email": "ada@example.org",
    "phone": "+4915112345678",
    "sid": derive_sid(SidKind.USER, "somebody"),
    "sentence": "Ada was here",
    "url": "https://example.org/ada",
}


def planted(message, *place, value):
    """A copy of the message with the value in a place."""
    changed = copy.deepcopy(message)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def test_what_the_kit_writes_is_no_leak():
    """Nor what a hand may write of it."""
    assert leaks(REQUEST, RESPONSE) == []
    assert leaks({"method": "GET", "path": "/", "credentials": False}, {"status": 204}) == []
    body = {"method": "POST", "path": "/v1/Users", "body": {"text": "text-1"}}
    assert leaks(body, {"status": 502, "text": "text-2"}) == []


@pytest.mark.parametrize(
    "message", ["Not at /v1 or /Services/text-1/Users", "Not at /v1/Users?text-1"]
)
def test_paths_in_a_message_are_no_leak(message):
    """As they are recorded: Twilio's words, and a query as one stand-in."""
    assert leaks(REQUEST, planted(RESPONSE, "json", "message", value=message)) == []


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
@pytest.mark.parametrize(
    "place",
    [
        ("operation",),
        ("method",),
        ("path",),
        ("query", "PageSize"),
        ("query", "text-1"),
        ("headers", "accept"),
        ("headers", "x-twilio-webhook-enabled"),
        ("headers", "authorization"),
        ("form", "FriendlyName"),
        ("form", "Attributes"),
        ("form", "Attributes", "plan"),
        ("form", "Attributes", "n", 0),
    ],
    ids=str,
)
def test_a_secret_in_a_request_is_found(place, secret):
    """In each place that a request has."""
    value = f"/v1/Users/{secret.replace('/', '%2F')}" if place == ("path",) else secret
    assert leaks(planted(REQUEST, *place, value=value), RESPONSE) != []


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
@pytest.mark.parametrize(
    "place",
    [
        ("headers", "content-type"),
        ("headers", "twilio-request-id"),
        ("headers", "set-cookie"),
        ("json",),
        ("json", "sid"),
        ("json", "identity"),
        ("json", "friendly_name"),
        ("json", "attributes"),
        ("json", "attributes", "json", "phone"),
        ("json", "is_online"),
        ("json", "date_created"),
        ("json", "url"),
        ("json", "links", "user_conversations"),
        ("json", "new", 1),
        ("json", "code"),
        ("json", "message"),
        ("json", "more_info"),
        ("json", "meta"),
        ("json", "meta", "page"),
        ("json", "meta", "key"),
        ("json", "meta", "url"),
        ("json", "users", 0),
        ("json", "users", 0, "friendly_name"),
    ],
    ids=str,
)
def test_a_secret_in_a_response_is_found(place, secret):
    """In each place that a response has."""
    assert leaks(REQUEST, planted(RESPONSE, *place, value=secret)) != []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("json", "url"), "/v1/Users/ada%40example.org"),
        (("json", "url"), "/v1/Users?PageToken=ada"),
        (("json", "url"), "https://ada.example.org/v1/Users"),
        (("json", "message"), "The requested resource /Users/ada was not found"),
        (("json", "message"), "The requested resource /v1/Users?Ada was not found"),
        (("json", "new"), [4915112345678]),
        (("json", "new"), [0.25]),
        (("json", "new"), [-5]),
        (("json", "new"), {"ada@example.org": 1}),
        (("json", "attributes"), {"unquoted": "ada"}),
        (("text",), "<html>Ada</html>"),
    ],
    ids=str,
)
def test_a_secret_within_a_value_is_found(place, value):
    """Encoded, as a number, as a key."""
    assert leaks(REQUEST, planted(RESPONSE, *place, value=value)) != []


def test_a_name_without_a_value_is_found():
    """It may be one."""
    assert leaks({**REQUEST, "query": {"grace": ""}}, RESPONSE) == ["'grace' is not a stand-in"]


@pytest.mark.parametrize("number", [4915112345678, 0, -5, 1.5, True, "ada"])
def test_what_is_no_number_of_a_text_is_not_shown(number):
    """A text of so many spaces would fill the memory."""
    with pytest.raises(ValueError, match="written is") as raised:
        leaks(REQUEST, planted(RESPONSE, "json", "attributes", "written", value=number))
    assert str(raised.value) == f"written is {number!r}, and must be the number of a text."


def test_each_finding_names_what_was_found_once():
    """So that it can be looked for in the file."""
    request = {
        **REQUEST,
        "operation": "create_user",
        "form": {"Identity": "ada"},
        "note": "by Eve",
    }
    response = {**RESPONSE, "json": {"identity": "ada"}, "headers": {"server": "Ada's"}}
    assert leaks(request, response) == [
        "'ada' is not a stand-in",
        "request.operation is 'create_user', but the request asks for update_service_user",
        "request.note is never recorded",
        "response.headers is never recorded",
    ]
    response["headers"]["retry-after"] = "2"
    assert leaks(REQUEST, response) == [
        "'ada' is not a stand-in",
        "response.headers.server is a header that is never recorded, or not with this value",
    ]


def test_the_handles_own_sids_are_stand_ins(twilio_users):
    """Those that stand in for the account's and its services'."""
    assert {
        twilio_users.account_sid,
        twilio_users.service_sid,
        twilio_users.default_service_sid,
    } == GIVEN
    assert not is_stand_in(derive_sid(SidKind.SERVICE, "somebody's"))


@pytest.mark.parametrize(
    ("number", "given"), [(1, True), (1.5, True), (0, False), (-1, False), (1.25, False)]
)
def test_numbers_that_stand_in_are_counted_from_1(number, given):
    """Whole ones and halves."""
    assert is_stand_in(number) is given
