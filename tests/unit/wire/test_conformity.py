"""wire/conformity.py: what is wrong with a request."""

from typing import Any
from urllib.parse import quote

import pytest

from pytest_twilio_users.wire.codec import Call, decode, encode_credentials
from pytest_twilio_users.wire.conformity import check_request
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.violations import Severity, Violation

ORIGIN = "https://conversations.twilio.com"
WARNING, ERROR = Severity.WARNING, Severity.ERROR
FORM = (("content-type", "application/x-www-form-urlencoded"),)
ENCODE = "encode each segment, as urllib.parse.quote(identity, safe='') does"
NAMES = "Identity, FriendlyName, Attributes, RoleSid"


def violation(severity: Severity, pointer: str, found: str, allowed: str) -> Violation:
    """A violation in the order in which it reads."""
    return Violation(severity=severity, pointer=pointer, found=found, allowed=allowed)


def ask(method: str, target: str, **rest: Any) -> tuple[Violation, ...]:
    """What is wrong with a request that an operation answers."""
    request = Request(method=method, target=target, **{"origin": ORIGIN} | rest)
    call = decode(request)
    assert isinstance(call, Call)
    return check_request(request, call)


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
            WARNING,
            "path",
            repr(path),
            "a path has no '/' at its end; was an identity empty, or '.'?",
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


def test_many_unknown_parameters_are_counted() -> None:
    """The first are told with advice; of each part of the request, and known ones besides."""
    form = "&".join(["Identity=a"] * 2 + [f"x{number}=" for number in range(140_000)])
    query = "&".join(f"y{number}=" for number in range(11))
    found = ask("POST", f"/v1/Users?{query}", headers=FORM, body=form.encode())

    assert [violation.pointer for violation in found] == [
        *(f"query.y{number}" for number in range(10)),
        "query",
        "form.Identity",
        *(f"form.x{number}" for number in range(10)),
        "form",
    ]
    assert [str(found[10]), str(found[-1])] == [
        "query: found 1 more that Twilio ignores; the first 10 are listed one by one",
        "form: found 139,990 more that Twilio ignores; the first 10 are listed one by one",
    ]
    ten = ask("GET", f"/v1/Users?{'&'.join(f'y{number}=' for number in range(10))}")
    assert [violation.pointer for violation in ten] == [f"query.y{number}" for number in range(10)]


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


@pytest.mark.parametrize(
    ("method", "target", "rest", "pointer"),
    [
        # Who appends it to next_page_url, which has one already.
        (
            "GET",
            "/v1/Users?PageSize=5&Page=1&PageToken=PTada&PageSize=5",
            {},
            "query.PageSize",
        ),
        (
            "POST",
            "/v1/Users",
            {"headers": FORM, "body": b"Identity=a&Identity=%61"},
            "form.Identity",
        ),
        (
            "DELETE",
            "/v1/Users/ada",
            {"headers": (("x-twilio-webhook-enabled", "true"),) * 2},
            "header.x-twilio-webhook-enabled",
        ),
    ],
    ids=["query", "form", "header"],
)
def test_a_parameter_that_is_sent_twice_alike_is_a_warning(
    method: str, target: str, rest: dict[str, Any], pointer: str
) -> None:
    """Whichever counts, it is what was meant."""
    assert ask(method, target, **rest) == (
        violation(WARNING, pointer, "it 2 times with the same value", "allowed: once"),
    )


def test_an_unknown_parameter_that_is_sent_twice_is_one_error() -> None:
    """That it is unknown is reason enough."""
    (found,) = ask("GET", "/v1/Users?limit=1&limit=2")

    assert found.found == "a parameter that Twilio ignores"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (
            (("content-type", "application/json"),),
            "'application/json', JSON, which Twilio does not read",
        ),
        (
            (("content-type", "application/vnd.api+json; charset=utf-8"),),
            "'application/vnd.api+json; charset=utf-8', JSON, which Twilio does not read",
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
    """Nothing of it arrives: the message names the type that does, and how to send that."""
    hint = " (in httpx and requests: data=…, not json=…)" if "JSON" in found else ""
    assert ask("POST", "/v1/Users", headers=headers, body=b'{"Identity": "ada"}') == (
        violation(
            ERROR,
            "header.Content-Type",
            found,
            f"allowed: application/x-www-form-urlencoded{hint}",
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
            {"x-twilio-webhooks-enabled": ["true"]},
            "header.x-twilio-webhooks-enabled",
            "a parameter that Twilio ignores",
            "delete_user has no such header. Did you mean 'X-Twilio-Webhook-Enabled'?",
        ),
        (
            "GET",
            {"x-twilio-webhook-enabled": ["true"]},
            "header.x-twilio-webhook-enabled",
            "a parameter that Twilio ignores",
            "fetch_user has no such header.",
        ),
        (
            "DELETE",
            {"x-twilio-webhook-enabled": ["true", "false"]},
            "header.x-twilio-webhook-enabled",
            "it 2 times",
            "allowed: once",
        ),
    ],
    ids=["misspelt", "not this operation's", "twice"],
)
def test_a_header_that_twilio_ignores_is_an_error(
    method: str, headers: dict[str, list[str]], pointer: str, found: str, advice: str
) -> None:
    """The one parameter that travels as a header is held like the others."""
    sent = tuple((name, value) for name, values in headers.items() for value in values)

    assert ask(method, "/v1/Users/ada", headers=sent) == (violation(ERROR, pointer, found, advice),)


def test_how_an_sdk_names_itself_is_no_parameter() -> None:
    """Twilio's own headers begin like the one that is."""
    assert ask("GET", "/v1/Users/ada", headers=(("x-twilio-client", "python-9.10"),)) == ()


def test_a_page_size_of_many_digits_is_no_warning() -> None:
    """Twilio refuses it, and nothing breaks on the way."""
    assert ask("GET", f"/v1/Users?PageSize={'9' * 5_000}") == ()


# What was never set, and where it goes

SERVICE = "IS" + "0" * 32
USER = "US" + "0" * 32
SID = "a service's SID is 'IS' and 32 hex digits"


@pytest.mark.parametrize(
    ("segment", "found", "cause"),
    [
        ("None", "'None'", "; was a variable unset?"),
        ("null", "'null'", "; was a variable unset?"),
        ("undefined", "'undefined'", "; was a variable unset?"),
        ("", "''", "; was a variable unset?"),
        ("%22%22", "'\"\"'", "; was a variable unset?"),
        ("%7BChatServiceSid%7D", "'{ChatServiceSid}'", "; was a template not filled in?"),
        ("$%7B%20sid%20%7D", "'${ sid }'", "; was a template not filled in?"),
        (f"{SERVICE}%0A", f"'{SERVICE}\\n'", f"; did you mean '{SERVICE}'?"),
        (f"%22{SERVICE}%22", f"'\"{SERVICE}\"'", f"; did you mean '{SERVICE}'?"),
        (USER, f"'{USER}'", ", and 'US' marks a User; were two arguments swapped?"),
        ("IS" + "X" * 32, f"'IS{'X' * 32}'", "; is it a placeholder?"),
        *((it, f"'{it}'", "; was a variable unset?") for it in ("none", "NONE", "False", "0")),
        ("%3Cnil%3E", "'<nil>'", "; was a variable unset?"),
        *(
            (quote(it, safe=""), f"'{it}'", "; was a template not filled in?")
            for it in ("$SID", ":sid", "{x}", "{service.sid}", "<your sid>", "%SID%")
        ),
        *(
            (quote(it), f"'{it}'", "; was a variable unset?")
            for it in ("nil", "NaN", "<nil>", "[object Object]")
        ),
        *((it, f"'{it}'", "") for it in ("IS123", "True", "my-service", "Xnone")),
    ],
)
@pytest.mark.parametrize("user", ["", "/ada"])
def test_a_service_that_can_not_be_one_is_an_error(
    segment: str, found: str, cause: str, user: str
) -> None:
    """Twilio says that it was not found; what was there in its place, the message says."""
    assert ask("GET", f"/v1/Services/{segment}/Users{user}") == (
        violation(ERROR, "path.ChatServiceSid", found, SID + cause),
    )


def test_a_service_of_any_hex_digits_may_be_one() -> None:
    """Whether Twilio made it, the answer tells."""
    assert ask("GET", f"/v1/Services/IS{'aB' * 16}/Users") == ()


@pytest.mark.parametrize(
    "identity", ["{Sid}", "{id}", "{{ identity }}", "${userId}", "#{sid}", "{user.sid}"]
)
def test_a_template_in_the_place_of_a_user_is_a_warning(identity: str) -> None:
    """An identity can be any text; this one was hardly meant."""
    assert ask("GET", f"/v1/Users/{quote(identity, safe='')}") == (
        violation(WARNING, "path.Sid", repr(identity), "was a template not filled in?"),
    )


@pytest.mark.parametrize(
    "identity",
    ["None", "null", "undefined", "{", "{}", "{a}", "{0}", "a{sid}", "$ada", ":sid", "<ada>"],
)
def test_any_other_text_may_be_an_identity(identity: str) -> None:
    """Somebody is called Null; of a user that is not there, Twilio's answer tells."""
    assert ask("GET", f"/v1/Users/{quote(identity, safe='')}") == ()


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        (
            "http://conversations.twilio.com",
            "http://conversations.twilio.com, which sends the credentials unencrypted",
        ),
        (
            "http://conversations.dublin.ie1.twilio.com:443",
            (
                "http://conversations.dublin.ie1.twilio.com:443, which sends the credentials"
                " unencrypted"
            ),
        ),
        ("https://conversations.twilio.com:8443", "https://conversations.twilio.com:8443"),
        ("https://conversations.twilio.com:", "https://conversations.twilio.com:"),
    ],
)
def test_another_way_to_twilio_than_documented_is_a_warning(origin: str, found: str) -> None:
    """On the network it would fail, or show the credentials to whoever listens."""
    assert ask("GET", "/v1/Users", origin=origin) == (
        violation(WARNING, "origin", found, "documented: https, without a port"),
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://conversations.dublin.ie1.twilio.com",
        "https://conversations.twilio.com.",
        "https://Conversations.Twilio.com:443",
        "http://127.0.0.1:8000",
        "http://stub.test",
        "http://[",
    ],
)
def test_another_address_of_twilio_or_of_a_stub_is_proper(origin: str) -> None:
    """Edges, the full name, the port that https has anyway; a served stub has its own."""
    assert ask("GET", "/v1/Users", origin=origin) == ()


def test_the_origin_that_a_server_was_asked_by_is_no_mistake() -> None:
    """It speaks http alone, and what a proxy before it was asked by nobody knows."""
    origin = "http://conversations.twilio.com:8000"
    request = Request(method="GET", origin=origin, target="/v1/Users")
    request.note_served()
    call = decode(request)
    assert isinstance(call, Call)
    assert check_request(request, call) == ()


BASIC = "documented: HTTP Basic, of Account SID and auth token, or of API key SID and secret"


@pytest.mark.parametrize(
    ("authorization", "found"),
    [
        ("Bearer a.secret.token", "Bearer"),
        ("digest username=ada", "digest"),
        ("AWS4-HMAC-SHA256 Credential=AKID/20260101, SignedHeaders=host", "AWS4-HMAC-SHA256"),
        ("Basic", "Basic without credentials"),
        ("Basic ", "Basic without credentials"),
        ("Basic QUMxOnRva2V", "Basic with text that is not base64"),
        (
            "Basic QUMxOnRva2VuPz8_",
            "Basic with text that is not base64 but that of URLs, with '-' or '_'",
        ),
        ("Basic /w==", "Basic with base64 that is not UTF-8"),
        ("a-secret-token of==", "no scheme"),
        ("a-secret-token", "no scheme"),
        ("secretletters", "no scheme"),
        ("Basic XX!X", "Basic with text that is not base64"),
        ("a-secret-token of-two-words", "no scheme"),
        ("Basic Og==", "Basic without a user name"),
        ("basic AC1:token", "Basic with credentials that are not encoded in base64"),
        ("", "no scheme"),
    ],
)
def test_credentials_that_are_not_basic_are_an_error(authorization: str, found: str) -> None:
    """Twilio's answer says that there were none; the message says which it takes, and no secret."""
    assert ask("GET", "/v1/Users", authorization=authorization) == (
        violation(ERROR, "header.Authorization", found, BASIC),
    )


UNSET, UNFILLED = "was a variable unset?", "was a template not filled in?"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        *((text, UNSET) for text in ("None", "none", "undefined", '"null"')),
        *((text, UNFILLED) for text in ("{{SID}}", "${SID}", "$TWILIO_ACCOUNT_SID", "<sid>")),
    ],
)
def test_credentials_that_were_never_set_are_a_warning(text: str, question: str) -> None:
    """The stub takes any, Twilio does not take these. Of a password nothing is shown."""
    for login, found in (
        ((text, text), f"the user name {text!r}"),
        (("AC1", text), "a placeholder as password"),
    ):
        assert ask("GET", "/v1/Users", authorization=encode_credentials(*login)) == (
            violation(WARNING, "header.Authorization", found, question),
        )


@pytest.mark.parametrize("authorization", [None, encode_credentials("ada", "")])
def test_of_credentials_twilio_tells_the_rest(authorization: str | None) -> None:
    """That there are none, or the wrong ones."""
    assert ask("GET", "/v1/Users", authorization=authorization) == ()
