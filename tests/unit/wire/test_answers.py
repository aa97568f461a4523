"""wire/answers.py: what is wrong with an answer."""

import json
from typing import Any

import pytest
from data.published import EXAMPLES, PAGE, USER, Example

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.wire.answers import check_hidden, check_response
from pytest_twilio_users.wire.codec import encode_json, refusal_body
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Severity, Violation

NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR
NOT_FOUND = refusal_body(REFUSALS["not_found"], path="/v1/Users/ada", method="GET")
NEW_FIELD = ("a field that the contract does not know", "new fields may come")
NOTHING = ("nothing", "every field is answered, null if it has no value")


def violation(severity: Severity, pointer: str, found: str, allowed: str) -> Violation:
    """A violation in the order in which it reads."""
    return Violation(severity=severity, pointer=pointer, found=found, allowed=allowed)


def answer(
    operation: str,
    body: Any,
    *,
    status: int | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> tuple[Violation, ...]:
    """What is wrong with an answer; a body that is no bytes is sent as JSON."""
    response = Response(
        status=OPERATIONS[operation].status if status is None else status,
        headers=(("content-type", content_type),),
        body=body if isinstance(body, bytes) else encode_json(body),
    )
    return check_response(OPERATIONS[operation], response)


def without(answered: dict[str, Any], name: str) -> dict[str, Any]:
    """An answer that lacks one field."""
    return {key: value for key, value in answered.items() if key != name}


# Answers that conform


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.operation)
def test_a_published_answer_conforms(example: Example) -> None:
    """What Twilio published keeps Twilio's contract."""
    body = b"" if example.answer is None else example.answer

    assert answer(example.operation, body) == ()


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda refusal: refusal.name)
def test_each_refusal_conforms(refusal: Refusal) -> None:
    """Any operation may be refused in each of the ways."""
    body = refusal_body(refusal, path="/v1/Users/ada", method="GET")

    assert answer("fetch_user", body, status=refusal.status) == ()


@pytest.mark.parametrize("name", ["detail", "details"])
def test_a_refusal_may_tell_more(name: str) -> None:
    """Both names have been seen beside the four."""
    assert answer("fetch_user", NOT_FOUND | {name: "x"}, status=404) == ()


def test_the_order_of_an_answers_keys_does_not_matter() -> None:
    """Twilio's real order is not the documented one."""
    assert answer("fetch_user", dict(reversed(USER.items()))) == ()


@pytest.mark.parametrize("name", USER_FIELDS)
def test_any_field_of_a_user_may_be_answered_with_null(name: str) -> None:
    """Twilio's schema marks all 13 as nullable."""
    assert answer("fetch_user", USER | {name: None}) == ()


def test_an_empty_page_conforms() -> None:
    """A service without users has a page without users."""
    assert answer("list_user", PAGE | {"users": []}) == ()


# Answers that break the contract


@pytest.mark.parametrize("name", USER_FIELDS)
def test_a_missing_field_of_a_user_is_a_warning(name: str) -> None:
    """A field without a value is answered as null, not left out."""
    assert answer("fetch_user", without(USER, name)) == (violation(WARNING, f"/{name}", *NOTHING),)


@pytest.mark.parametrize("name", META_FIELDS)
def test_a_missing_field_of_meta_is_a_warning(name: str) -> None:
    """A page link that leads nowhere is null, not absent."""
    assert answer("list_user", PAGE | {"meta": without(PAGE["meta"], name)}) == (
        violation(WARNING, f"/meta/{name}", *NOTHING),
    )


@pytest.mark.parametrize(
    ("field", "value", "found", "allowed"),
    [
        ("sid", 1, "1", "allowed: a SID"),
        ("sid", "ada", '"ada"', "allowed: ^US[0-9a-fA-F]{32}$"),
        ("sid", USER["role_sid"], f'"{USER["role_sid"]}"', "allowed: ^US[0-9a-fA-F]{32}$"),
        ("account_sid", "", '""', "allowed: ^AC[0-9a-fA-F]{32}$"),
        ("chat_service_sid", "IS1", '"IS1"', "allowed: ^IS[0-9a-fA-F]{32}$"),
        ("role_sid", "RL", '"RL"', "allowed: ^RL[0-9a-fA-F]{32}$"),
        ("identity", 7, "7", "allowed: text"),
        ("friendly_name", ["Ada"], '["Ada"]', "allowed: text"),
        (
            "attributes",
            {"duty": "tech"},
            '{"duty": "tech"}',
            "allowed: text that holds a JSON object",
        ),
        ("attributes", "", '""', "allowed: text that holds a JSON object"),
        ("attributes", "[]", '"[]"', "allowed: text that holds a JSON object"),
        ("attributes", "{é}", '"{é}"', "allowed: text that holds a JSON object"),
        ("is_online", "true", '"true"', "allowed: true or false"),
        ("is_notifiable", 0, "0", "allowed: true or false"),
        ("date_created", 1576534717, "1576534717", "allowed: GMT such as 2019-12-16T22:18:37Z"),
        (
            "date_created",
            "2019-12-16 22:18:37",
            '"2019-12-16 22:18:37"',
            "allowed: GMT such as 2019-12-16T22:18:37Z",
        ),
        (
            "date_created",
            "2019-12-16T22:18:37+00:00",
            '"2019-12-16T22:18:37+00:00"',
            "allowed: GMT such as 2019-12-16T22:18:37Z",
        ),
        (
            "date_updated",
            "Mon, 16 Dec 2019 22:18:37 +0000",
            '"Mon, 16 Dec 2019 22:18:37 +0000"',
            "allowed: GMT such as 2019-12-16T22:18:37Z",
        ),
        (
            "date_updated",
            "2019-13-16T22:18:37Z",
            '"2019-13-16T22:18:37Z"',
            "allowed: GMT such as 2019-12-16T22:18:37Z",
        ),
        (
            "date_updated",
            "20191216T221837Z",
            '"20191216T221837Z"',
            "allowed: GMT such as 2019-12-16T22:18:37Z",
        ),
        ("url", "/v1/Users/US1", '"/v1/Users/US1"', "allowed: an absolute URL"),
        ("url", True, "true", "allowed: an absolute URL"),
        ("links", "https://x", '"https://x"', "allowed: an object"),
    ],
)
def test_a_wrong_value_is_an_error(field: str, value: object, found: str, allowed: str) -> None:
    """Type, SID, date, JSON and URL are held against the field's kind."""
    assert answer("fetch_user", USER | {field: value}) == (
        violation(ERROR, f"/{field}", found, allowed),
    )


@pytest.mark.parametrize("date", ["2019-12-16T22:18:37.815Z", "2019-12-16T22:18:37.0Z"])
def test_a_fraction_of_a_second_is_a_warning(date: str) -> None:
    """Twilio writes none; a client that reads dates reads it all the same."""
    assert answer("fetch_user", USER | {"date_updated": date}) == (
        violation(WARNING, "/date_updated", f'"{date}"', "dates are in whole seconds"),
    )


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (
            {"user_conversations": None},
            violation(ERROR, "/links/user_conversations", "null", "a link is a URL"),
        ),
        ({}, violation(ERROR, "/links/user_conversations", "null", "a link is a URL")),
        (
            {"user_conversations": "/v1/Users"},
            violation(ERROR, "/links/user_conversations", '"/v1/Users"', "a link is a URL"),
        ),
        (
            USER["links"] | {"devices": "https://x"},
            violation(NOTE, "/links/devices", *NEW_FIELD),
        ),
    ],
    ids=["null", "missing", "path", "unknown"],
)
def test_links_hold_the_documented_link(links: dict[str, Any], expected: Violation) -> None:
    """A link that is gone is an error, a new one a note."""
    assert answer("fetch_user", USER | {"links": links}) == (expected,)


@pytest.mark.parametrize(
    ("field", "value", "found", "allowed"),
    [
        ("page", "0", '"0"', "allowed: an integer"),
        ("page", True, "true", "allowed: an integer"),
        ("page", None, "null", "allowed: an integer"),
        ("page_size", 50.5, "50.5", "allowed: an integer"),
        ("first_page_url", None, "null", "allowed: an absolute URL"),
        ("url", "/v1/Users", '"/v1/Users"', "allowed: an absolute URL"),
        ("next_page_url", "", '""', "allowed: an absolute URL"),
        ("next_page_url", 1, "1", "allowed: an absolute URL"),
        ("key", None, "null", "allowed: text"),
        ("key", "user", '"user"', "allowed: 'users'"),
    ],
)
def test_a_wrong_value_of_meta_is_an_error(
    field: str, value: object, found: str, allowed: str
) -> None:
    """Only the links to the neighbours may be null: a null elsewhere reads as any wrong value."""
    assert answer("list_user", PAGE | {"meta": PAGE["meta"] | {field: value}}) == (
        violation(ERROR, f"/meta/{field}", found, allowed),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (without(PAGE, "meta"), violation(ERROR, "/meta", "null", "meta is an object")),
        (PAGE | {"meta": []}, violation(ERROR, "/meta", "[]", "meta is an object")),
        (without(PAGE, "users"), violation(ERROR, "/users", "null", "users is an array")),
        (PAGE | {"users": {}}, violation(ERROR, "/users", "{}", "users is an array")),
        (
            PAGE | {"users": [USER, "ada"]},
            violation(ERROR, "/users/1", '"ada"', "a user is an object"),
        ),
        (
            PAGE | {"users": [USER, USER | {"sid": 1}]},
            violation(ERROR, "/users/1/sid", "1", "allowed: a SID"),
        ),
        (PAGE | {"total": 2}, violation(NOTE, "/total", *NEW_FIELD)),
        (
            PAGE | {"meta": PAGE["meta"] | {"total": 2}},
            violation(NOTE, "/meta/total", *NEW_FIELD),
        ),
    ],
    ids=[
        "no meta",
        "meta an array",
        "no users",
        "users an object",
        "user a text",
        "wrong user",
        "new field",
        "new field of meta",
    ],
)
def test_a_page_is_meta_and_users(body: dict[str, Any], expected: Violation) -> None:
    """The pointer leads to the part, and among the users to the one."""
    assert answer("list_user", body) == (expected,)


@pytest.mark.parametrize(
    ("name", "pointer"), [("is_typing", "/is_typing"), ("a/b", "/a~1b"), ("a~b", "/a~0b")]
)
def test_a_new_field_is_a_note(name: str, pointer: str) -> None:
    """Twilio may add fields: told, never held against it, and pointed at as RFC 6901 says."""
    assert answer("fetch_user", USER | {name: True}) == (violation(NOTE, pointer, *NEW_FIELD),)


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("create_user", 200, USER),
        ("fetch_user", 201, USER),
        ("update_user", 202, USER),
        ("list_user", 206, PAGE),
        ("delete_user", 200, b""),
        ("fetch_user", 302, USER),
        ("fetch_user", 399, USER),
    ],
)
def test_another_success_than_the_documented_one_is_an_error(
    operation: str, status: int, body: Any
) -> None:
    """Each operation has one status of its own."""
    assert answer(operation, body, status=status) == (
        violation(
            ERROR, "status", str(status), f"{operation} answers {OPERATIONS[operation].status}"
        ),
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [({"sid": "US1"}, 'b\'{"sid": "US1"}\''), (b"x" * 100, repr(b"x" * 80))],
    ids=["short", "long"],
)
def test_a_deletion_with_a_body_is_an_error(body: Any, found: str) -> None:
    """204 means that nothing follows."""
    assert answer("delete_user", body) == (
        violation(ERROR, "body", found, "delete answers with no body"),
    )


def test_addresses_of_a_server_without_tls_conform() -> None:
    """As a stub on a socket has them."""
    url = USER["url"].replace("https://", "http://")

    assert answer("fetch_user", USER | {"url": url}) == ()


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=utf-8", "text/json", "", "application/problem+json"]
)
def test_another_content_type_than_json_is_an_error(content_type: str) -> None:
    """A client that believes the header would not read the body. Problem details are refusals'."""
    found = content_type.partition(";")[0]

    assert answer("fetch_user", USER, content_type=content_type) == (
        violation(ERROR, "header.Content-Type", repr(found), "allowed: application/json"),
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "b''"),
        (b"<html>", "b'<html>'"),
        (b"x" * 100, repr(b"x" * 80)),
        (b'{"sid": "\xff"}', 'b\'{"sid": "\\xff"}\''),
    ],
    ids=["none", "html", "long", "latin1"],
)
def test_a_body_that_is_no_json_is_an_error(body: bytes, found: str) -> None:
    """The beginning of what came is shown, not all of it."""
    assert answer("fetch_user", body) == (violation(ERROR, "body", found, "the body is JSON"),)


def test_a_page_of_a_proxy_is_two_errors() -> None:
    """What it says that it is, and what it is."""
    assert answer("fetch_user", b"<html>", status=502, content_type="text/html") == (
        violation(ERROR, "header.Content-Type", "'text/html'", "allowed: application/json"),
        violation(ERROR, "body", "b'<html>'", "the body is JSON"),
    )


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("fetch_user", 200, None),
        ("list_user", 200, []),
        ("delete_user", 404, "ada"),
        ("create_user", 500, 1),
    ],
)
def test_a_body_that_is_no_object_is_an_error(operation: str, status: int, body: object) -> None:
    """User, page and refusal are all objects."""
    assert answer(operation, body, status=status) == (
        violation(ERROR, "", json.dumps(body), "the body is an object"),
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"code": "20404"},
            violation(ERROR, "/code", '"20404"', "allowed: an integer"),
        ),
        ({"code": True}, violation(ERROR, "/code", "true", "allowed: an integer")),
        ({"code": None}, violation(ERROR, "/code", "null", "allowed: an integer")),
        ({"message": 5}, violation(ERROR, "/message", "5", "allowed: a text")),
        ({"message": None}, violation(ERROR, "/message", "null", "allowed: a text")),
        (
            {"more_info": "https://example.com"},
            violation(
                ERROR,
                "/more_info",
                '"https://example.com"',
                "allowed: https://www.twilio.com/docs/errors/20404",
            ),
        ),
        ({"status": 400}, violation(ERROR, "/status", "400", "allowed: 404")),
        ({"status": "404"}, violation(ERROR, "/status", '"404"', "allowed: 404")),
        ({"hint": "x"}, violation(NOTE, "/hint", *NEW_FIELD)),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_refusal_that_is_not_twilios_is_an_error(
    change: dict[str, Any], expected: Violation
) -> None:
    """Each part is held against the others; a wrong code is one error and not two."""
    assert answer("fetch_user", NOT_FOUND | change, status=404) == (expected,)


def test_a_refusal_without_a_message_is_an_error() -> None:
    """Without a title it is no problem details either."""
    body = without(NOT_FOUND, "message")

    assert answer("fetch_user", body, status=404) == (
        violation(ERROR, "/message", "null", "allowed: a text"),
    )


def test_a_refusal_with_a_title_as_well_is_a_refusal() -> None:
    """The title is a new field of it, and all else is looked at."""
    body = NOT_FOUND | {"title": "Not found", "status": 400}

    assert answer("fetch_user", body, status=404) == (
        violation(ERROR, "/status", "400", "allowed: 404"),
        violation(NOTE, "/title", *NEW_FIELD),
    )


def test_problem_details_are_a_note() -> None:
    """Newer Twilio APIs refuse that way; this one is not known to."""
    body = {"type": "about:blank", "title": "Not found", "status": 404, "code": 20404}

    assert answer("fetch_user", body, status=404, content_type="application/problem+json") == (
        violation(
            NOTE,
            "",
            "problem details (RFC 9457)",
            "this API's refusals are code, message, more_info, status",
        ),
    )


def test_a_long_value_is_cut() -> None:
    """A violation stays one readable line."""
    (found,) = answer("fetch_user", USER | {"attributes": "x" * 200})

    assert found.found == '"' + "x" * 78 + "…"


def test_all_mistakes_of_an_answer_are_told_at_once() -> None:
    """The first wrong field does not hide the others, nor the status the body."""
    user = without(USER, "role_sid") | {"sid": 1, "is_typing": True, "date_created": "now"}

    found = answer("fetch_user", user, status=201, content_type="text/html")

    assert [(v.severity, v.pointer) for v in found] == [
        (ERROR, "status"),
        (ERROR, "header.Content-Type"),
        (NOTE, "/is_typing"),
        (ERROR, "/sid"),
        (WARNING, "/role_sid"),
        (ERROR, "/date_created"),
    ]


def test_attributes_with_a_long_number_are_an_object() -> None:
    """JSON sets no limit to digits; the stub stores them, so its answer conforms."""
    attributes = '{"a": ' + "1" * 5_000 + "}"

    assert answer("fetch_user", USER | {"attributes": attributes}) == ()


@pytest.mark.parametrize("attributes", ['{"a": NaN}', "[" * 100_000])
def test_attributes_that_twilio_would_not_store_are_an_error(attributes: str) -> None:
    """What the stub refuses, no answer may hold; nothing breaks on the way."""
    (found,) = answer("fetch_user", USER | {"attributes": attributes})

    assert (found.pointer, found.allowed) == (
        "/attributes",
        "allowed: text that holds a JSON object",
    )


def test_private_values_are_hidden_before_an_answer_is_looked_at(compose) -> None:
    """What is cut afterwards could not be told any more; bytes that are no text are no obstacle."""
    request = compose("GET", "/v1/Users/ada")
    request.hide_with(lambda text: text.replace("private", "hidden"))
    body = b"private \xff " + b"x" * 62 + b" private"
    exchange = Exchange(
        operation="fetch_user", request=request, response=Response(status=200, body=body)
    )

    assert check_hidden(OPERATIONS["fetch_user"], exchange) == (
        violation(ERROR, "header.Content-Type", "''", "allowed: application/json"),
        violation(
            ERROR,
            "body",
            repr(b"hidden \xef\xbf\xbd " + b"x" * 62 + b" hidden"),
            "the body is JSON",
        ),
    )
