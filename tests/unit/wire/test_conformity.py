import json
from typing import Any

import pytest
from data.published import EXAMPLES, PAGE, USER, Example

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.codec import Call, decode, encode_json, refusal_body
from pytest_twilio_users.wire.conformity import check_request
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.violations import Severity, Violation

NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR
FORM = (("content-type", "application/x-www-form-urlencoded"),)

NOT_FOUND = refusal_body(REFUSALS["not_found"], path="/v1/Users/ada", method="GET")
ENCODE = "encode each segment, as urllib.parse.quote(identity, safe='') does"
NAMES = "Identity, FriendlyName, Attributes, RoleSid"
NEW_FIELD = ("a field that the contract does not know", "new fields may come")
NOTHING = ("nothing", "every field is answered, null if it has no value")


def violation(severity: Severity, pointer: str, found: str, allowed: str) -> Violation:
    """A violation in the order in which it reads."""
    return Violation(severity=severity, pointer=pointer, found=found, allowed=allowed)


def ask(method: str, target: str, **rest: Any) -> tuple[Violation, ...]:
    """What is wrong with a request that an operation answers."""
    request = Request(
        method=method, origin="https://conversations.twilio.com", target=target, **rest
    )
    call = decode(request)
    assert isinstance(call, Call)
    return check_request(request, call)


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


# Severity and print


def test_severities_are_in_order() -> None:
    """The worst of several can be asked for."""
    assert max(NOTE, ERROR, WARNING) is ERROR
    assert min(WARNING, NOTE) is NOTE


def test_a_violation_prints_place_finding_and_what_is_allowed() -> None:
    """One line says where, what and what instead."""
    found = violation(ERROR, "form.friendlyName", "it 2 times", "allowed: once")

    assert str(found) == "form.friendlyName: found it 2 times; allowed: once"


def test_a_violation_of_the_whole_body_prints_a_place() -> None:
    """A line that begins with a colon would point nowhere."""
    (found,) = answer("fetch_user", [])

    assert str(found) == "body: found []; the body is an object"


# Requests


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/v1/Users", b""),
        ("GET", "/v1/Users?PageSize=50&Page=1&PageToken=PTada", b""),
        ("GET", "/v1/Users/ada%40example.com", b""),
        ("GET", "/v1/Users/ada@example.com", b""),
        ("GET", "/v1/Users/a%2Fb", b""),
        ("GET", "/v1/Users/%2E%2E", b""),
        ("GET", "/v1/Users/!$&'()*+,;=:@-._~", b""),
        ("DELETE", "/v1/Users/ada", b""),
        ("POST", "/v1/Users/ada", b""),
        ("POST", "/v1/Users", b"Identity=ada&FriendlyName=&Attributes=%7B%7D&RoleSid=RL1"),
    ],
)
def test_a_proper_request_has_no_violation(method: str, target: str, body: bytes) -> None:
    """Whoever does it right hears nothing."""
    assert ask(method, target, headers=FORM, body=body) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"FriendlyName=Ada",
        b"Identity=",
        b"Identity=" + b"a" * 257,
        b"Identity=ada&Attributes=%5B%5D",
        b"Identity=ada&RoleSid=ada",
    ],
)
def test_what_twilio_refuses_is_no_violation(body: bytes) -> None:
    """The refusal tells the author already; conformity tells what Twilio keeps to itself."""
    assert ask("POST", "/v1/Users", headers=FORM, body=body) == ()


@pytest.mark.parametrize(
    "query", ["PageSize=0", "PageSize=-1", "PageSize=many", "PageSize=", "Page=x"]
)
def test_a_page_that_twilio_refuses_is_no_violation(query: str) -> None:
    """A wrong number is answered with 400, so the answer speaks for itself."""
    assert ask("GET", f"/v1/Users?{query}") == ()


@pytest.mark.parametrize("value", ["true", "false"])
def test_the_webhook_header_takes_two_words(value: str) -> None:
    """`true` and `false` are what Twilio's documents know."""
    assert ask("DELETE", "/v1/Users/ada", headers=(("x-twilio-webhook-enabled", value),)) == ()


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_any_other_value_of_the_webhook_header_is_an_error(value: str) -> None:
    """Python's `str(True)` is no word of Twilio's."""
    assert ask("DELETE", "/v1/Users/ada", headers=(("x-twilio-webhook-enabled", value),)) == (
        violation(ERROR, "header.X-Twilio-Webhook-Enabled", repr(value), "allowed: true, false"),
    )


@pytest.mark.parametrize(
    "segment", ["a b", "a|b", 'a"b', "<ada>", "ad\u00e4", "100%", "%zz", "a\\b", "[ada]", "a^b"]
)
def test_a_segment_that_is_not_encoded_is_an_error(segment: str) -> None:
    """It may reach Twilio as another path, or not at all: the message shows how to write it."""
    assert ask("GET", f"/v1/Users/{segment}") == (
        violation(ERROR, "path", repr(f"/v1/Users/{segment}"), ENCODE),
    )


@pytest.mark.parametrize("path", ["/v1/Users/", "/v1/Users/ada/"])
def test_a_trailing_slash_is_a_warning(path: str) -> None:
    """Twilio takes it, but an empty identity looks just the same."""
    assert ask("GET", path) == (
        violation(
            WARNING, "path", repr(path), "a path ends with a name; was an identity empty, or '.'?"
        ),
    )


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("friendlyName", " Did you mean 'FriendlyName'?"),
        ("friendly_name", " Did you mean 'FriendlyName'?"),
        ("identity", " Did you mean 'Identity'?"),
        ("Role", " Did you mean 'RoleSid'?"),
        ("Colour", ""),
    ],
)
def test_an_unknown_form_parameter_is_an_error(name: str, guess: str) -> None:
    """Twilio ignores it without a word, and the value is lost: the message names the right one."""
    assert ask("POST", "/v1/Users", headers=FORM, body=f"Identity=ada&{name}=x".encode()) == (
        violation(
            ERROR, f"form.{name}", "a parameter that Twilio ignores", f"allowed: {NAMES}.{guess}"
        ),
    )


def test_identity_can_not_be_updated() -> None:
    """An update's form has no Identity, and Twilio would not say so."""
    assert ask("POST", "/v1/Users/ada", headers=FORM, body=b"Identity=grace") == (
        violation(
            ERROR,
            "form.Identity",
            "a parameter that Twilio ignores",
            "allowed: FriendlyName, Attributes, RoleSid.",
        ),
    )


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        (
            "GET",
            "/v1/Users?pageSize=2",
            "allowed: PageSize, Page, PageToken. Did you mean 'PageSize'?",
        ),
        ("GET", "/v1/Users?limit=2", "allowed: PageSize, Page, PageToken."),
        ("POST", "/v1/Users?Identity=ada", "create_user has no query"),
        (
            "GET",
            "/v1/Users/a?b=c",
            "fetch_user has no query; was an identity with '?' not encoded?",
        ),
        (
            "DELETE",
            "/v1/Users/a?b",
            "delete_user has no query; was an identity with '?' not encoded?",
        ),
    ],
)
def test_an_unknown_query_parameter_is_an_error(method: str, target: str, expected: str) -> None:
    """Where no query belongs, a question mark in an identity is the likely cause."""
    name = target.partition("?")[2].partition("=")[0]

    assert ask(method, target) == (
        violation(ERROR, f"query.{name}", "a parameter that Twilio ignores", expected),
    )


def test_a_parameter_that_is_sent_twice_is_an_error() -> None:
    """Only one of them counts, and which one nobody promises."""
    assert ask("POST", "/v1/Users", headers=FORM, body=b"Identity=a&Identity=b&Identity=a") == (
        violation(ERROR, "form.Identity", "it 3 times", "allowed: once"),
    )


def test_an_unknown_parameter_that_is_sent_twice_is_one_error() -> None:
    """That it is unknown is reason enough."""
    (found,) = ask("GET", "/v1/Users?limit=1&limit=2")

    assert found.found == "a parameter that Twilio ignores"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ((("content-type", "application/json"),), "'application/json', JSON"),
        (
            (("content-type", "application/vnd.api+json; charset=utf-8"),),
            "'application/vnd.api+json; charset=utf-8', JSON",
        ),
        (
            (("content-type", "multipart/form-data; boundary=x"),),
            "'multipart/form-data; boundary=x', a body that Twilio does not read",
        ),
        ((), "no content type, a body that Twilio does not read"),
    ],
    ids=["json", "json api", "multipart", "none"],
)
def test_a_body_that_is_no_form_is_an_error(
    headers: tuple[tuple[str, str], ...], found: str
) -> None:
    """Nothing of it arrives: the message names the type that does."""
    assert ask("POST", "/v1/Users", headers=headers, body=b'{"Identity": "ada"}') == (
        violation(
            ERROR,
            "header.Content-Type",
            found,
            "allowed: application/x-www-form-urlencoded",
        ),
    )


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/v1/Users", "list_user"),
        ("GET", "/v1/Users/ada", "fetch_user"),
        ("DELETE", "/v1/Users/ada", "delete_user"),
    ],
)
def test_a_body_where_none_belongs_is_an_error(method: str, target: str, operation: str) -> None:
    """Reading and deleting send nothing, not even a form."""
    assert ask(method, target, headers=FORM, body=b"a=b") == (
        violation(ERROR, "body", "3 bytes", f"{operation} has no body"),
    )


@pytest.mark.parametrize("size", ["51", "200", "1000"])
def test_a_page_size_over_the_documented_maximum_is_a_warning(size: str) -> None:
    """Twilio has always cut such a page: code that counts on its size loses users."""
    assert ask("GET", f"/v1/Users?PageSize={size}") == (
        violation(
            WARNING,
            "query.PageSize",
            size,
            "documented: at most 50;"
            " Twilio may answer fewer users than asked for, so follow next_page_url",
        ),
    )


def test_all_mistakes_of_a_request_are_told_at_once() -> None:
    """Nobody repairs one and runs again to learn of the next."""
    headers = (*FORM, ("x-twilio-webhook-enabled", "True"))

    found = ask(
        "POST", "/v1/Users/a b/?x=1", headers=headers, body=b"friendlyName=A&RoleSid=1&RoleSid=2"
    )

    assert [(v.severity, v.pointer) for v in found] == [
        (ERROR, "path"),
        (WARNING, "path"),
        (ERROR, "query.x"),
        (ERROR, "form.friendlyName"),
        (ERROR, "form.RoleSid"),
        (ERROR, "header.X-Twilio-Webhook-Enabled"),
    ]


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


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (
            {"user_conversations": None},
            violation(ERROR, "/links/user_conversations", "null", "a link is a URL"),
        ),
        ({}, violation(ERROR, "/links/user_conversations", "null", "a link is a URL")),
        (
            USER["links"] | {"devices": "https://x"},
            violation(NOTE, "/links/devices", *NEW_FIELD),
        ),
    ],
    ids=["null", "missing", "unknown"],
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


def test_a_deletion_with_a_body_is_an_error() -> None:
    """204 means that nothing follows."""
    assert answer("delete_user", {"sid": "US1"}) == (
        violation(ERROR, "body", 'b\'{"sid": "US1"}\'', "delete answers with no body"),
    )


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/json", ""])
def test_another_content_type_than_json_is_an_error(content_type: str) -> None:
    """A client that believes the header would not read the body."""
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


# What a path, cut short by a library, and a header give away


@pytest.mark.parametrize(
    ("target", "fragment", "found", "advice"),
    [
        ("/v1/Users/alice", "x", "'#x'", "was an identity with '#' not encoded?"),
        ("/v1/Users/alice?", "", "'/v1/Users/alice?'", "was an identity with '?' not encoded?"),
    ],
    ids=["fragment", "question mark"],
)
def test_an_identity_that_was_cut_is_an_error(
    target: str, fragment: str, found: str, advice: str
) -> None:
    """`alice#x` and `alice?` would delete alice."""
    assert ask("DELETE", target, fragment=fragment) == (violation(ERROR, "path", found, advice),)


def test_a_list_may_have_an_empty_query() -> None:
    """No identity is lost there."""
    assert ask("GET", "/v1/Users?") == ()


@pytest.mark.parametrize(
    ("method", "headers", "pointer", "found", "advice"),
    [
        (
            "DELETE",
            ("x-twilio-webhooks-enabled",),
            "header.x-twilio-webhooks-enabled",
            "a parameter that Twilio ignores",
            "delete_user has no such header. Did you mean 'X-Twilio-Webhook-Enabled'?",
        ),
        (
            "GET",
            ("x-twilio-webhook-enabled",),
            "header.x-twilio-webhook-enabled",
            "a parameter that Twilio ignores",
            "fetch_user has no such header.",
        ),
        (
            "DELETE",
            ("x-twilio-webhook-enabled",) * 2,
            "header.x-twilio-webhook-enabled",
            "it 2 times",
            "allowed: once",
        ),
    ],
    ids=["misspelt", "not this operation's", "twice"],
)
def test_a_header_that_twilio_ignores_is_an_error(
    method: str, headers: tuple[str, ...], pointer: str, found: str, advice: str
) -> None:
    """The one parameter that travels as a header is held like the others."""
    sent = tuple((name, "true") for name in headers)

    assert ask(method, "/v1/Users/ada", headers=sent) == (violation(ERROR, pointer, found, advice),)


def test_a_page_size_of_many_digits_is_no_warning() -> None:
    """Twilio refuses it, and nothing breaks on the way."""
    assert ask("GET", f"/v1/Users?PageSize={'9' * 5_000}") == ()


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
