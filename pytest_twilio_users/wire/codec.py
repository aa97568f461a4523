"""Encodes or decodes messages: forms, queries, JSON, credentials."""

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl, urlencode

from pytest_twilio_users.contract.arguments import (
    is_empty,
    refused,
    require_sendable,
    require_text,
    require_whole,
)
from pytest_twilio_users.contract.fields import Kind
from pytest_twilio_users.contract.operations import (
    BOOLEANS,
    OPERATIONS,
    SERVICE_SID,
    USER,
    WEBHOOK_ENABLED,
    Operation,
    Parameter,
    Part,
)
from pytest_twilio_users.contract.refusals import MORE_INFO, Refusal
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.wire.attributes import encode_attributes
from pytest_twilio_users.wire.messages import Loose, Request, Response, Secret
from pytest_twilio_users.wire.paths import encode_segment, route
from pytest_twilio_users.wire.remembering import remembered

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json; charset=utf-8"
WEBHOOK_HEADER = WEBHOOK_ENABLED.name.lower()

LONGEST_IN_URL = 5_000
"""How many characters of a text go into a URL: httpx takes 65,536, in which each may be 12."""

Pairs = tuple[tuple[str, str], ...]

_JSON = json.JSONEncoder()
_NUMBER = re.compile("[0-9]{1,18}")
_SCHEMES_PARAMETER = re.compile("[A-Za-z_-]+=[^=]")
# Found once: `in` compares parameters field by field, which would take long at each request.
_TAKING_WEBHOOK_HEADER = frozenset(
    operation.name for operation in OPERATIONS.values() if WEBHOOK_ENABLED in operation.parameters
)


class Call(NamedTuple):  # one is made of each request, and a dataclass takes three times as long
    """A request that an operation answers, decoded.

    `query` and `form` keep order and repetitions; `user` is a SID or an identity.
    `service_sid` is None where the path names no service.
    """

    operation: Operation
    service_sid: str | None
    user: str | None
    query: Pairs
    form: Pairs
    webhook_enabled: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unrouted:
    """A request that no operation answers; `known` are those that the path knows.

    `preflight` tells whether it is a browser's question what may be sent there.
    """

    known: tuple[Operation, ...]
    preflight: bool = False


def decode(request: Request) -> Call | Unrouted:
    """Read what a request asks for; once, as all that it passes through want to know."""
    decoded: Call | Unrouted | None = request.decoded
    if decoded is None:
        decoded = decode_anew(request)
        request.keep_decoded(decoded)
    return decoded


def decode_anew(request: Request) -> Call | Unrouted:
    """Read what a request asks for, and keep nothing."""
    found = route(request.path)
    if found is None:
        return Unrouted(known=())
    operation = found.by_method.get(request.method)
    if operation is None:
        known = tuple(found.by_method.values())
        return Unrouted(known=known, preflight=request.method == "OPTIONS")
    return Call(
        operation=operation,
        service_sid=found.values.get(SERVICE_SID.name),
        user=found.values.get(USER.name),
        query=decode_pairs(request.query),
        form=decode_pairs(request.body.decode(errors="replace")) if is_form(request) else (),
        webhook_enabled=(
            request.header(WEBHOOK_HEADER) if operation.name in _TAKING_WEBHOOK_HEADER else None
        ),
    )


def sent_parameters(request: Request) -> dict[str, str]:
    """What a request for an operation or a neighbour sent, by Twilio's names; of others nothing."""
    call = request.decoded or decode_anew(request)
    if isinstance(call, Call):
        sent = dict(call.query) | dict(call.form) | {WEBHOOK_ENABLED.name: call.webhook_enabled}
        return {name: value for name, value in sent.items() if value is not None}
    if not isinstance(request.answered_by, Loose):
        return {}
    form = request.body.decode(errors="replace") if is_form(request) else ""
    return dict(decode_pairs(request.query)) | dict(decode_pairs(form))


def is_form(request: Request) -> bool:
    """Tell whether the body is declared to be a form. Twilio reads no other."""
    return bool(request.body) and media_type(request.header("content-type")) == FORM_TYPE


def media_type(content_type: str | None) -> str:
    """The lower-case media type without parameters, or an empty text."""
    return (content_type or "").partition(";")[0].strip().lower()


def decode_pairs(text: str) -> Pairs:
    """Read a query or a form, in order, empty values included."""
    return tuple(parse_qsl(text, keep_blank_values=True)) if text else ()


def encode_credentials(username: str, password: str) -> Secret:
    """Write the header of HTTP Basic."""
    return Secret("Basic " + base64.b64encode(f"{username}:{password}".encode()).decode())


@remembered(64)
def decode_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Read the user name and password of HTTP Basic; None where there are none."""
    try:
        return read_credentials(authorization or "")
    except ValueError:
        return None


def read_credentials(authorization: str) -> tuple[str, str]:
    """Read the user name and password of HTTP Basic.

    Raises:
        ValueError: there are none. It says what is there instead, and shows no secret.
    """
    scheme, _, encoded = authorization.partition(" ")
    encoded = encoded.strip()
    if scheme.lower() != "basic":
        is_scheme = (scheme.isalpha() and encoded) or _SCHEMES_PARAMETER.match(encoded)
        raise ValueError(scheme if is_scheme else "no scheme")  # all of it may be a secret
    if not encoded:
        raise ValueError("Basic without credentials")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except UnicodeDecodeError:
        raise ValueError("Basic with base64 that is not UTF-8") from None
    except ValueError:
        if ":" in encoded:
            raise ValueError("Basic with credentials that are not encoded in base64") from None
        of_urls = " but that of URLs, with '-' or '_'" if set("-_") & set(encoded) else ""
        raise ValueError(f"Basic with text that is not base64{of_urls}") from None
    username, _, password = text.partition(":")
    if not username:
        raise ValueError("Basic without a user name")
    return username, password


def decode_number(text: str) -> int | None:
    """Read a whole number of a query, as Twilio writes them; None if it is none."""
    return int(text) if _NUMBER.fullmatch(text) else None


def decode_json(text: str) -> Any:
    """Read JSON strictly, to see what it is: its numbers stay text, of any length.

    Raises:
        ValueError: it is not JSON, or nested beyond reason.
    """
    try:
        return _STRICT_JSON.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_object(response: Response) -> dict[str, Any] | None:
    """The body of a response, if it is a JSON object."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_json_object(text: str) -> bool:
    """Tell whether the text is JSON, and that an object."""
    try:
        return isinstance(decode_json(text), dict)
    except ValueError:
        return False


def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make the object of its pairs, of which Python's JSON drops all but the last of a key.

    Raises:
        ValueError: a key stands there twice.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {brief(twice)} stands twice in one object")
    return found


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's JSON reads and which are none.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is not JSON")


_STRICT_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=refuse_constant)


def encode(operation: Operation, arguments: Mapping[str, Any], *, origin: str) -> Request:
    """Write the request of an operation from the client's arguments; None is not sent.

    Raises:
        InvalidArgument: a value is not allowed: an empty identity in the path, what
            is not text, text that UTF-8 can't hold, attributes that JSON can't hold.
    """
    parts: dict[Part, dict[str, str]] = defaultdict(dict)
    for parameter in operation.parameters:
        value = arguments.get(parameter.argument)
        if parameter.part is Part.PATH and (value is None or is_empty(value)):
            raise InvalidArgument(
                f"{parameter.argument}={value!r} is not a user: an empty SID or identity would ask"
                " for the list of users instead."
            )
        if value is not None:
            parts[parameter.part][parameter.name] = encode_value(parameter, value)
    target = operation.path.format_map(
        {name: encode_segment(value) for name, value in parts[Part.PATH].items()}
    )
    if parts[Part.QUERY]:
        target += "?" + urlencode(parts[Part.QUERY])
    headers = [(name.lower(), value) for name, value in parts[Part.HEADER].items()]
    body = b""
    if operation.method == "POST":
        headers += [("accept", "application/json"), ("content-type", FORM_TYPE)]
        body = urlencode(parts[Part.FORM]).encode()
    return Request(
        method=operation.method, origin=origin, target=target, headers=tuple(headers), body=body
    )


def encode_value(parameter: Parameter, value: object, *, place: str = "") -> str:
    """Write the value of a parameter as it is sent.

    Args:
        parameter: whose it is.
        value: what a caller gave.
        place: stands before the argument's name in a complaint.

    Raises:
        InvalidArgument: it is not allowed.
    """
    name = f"{place}{parameter.argument}"
    if parameter.kind is Kind.JSON_OBJECT:
        return encode_attributes(value, name=name)
    if parameter.kind is Kind.INTEGER:
        return str(require_whole(value, name=name))
    if parameter.kind is Kind.BOOLEAN:
        return _encode_boolean(value, name=name)
    text = require_sendable(value, name=name)
    if parameter.part in (Part.PATH, Part.QUERY) and len(text) > LONGEST_IN_URL:
        raise InvalidArgument(
            f"{name}={brief(text)} can't be sent: a URL has room for {LONGEST_IN_URL} characters"
            f" of it, and these are {len(text)}."
        )
    return text


def _encode_boolean(value: object, *, name: str) -> str:
    """Write a boolean in Twilio's words; text is Twilio's to judge, if a header can hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise refused(value, name=name, allowed=f"True, False, {', '.join(map(repr, BOOLEANS))}")
    text = require_text(value, name=name)
    if not (text.isascii() and text.isprintable()):
        raise InvalidArgument(
            f"{name}={brief(value)} can't be sent: a header has printable ASCII, such as"
            f" {' or '.join(BOOLEANS)}."
        )
    return text


def encode_json(value: Any) -> bytes:
    """Write JSON with the spacing of Twilio's answers."""
    return _JSON.encode(value).encode()


def refusal_body(refusal: Refusal, *, path: str, method: str) -> dict[str, Any]:
    """The body of a refusal, keys in Twilio's order. The path is told without /v1."""
    message = refusal.message.format(path=path.removeprefix("/v1"), method=method)
    return {
        "code": refusal.code,
        "message": message,
        "more_info": MORE_INFO.format(code=refusal.code),
        "status": refusal.status,
    }
