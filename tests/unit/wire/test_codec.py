import base64
import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import pytest
from data.published import EXAMPLES, Example
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.wire.attributes import encode_attributes
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    Call,
    Unrouted,
    decode,
    decode_credentials,
    decode_pairs,
    encode,
    encode_json,
    is_form,
    media_type,
    refusal_body,
    sent_parameters,
)
from pytest_twilio_users.wire.messages import Loose, Request
from pytest_twilio_users.wire.paths import encode_segment, route

ORIGIN = "https://conversations.twilio.com"
SERVICE = "IS00000000000000000000000000000001"
USER = "US00000000000000000000000000000001"
ROLE = "RL00000000000000000000000000000001"

ODD_IDENTITIES = [
    "ada@example.com",
    "a/b",
    "/",
    ".",
    "..",
    "...",
    "../../Services",
    "a%2Fb",
    "%2E%2E",
    "a?b=c",
    "a#b",
    "a b",
    "a+b",
    "a&b=c;d",
    "!*'();:@&=+$,/?%#[]",
    '|\\^`"<>{}',
    "Users",
    "{Sid}",
    "é",
    "e\u0301",
    "🦉",
    "漢字",
    "\n\t\0",
    " ",
    "\u202e",
]


def ask(method: str, target: str, **rest: Any) -> Request:
    """A request to the Conversations host."""
    return Request(method=method, origin=ORIGIN, target=target, **rest)


def written(operation: str, **arguments: Any) -> Request:
    """The request that an operation is written as."""
    return encode(OPERATIONS[operation], arguments, origin=ORIGIN)


# Reading a request


def test_a_request_is_read_as_a_call() -> None:
    """Path, query, form and the webhook header are decoded, order and repetitions kept."""
    request = ask(
        "POST",
        f"/v1/Services/{SERVICE}/Users/a%2Fb?debug=1&debug=",
        headers=(
            ("content-type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            ("x-twilio-webhook-enabled", "true"),
        ),
        body=b"FriendlyName=Ada+L.&Attributes=%7B%7D&FriendlyName=%C3%89",
    )

    assert decode(request) == Call(
        operation=OPERATIONS["update_service_user"],
        service_sid=SERVICE,
        user="a/b",
        query=(("debug", "1"), ("debug", "")),
        form=(("FriendlyName", "Ada L."), ("Attributes", "{}"), ("FriendlyName", "É")),
        webhook_enabled="true",
    )


def test_a_bare_request_reads_as_a_bare_call() -> None:
    """What the request does not say is None or empty."""
    assert decode(ask("GET", "/v1/Users")) == Call(
        operation=OPERATIONS["list_user"],
        service_sid=None,
        user=None,
        query=(),
        form=(),
        webhook_enabled=None,
    )


def test_a_header_that_an_operation_does_not_take_is_not_read() -> None:
    """Twilio ignores it there."""
    call = decode(ask("GET", "/v1/Users/ada", headers=(("x-twilio-webhook-enabled", "true"),)))

    assert isinstance(call, Call)
    assert call.webhook_enabled is None


@pytest.mark.parametrize(
    ("neighbour", "content_type", "sent"),
    [
        (Loose(name="roles"), FORM_TYPE, {"a": "1", "b": "3", "c": "\ufffd"}),
        (Loose(name="roles"), "application/json", {"a": "1", "b": "2"}),
        (None, FORM_TYPE, {}),
    ],
)
def test_what_a_neighbour_was_sent_is_read(
    neighbour: Loose | None, content_type: str, sent: dict[str, str]
) -> None:
    """Query and form, of which the form counts; of what nobody answers nothing."""
    request = ask(
        "POST", "/v1/Roles?a=1&b=2", headers=(("content-type", content_type),), body=b"b=3&c=\xff"
    )
    request.note_answerer(neighbour)

    assert sent_parameters(request) == sent


def test_a_text_of_a_form_may_be_longer_than_a_url() -> None:
    """What Twilio makes of it is its own to say."""
    call = decode(written("update_user", sid="ada", friendly_name="x" * 100_000))

    assert isinstance(call, Call)
    assert call.form == (("FriendlyName", "x" * 100_000),)


def test_a_request_is_read_once() -> None:
    """All that a request passes through share one reading."""
    request = ask("GET", "/v1/Users")

    assert decode(request) is decode(request)


def test_a_method_that_the_path_does_not_know_is_unrouted() -> None:
    """The operations that the path does know are told, for the 405 and its explanation."""
    found = decode(ask("PATCH", "/v1/Users/ada"))

    assert isinstance(found, Unrouted)
    assert {str(operation) for operation in found.known} == {
        "fetch_user",
        "update_user",
        "delete_user",
    }


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_path_that_no_operation_has_is_unrouted(method: str) -> None:
    """Nothing is known there, whatever the method."""
    assert decode(ask(method, "/v1/Conversations")) == Unrouted(known=())


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "multipart/form-data; boundary=x", None],
    ids=str,
)
def test_a_body_that_is_no_form_is_not_read(content_type: str | None) -> None:
    """Twilio reads forms and nothing else: from another body nothing arrives."""
    headers = () if content_type is None else (("content-type", content_type),)
    call = decode(ask("POST", "/v1/Users", headers=headers, body=b"Identity=ada"))

    assert isinstance(call, Call)
    assert call.form == ()


def test_an_empty_body_is_no_form() -> None:
    """A declared type without a body declares nothing."""
    assert not is_form(ask("POST", "/v1/Users", headers=(("content-type", FORM_TYPE),)))


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    """A form in another encoding is read as far as it goes, and never raises."""
    headers = (("content-type", FORM_TYPE),)
    call = decode(ask("POST", "/v1/Users", headers=headers, body=b"Identity=\xe9%E9"))

    assert isinstance(call, Call)
    assert call.form == (("Identity", "\ufffd\ufffd"),)


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        ("application/json", "application/json"),
        ("Application/JSON ; charset=utf-8", "application/json"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_media_type_is_lower_case_and_without_parameters(
    content_type: str | None, found: str
) -> None:
    """Two spellings of a content type compare as one."""
    assert media_type(content_type) == found


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", ()),
        ("a=1&b=2&a=3", (("a", "1"), ("b", "2"), ("a", "3"))),
        ("a=&b", (("a", ""), ("b", ""))),
        ("a=b=c", (("a", "b=c"),)),
        ("a=1;b=2", (("a", "1;b=2"),)),
        ("a=x+y%2Bz", (("a", "x y+z"),)),
    ],
)
def test_pairs_keep_order_repetitions_and_empty_values(
    text: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    """Nothing that was sent is lost before conformity has seen it."""
    assert decode_pairs(text) == pairs


# Credentials


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
@pytest.mark.parametrize(
    ("text", "credentials"),
    [
        ("AC1:token", ("AC1", "token")),
        ("AC1:to:ken", ("AC1", "to:ken")),
        ("AC1:", ("AC1", "")),
        ("AC1", ("AC1", "")),
        ("ädä:töken", ("ädä", "töken")),
    ],
)
def test_basic_credentials_are_read(scheme: str, text: str, credentials: tuple[str, str]) -> None:
    """The first colon parts user name and password, and the scheme's case does not count."""
    encoded = base64.b64encode(text.encode()).decode()

    assert decode_credentials(f"{scheme} {encoded}") == credentials


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Bearer QUMxOnRva2Vu",
        "QUMxOnRva2Vu",
        "Basic QUMxOnRva2V",
        "Basic OnRva2Vu",
        "Basic QUMx OnRva2Vu",
        "Basic AC1:token",
        "Basic /w==",
        "Basic é",
        "Basic \ud800",
        "BasicQUMxOnRva2Vu",
    ],
)
def test_what_is_no_basic_authorization_gives_no_credentials(authorization: str | None) -> None:
    """Garbage in the header is a 401 of Twilio's, and no exception of the kit's."""
    assert decode_credentials(authorization) is None


# Writing a request


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.operation)
def test_a_published_request_is_written_as_published(example: Example) -> None:
    """Method, path and form parameters, in their order, are those of Twilio's example."""
    operation = OPERATIONS[example.operation]
    arguments = {
        p.argument: example.form[p.name] for p in operation.parameters if p.name in example.form
    }

    request = written(operation.name, chat_service_sid=SERVICE, sid=USER, **arguments)

    assert request.method == example.method
    assert request.target == example.path.format(ChatServiceSid=SERVICE, Sid=USER)
    assert dict(parse_qsl(request.body.decode())) == example.form


@pytest.mark.parametrize(
    ("operation", "headers"),
    [
        ("create_user", {"accept": "application/json", "content-type": FORM_TYPE}),
        ("update_user", {"accept": "application/json", "content-type": FORM_TYPE}),
        ("fetch_user", {}),
        ("list_user", {}),
        ("delete_user", {}),
    ],
)
def test_what_carries_a_form_says_so(operation: str, headers: dict[str, str]) -> None:
    """Create and update declare form and answer; the others have no body, and no say."""
    assert dict(written(operation, sid="ada", identity="ada").headers) == headers


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_none_is_not_sent(operation: Any) -> None:
    """An argument that nobody gave leaves no trace: no empty parameter, no `None`."""
    required = {"chat_service_sid": SERVICE, "sid": "ada", "identity": "ada"}
    unset = {
        parameter.argument: None
        for parameter in operation.parameters
        if parameter.argument not in required
    }

    assert written(operation.name, **required, **unset) == written(operation.name, **required)


def test_an_update_of_nothing_has_an_empty_form() -> None:
    """Without a parameter the form is there, and empty."""
    request = written("update_user", sid="ada")

    assert request.body == b""
    assert request.header("content-type") == FORM_TYPE


def test_an_empty_text_is_sent() -> None:
    """Clearing a friendly name is not the same as leaving it."""
    assert written("update_user", sid="ada", friendly_name="").body == b"FriendlyName="


@pytest.mark.parametrize(
    ("value", "sent"), [(True, "true"), (False, "false"), ("true", "true"), ("false", "false")]
)
def test_a_boolean_is_sent_in_twilios_words(value: bool | str, sent: str) -> None:
    """The webhook header takes `true` and `false`; Python's capitals it would refuse."""
    request = written("delete_user", sid="ada", x_twilio_webhook_enabled=value)

    assert request.header("x-twilio-webhook-enabled") == sent


def test_a_list_is_asked_for_in_the_query() -> None:
    """Size, number and token of the page go where Twilio puts them, in Twilio's order."""
    request = written("list_user", page_token="PT+/=&", page=0, page_size=2)

    assert request.target == "/v1/Users?PageSize=2&Page=0&PageToken=PT%2B%2F%3D%26"
    assert request.body == b""


def test_a_list_of_nothing_in_particular_has_no_query() -> None:
    """Without parameters there is no question mark either."""
    assert written("list_user").target == "/v1/Users"


@pytest.mark.parametrize("origin", [ORIGIN, "https://conversations.dublin.ie1.twilio.com"])
def test_a_request_goes_to_the_origin_that_was_given(origin: str) -> None:
    """Edge and region are the caller's choice."""
    assert encode(OPERATIONS["list_user"], {}, origin=origin).origin == origin


# Identities in the path


@pytest.mark.parametrize(
    ("identity", "segment"),
    [
        ("ada", "ada"),
        ("ada@example.com", "ada%40example.com"),
        ("a/b", "a%2Fb"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("...", "..."),
        ("a.b", "a.b"),
        ("%2F", "%252F"),
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("é", "%C3%A9"),
    ],
)
def test_an_identity_is_written_as_one_segment(identity: str, segment: str) -> None:
    """Slashes are encoded, and so are the dots that HTTP libraries would collapse."""
    assert encode_segment(identity) == segment


@pytest.mark.parametrize("identity", ODD_IDENTITIES, ids=ascii)
@pytest.mark.parametrize("operation", ["fetch_user", "fetch_service_user", "delete_user"])
def test_an_odd_identity_comes_back_from_the_path(identity: str, operation: str) -> None:
    """What the client writes is what the server reads, however odd."""
    call = decode(written(operation, chat_service_sid=SERVICE, sid=identity))

    assert isinstance(call, Call)
    assert (call.operation.name, call.user) == (operation, identity)


@given(identity=st.text(min_size=1))
def test_any_identity_makes_exactly_one_segment_and_comes_back(identity: str) -> None:
    """For every text: one segment of unreserved ASCII, which decodes to the text."""
    segment = encode_segment(identity)
    found = route(f"/v1/Users/{segment}")

    assert segment.isascii()
    assert not set(segment) & set("/?#\\ ")
    assert segment not in (".", "..")
    assert found is not None
    assert found.values == {"Sid": identity}


@given(
    arguments=st.fixed_dictionaries(
        {"identity": st.text()},
        optional={"friendly_name": st.text(), "attributes": st.text(), "role_sid": st.text()},
    )
)
def test_any_form_comes_back(arguments: dict[str, str]) -> None:
    """Every text survives the form, and parameters keep the order of the contract."""
    call = decode(written("create_user", **arguments))

    assert isinstance(call, Call)
    sent = {p.name: p.argument for p in call.operation.parameters if p.argument in arguments}
    assert call.form == tuple((name, arguments[argument]) for name, argument in sent.items())


@given(token=st.text())
def test_any_page_token_comes_back(token: str) -> None:
    """A token is opaque: it returns as it was given."""
    call = decode(written("list_user", page_token=token))

    assert isinstance(call, Call)
    assert call.query == (("PageToken", token),)


def test_an_empty_user_in_the_path_is_refused_before_it_is_sent() -> None:
    """An empty identity would ask about all users: the message says so."""
    with pytest.raises(InvalidArgument) as raised:
        written("delete_user", sid="")

    assert str(raised.value) == (
        "sid='' is not a user: an empty SID or identity would ask for the list of users instead."
    )


def test_a_user_of_none_is_refused_before_it_is_sent() -> None:
    """The SID that a record does not have yet is told by its argument's name."""
    with pytest.raises(InvalidArgument) as raised:
        written("fetch_user", sid=None)

    assert str(raised.value) == (
        "sid=None is not a user: an empty SID or identity would ask for the list of users instead."
    )


@pytest.mark.parametrize(
    ("operation", "argument", "value", "place"),
    [
        ("create_user", "identity", "ada\ud83e", 3),
        ("fetch_user", "sid", "\udd89", 0),
        ("update_user", "attributes", '{"a": "\ud83e"}', 7),
        ("list_user", "page_token", "PT\ud83e", 2),
    ],
    ids=["form", "path", "attributes", "query"],
)
def test_half_a_surrogate_pair_is_refused_before_it_is_sent(
    operation: str, argument: str, value: str, place: int
) -> None:
    """No UTF-8 exists for it: the message names argument, value and place."""
    with pytest.raises(InvalidArgument) as raised:
        written(operation, **{"sid": "ada", argument: value})

    assert str(raised.value) == (
        f"{argument}={value!r} can't be sent: character {place} is half of a surrogate pair,"
        " which UTF-8 does not encode."
    )


# Attributes


def nested(depth: int) -> dict[str, Any]:
    """An object in an object in an object."""
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


def nested_lists(depth: int) -> list[Any]:
    """A list in a list in a list."""
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def endless() -> dict[str, Any]:
    """An object that holds itself."""
    value: dict[str, Any] = {}
    value["a"] = [value, value]
    return value


def test_attributes_given_as_text_are_sent_to_the_letter() -> None:
    """The author's own JSON is not read, and not re-formatted."""
    call = decode(written("update_user", sid="ada", attributes='{ "duty":"tech" }'))

    assert isinstance(call, Call)
    assert call.form == (("Attributes", '{ "duty":"tech" }'),)


def test_attributes_given_as_a_mapping_are_sent_as_json() -> None:
    """One parameter holds the whole object, not one parameter for each key."""
    call = decode(written("update_user", sid="ada", attributes={"duty": "tech", "on": [1, None]}))

    assert isinstance(call, Call)
    assert call.form == (("Attributes", '{"duty": "tech", "on": [1, null]}'),)


def test_attributes_are_written_without_escapes() -> None:
    r"""Neither `\u00e9` nor `\/`, which Twilio has refused at times, but the characters."""
    assert encode_attributes({"é": "a/b 🦉"}, name="attributes") == '{"é": "a/b 🦉"}'


@given(attributes=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_any_attributes_come_back(attributes: dict[str, Any]) -> None:
    """What a mapping says is what its text says."""
    assert json.loads(encode_attributes(attributes, name="attributes")) == attributes


@pytest.mark.parametrize(
    ("attributes", "place", "reason"),
    [
        (
            {"at": datetime(2026, 1, 1, tzinfo=UTC)},
            "['at']",
            "Object of type datetime is not JSON",
        ),
        ({"b": [1, {"c": b"x"}]}, "['b'][1]['c']", "Object of type bytes is not JSON"),
        ({"a": MappingProxyType({})}, "['a']", "Object of type mappingproxy is not JSON"),
        ({"\ud83e": 1}, "", "'utf-8' codec can't encode"),
        ({"tags": {"a"}}, "['tags']", "Object of type set is not JSON"),
        ({("a", "b"): 1}, "", "the key ('a', 'b') is not a text."),
        ({"a": "\ud83e"}, "['a']", "'utf-8' codec can't encode"),
        ({"score": float("nan")}, "['score']", "Out of range float values are not JSON"),
        ({"score": [float("-inf")]}, "['score'][0]", "Out of range float values are not JSON"),
        ({"count": 10**5_000}, "['count']", "Exceeds the limit (4300 digits)"),
        ({1: "a", "1": "b"}, "", "the key 1 is not a text."),
        ({"a": [({None: 1},)]}, "", "the key None is not a text."),
        (nested(3_000), "", "they are nested more than 100 deep."),
        (nested(101), "", "they are nested more than 100 deep."),
        ({"a": nested_lists(100)}, "", "they are nested more than 100 deep."),
        (endless(), "", "they are nested more than 100 deep."),
    ],
    ids=[
        *("date", "bytes inside", "mapping inside", "surrogate key"),
        *("set", "key", "surrogate", "nan", "infinity", "digits", "two keys of one text"),
        *("key inside", "deep", "just too deep", "lists just too deep", "endless"),
    ],
)
def test_attributes_that_json_can_not_hold_are_refused(
    attributes: dict[Any, Any], place: str, reason: str
) -> None:
    """Nothing is sent that Twilio would store differently or refuse."""
    with pytest.raises(InvalidArgument) as raised:
        written("update_user", sid="ada", attributes=attributes)

    # What follows is Python's own sentence, which differs between its versions.
    assert str(raised.value).startswith(f"attributes{place} can't be written as JSON: {reason}")


def test_attributes_that_are_nested_deep_are_refused() -> None:
    """Python comes to its end with them."""
    attributes: dict[str, Any] = {}
    for _ in range(3_000):
        attributes = {"a": attributes}
    with pytest.raises(InvalidArgument, match=r"^attributes can't be written .* nested .* deep\.$"):
        written("update_user", sid="ada", attributes=attributes)


@pytest.mark.parametrize("attributes", [["duty"], 1, True, ("a",)], ids=repr)
def test_attributes_that_are_neither_mapping_nor_text_are_refused(attributes: object) -> None:
    """Python's repr of a list is not JSON, and Attributes hold an object."""
    with pytest.raises(InvalidArgument) as raised:
        written("update_user", sid="ada", attributes=attributes)

    assert str(raised.value) == (
        f"attributes={attributes!r} ({type(attributes).__name__}): allowed: a mapping, or the text"
        " of a JSON object."
    )


def test_attributes_may_be_nested_a_hundred_deep() -> None:
    """As deep as nobody nests them; every Python reads and writes that."""
    assert json.loads(encode_attributes(nested(100), name="attributes")) == nested(100)
    assert json.loads(encode_attributes({"a": nested_lists(99)}, name="attributes")) == {
        "a": nested_lists(99)
    }


# Answers


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda refusal: refusal.name)
def test_a_refusals_body_has_twilios_four_keys_in_order(refusal: Refusal) -> None:
    """Code, message, more_info, status: as recorded."""
    body = refusal_body(refusal, path="/v1/Users/ada", method="GET")

    assert list(body) == ["code", "message", "more_info", "status"]
    assert body["code"] == refusal.code
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{refusal.code}"
    assert body["status"] == refusal.status


@pytest.mark.parametrize(
    ("name", "path", "method", "message"),
    [
        (
            "not_found",
            f"/v1/Services/{SERVICE}/Users/1234",
            "GET",
            f"The requested resource /Services/{SERVICE}/Users/1234 was not found",
        ),
        (
            "not_found",
            "/v1/Users/{ada}%2F",
            "GET",
            "The requested resource /Users/{ada}%2F was not found",
        ),
        (
            "method_not_allowed",
            "/v1/Users",
            "PATCH",
            "The requested resource /Users does not support the attempted HTTP method PATCH",
        ),
        ("token_wrong", "/v1/Users", "GET", "Authenticate"),
    ],
    ids=["path", "odd path", "method", "neither"],
)
def test_a_refusals_message_names_the_resource(
    name: str, path: str, method: str, message: str
) -> None:
    """The path stands there as it was asked for, without /v1."""
    assert refusal_body(REFUSALS[name], path=path, method=method)["message"] == message


def test_json_is_spaced_as_twilio_spaces_it() -> None:
    """A refusal is Twilio's to the byte."""
    body = refusal_body(REFUSALS["attributes_not_json"], path="/v1/Users", method="POST")

    assert encode_json(body) == (
        b'{"code": 50304, "message": "Attributes not valid JSON",'
        b' "more_info": "https://www.twilio.com/docs/errors/50304", "status": 400}'
    )
