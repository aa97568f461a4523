"""What a message says, as a tree whose private leaves are marked: nothing else leaves the test."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    BOOLEANS,
    OPERATIONS,
    PAGE,
    PAGE_SIZE,
)
from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.privacy.stand_ins import STAND_IN
from pytest_twilio_users.wire.answers import is_date
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    WEBHOOK_HEADER,
    Call,
    Pairs,
    decode,
    decode_number,
    decode_pairs,
    encode_segment,
    is_form,
    refuse_constant,
)
from pytest_twilio_users.wire.messages import Headers, Request, Response

_DEEPEST = 100
"""How deep JSON may be nested; what is deeper is taken for a text."""

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# As people name things, in letters; ids and numbers of people have more digits.
_NAME = re.compile(r"(?!.*[0-9]{3})(?!(?:.*[0-9]){5})[A-Za-z][A-Za-z0-9_ -]{0,39}")
_PARAMETERS = frozenset(p.name for operation in OPERATIONS.values() for p in operation.parameters)
_COUNTS = (PAGE_SIZE.name, PAGE.name)

_TYPE = re.compile(
    rf"(application/json|text/html|text/plain|{FORM_TYPE})(; ?charset=[A-Za-z0-9-]{{1,20}})?"
)
_HTTP_DATE = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
_REQUEST_HEADERS = {"content-type": _TYPE, "accept": re.compile(r"application/json|\*/\*")}
_RESPONSE_HEADERS = {
    "content-type": _TYPE,
    "date": re.compile(_HTTP_DATE),
    "retry-after": re.compile(rf"\d{{1,6}}|{_HTTP_DATE}"),
    "twilio-concurrent-requests": re.compile(r"\d{1,6}"),
    "twilio-request-duration": re.compile(r"\d{1,6}\.\d{1,6}"),
    "x-api-domain": re.compile(r"conversations\.twilio\.com"),
    "x-home-region": re.compile(r"[a-z]{2}\d"),
}
_REQUEST_ID = "twilio-request-id"
_MORE_INFO = re.compile(re.escape(MORE_INFO).replace(r"\{code\}", r"\d{5}"))


class Leaves(Protocol):
    """What a tree has in place of private values, of a request."""

    def text(self, value: str) -> Any:
        """A text."""
        ...

    def number(self, value: float) -> Any:
        """A number."""
        ...

    def written(self, text: str, /) -> Any:
        """A JSON text, for how it is written."""
        ...


class ResponseLeaves(Leaves, Protocol):
    """The same, of a response."""

    def words(self, text: str) -> Any:
        """A text of the service, some words of which are harmless."""
        ...

    def url(self, text: str) -> Any:
        """An address of the service's."""
        ...


def describe_request(request: Request, leaves: Leaves) -> JsonObject:
    """What a request says; `path` is a list of segments."""
    call = decode(request)
    tree: JsonObject = {"operation": call.operation.name} if isinstance(call, Call) else {}
    tree["method"] = request.method if request.method in _METHODS else leaves.text(request.method)
    tree["path"] = describe_path(request.path, leaves.text)
    query = _describe_pairs(decode_pairs(request.query), leaves)
    headers = _describe_headers(request.headers, _REQUEST_HEADERS)
    webhook = request.header(WEBHOOK_HEADER)
    if webhook is not None:
        headers[WEBHOOK_HEADER] = webhook if webhook in BOOLEANS else leaves.text(webhook)
    if query:
        tree["query"] = query
    if headers:
        tree["headers"] = headers
    if request.authorization is None:
        tree["credentials"] = False
    if request.body:
        tree |= _describe_body(request, leaves)
    return tree


def describe_response(response: Response, leaves: ResponseLeaves) -> JsonObject:
    """What a response says."""
    tree: JsonObject = {"status": response.status}
    headers = _describe_headers(response.headers, _RESPONSE_HEADERS)
    request_id = response.header(_REQUEST_ID)
    if request_id:
        headers[_REQUEST_ID] = leaves.text(request_id)
    if headers:
        tree["headers"] = headers
    if response.body:
        try:
            body = json.loads(response.body, parse_constant=refuse_constant)
            tree["json"] = _describe_json(body, leaves)
        except (ValueError, RecursionError):
            tree["text"] = leaves.text(response.body.decode(errors="replace"))
    return tree


def describe_path(path: str, private: Callable[[str], Any]) -> list[Any]:
    """The segments of a path, decoded; what is no part of the ten operations' paths is private."""
    segments = split_path(path)
    in_service = segments[1:2] == ["Services"]
    literal = {0: "v1", 1: "Services", 3: "Users", 5: "Conversations"}
    if not in_service:
        literal = {0: "v1", 1: "Users", 3: "Conversations"}
    return [
        segment if literal.get(index) == segment else private(segment)
        for index, segment in enumerate(segments)
    ]


def split_path(path: str) -> list[str]:
    """The decoded segments of a path."""
    return [unquote(segment) for segment in path.split("/")[1:]]


def join_path(segments: list[str]) -> str:
    """A path of decoded segments."""
    return "/" + "/".join(map(encode_segment, segments))


def split_url(url: str) -> tuple[str, str, str] | None:
    """Origin, path and query of an address of the service's; None if it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not parts.path.startswith("/v1/") or parts.fragment or not url.isascii():
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", parts.path, parts.query


def describe_query(query: str, private: Callable[[str], Any]) -> list[tuple[Any, Any]]:
    """The pairs of a query."""
    return [_describe_pair(name, value, private) for name, value in decode_pairs(query)]


def is_harmless_name(name: str) -> bool:
    """Whether a name may be shown: a plain word, nobody's id, and no stand-in."""
    return _NAME.fullmatch(name) is not None and STAND_IN.search(name) is None


def _describe_pair(name: str, value: str, private: Callable[[str], Any]) -> tuple[Any, Any]:
    # What stands alone may be a value, of a body that is no form.
    harmless = name in _PARAMETERS or (value and is_harmless_name(name))
    shown_name = name if harmless else private(name)
    counts = name in _COUNTS and decode_number(value) is not None and len(value) < 7
    return shown_name, value if counts else private(value)


def _describe_pairs(pairs: Pairs, leaves: Leaves) -> Any:
    described = [
        (name, describe_attributes(value, leaves))
        if name == ATTRIBUTES.name
        else _describe_pair(name, value, leaves.text)
        for name, value in pairs
    ]
    once = len({name for name, _ in pairs}) == len(pairs)
    return dict(described) if once else [list(pair) for pair in described]


def _describe_headers(headers: Headers, harmless: Mapping[str, re.Pattern[str]]) -> JsonObject:
    return {
        name: value
        for name, value in sorted(headers)
        if name in harmless and harmless[name].fullmatch(value)
    }


def _describe_body(request: Request, leaves: Leaves) -> JsonObject:
    text = request.body.decode(errors="replace")
    if is_form(request):
        return {"form": _describe_pairs(decode_pairs(text), leaves)}
    return {"body": {"text": leaves.text(text)}}


def describe_attributes(text: str, leaves: Leaves) -> Any:
    """A JSON object as one; where it is not written as the kit writes, with a mark for that."""
    try:
        value = json.loads(text, parse_constant=refuse_constant)
        plain = json.dumps(value, ensure_ascii=False) == text
        described = describe_private(value, leaves) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return leaves.text(text)
    if described is None:
        return leaves.text(text)
    if plain and not described.keys() & {"written", "unquoted"}:
        return described
    return {"written": leaves.written(text), "json": described}


def describe_private(value: Any, leaves: Leaves, depth: int = 0) -> Any:
    """Somebody's JSON: keys that are words, and types, are kept.

    Raises:
        ValueError: it is nested beyond reason. How deep Python itself goes differs.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    below = depth + 1
    if isinstance(value, dict):
        return {
            key if is_harmless_name(key) else leaves.text(key): describe_private(
                part, leaves, below
            )
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [describe_private(part, leaves, below) for part in value]
    if isinstance(value, str):
        return leaves.text(value)
    if isinstance(value, bool) or value is None:
        return value
    return leaves.number(value)


def _describe_json(body: Any, leaves: ResponseLeaves) -> Any:
    if not isinstance(body, dict):
        return describe_private(body, leaves)
    return _describe_fields(body, _TOP, leaves)


def _describe_fields(
    body: Mapping[str, Any],
    known: Mapping[str, Callable[[Any, ResponseLeaves], Any]],
    leaves: ResponseLeaves,
) -> JsonObject:
    return {
        key if is_harmless_name(key) else leaves.text(key): known.get(key, describe_private)(
            value, leaves
        )
        for key, value in body.items()
    }


def _text(value: Any, leaves: ResponseLeaves) -> Any:
    return describe_private(value, leaves)


def _attributes(value: Any, leaves: ResponseLeaves) -> Any:
    if isinstance(value, str):
        return describe_attributes(value, leaves)
    return {"unquoted": describe_private(value, leaves)}


def _date(value: Any, leaves: ResponseLeaves) -> Any:
    return value if isinstance(value, str) and is_date(value) else describe_private(value, leaves)


def _url(value: Any, leaves: ResponseLeaves) -> Any:
    return leaves.url(value) if isinstance(value, str) else describe_private(value, leaves)


def _links(value: Any, leaves: ResponseLeaves) -> Any:
    if not isinstance(value, dict):
        return describe_private(value, leaves)
    return _describe_fields(value, dict.fromkeys(value, _url), leaves)


def _count(value: Any, leaves: ResponseLeaves) -> Any:
    small = type(value) is int and 0 <= value < 1_000_000
    return value if small else describe_private(value, leaves)


def _words(value: Any, leaves: ResponseLeaves) -> Any:
    return leaves.words(value) if isinstance(value, str) else describe_private(value, leaves)


def _more_info(value: Any, leaves: ResponseLeaves) -> Any:
    known = isinstance(value, str) and _MORE_INFO.fullmatch(value)
    return value if known else describe_private(value, leaves)


def _meta(value: Any, leaves: ResponseLeaves) -> Any:
    if not isinstance(value, dict):
        return describe_private(value, leaves)
    return _describe_fields(value, _META, leaves)


def _users(value: Any, leaves: ResponseLeaves) -> Any:
    if not isinstance(value, list):
        return describe_private(value, leaves)
    return [
        _describe_fields(user, _USER, leaves)
        if isinstance(user, dict)
        else describe_private(user, leaves)
        for user in value
    ]


def _key(value: Any, leaves: ResponseLeaves) -> Any:
    return value if value == "users" else describe_private(value, leaves)


_BY_KIND: Mapping[Kind, Callable[[Any, ResponseLeaves], Any]] = {
    Kind.TEXT: _text,
    Kind.SID: _text,
    Kind.JSON_OBJECT: _attributes,
    Kind.DATE_TIME: _date,
    Kind.URL: _url,
    Kind.LINKS: _links,
    Kind.BOOLEAN: _text,
    Kind.INTEGER: _count,
}
_USER = {name: _BY_KIND[field.kind] for name, field in USER_FIELDS.items()}
_META = {name: _BY_KIND[field.kind] for name, field in META_FIELDS.items()} | {"key": _key}
_TOP = {
    **_USER,
    "meta": _meta,
    "users": _users,
    "code": _count,
    "status": _count,
    "message": _words,
    "more_info": _more_info,
}
