"""Every way in which a request or an answer breaks the contract, all at once."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any

from pytest_twilio_users.contract.fields import LINK_NAMES, META_FIELDS, USER_FIELDS, Field, Kind
from pytest_twilio_users.contract.operations import Action, Operation, Part
from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.errors import did_you_mean
from pytest_twilio_users.wire.codec import FORM_TYPE, Call, Pairs, is_form, media_type
from pytest_twilio_users.wire.messages import Request, Response


class Severity(IntEnum):
    """How bad a violation is; the higher, the worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One way in which a message breaks the contract.

    `pointer` names the place: part and name in a request (`form.FriendlyName`),
    a JSON pointer in an answer's body (`/users/0/sid`).
    """

    severity: Severity
    pointer: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.pointer or 'body'}: found {self.found}; {self.allowed}"


_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_REFUSAL_KEYS = frozenset({"code", "message", "more_info", "status", "detail", "details"})
# Unreserved, sub-delims, ":" and "@" of RFC 3986, or a percent-encoded byte.
_ENCODED_PATH = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")


def check_request(request: Request, call: Call) -> tuple[Violation, ...]:
    """Find the mistakes in a request that Twilio's answer does not explain.

    What Twilio refuses, such as text that is too long, its answer tells; before
    there is one, `values.check_values` does.
    """
    violations = _check_path(request.path)
    headers = [name for name, _ in request.headers if name.startswith("x-twilio-")]
    if "?" in request.target or request.fragment or request.body or headers:
        violations += tuple(_request_violations(request, call, headers))
    return violations


@lru_cache(maxsize=1024)
def _check_path(path: str) -> tuple[Violation, ...]:
    return tuple(_path_violations(path))


def _path_violations(path: str) -> Iterator[Violation]:
    if not _ENCODED_PATH.fullmatch(path):
        yield _error(
            "path", repr(path), "encode each segment, as urllib.parse.quote(identity, safe='') does"
        )
    if path.endswith("/"):
        yield Violation(
            severity=Severity.WARNING,
            pointer="path",
            found=repr(path),
            allowed="a path ends with a name; was an identity empty, or '.'?",
        )


def _request_violations(request: Request, call: Call, headers: list[str]) -> Iterator[Violation]:
    if request.fragment:
        yield _error("path", repr(f"#{request.fragment}"), "was an identity with '#' not encoded?")
    if request.target.endswith("?") and _is_about_one_user(call.operation):
        yield _error("path", repr(request.target), "was an identity with '?' not encoded?")
    if call.query:
        yield from _pairs_violations(call.operation, Part.QUERY, call.query)
        yield from _range_violations(call)
    if request.body:
        yield from _body_violations(request, call)
    yield from _header_violations(call.operation, headers)
    if call.webhook_enabled not in (None, "true", "false"):
        yield _error(
            "header.X-Twilio-Webhook-Enabled", repr(call.webhook_enabled), "allowed: true, false"
        )


def _header_violations(operation: Operation, headers: list[str]) -> Iterator[Violation]:
    allowed = [parameter.name for parameter in operation.in_part(Part.HEADER)]
    known = [name.lower() for name in allowed]
    for name, count in Counter(headers).items():
        if name not in known:
            advice = f"{operation} has no such header.{did_you_mean(name, allowed)}"
            yield _error(f"header.{name}", "a parameter that Twilio ignores", advice)
        elif count > 1:
            yield _error(f"header.{name}", f"it {count} times", "allowed: once")


def _body_violations(request: Request, call: Call) -> Iterator[Violation]:
    if not call.operation.in_part(Part.FORM):
        yield _error("body", f"{len(request.body)} bytes", f"{call.operation} has no body")
    elif not is_form(request):
        content_type = request.header("content-type")
        found = repr(content_type) if content_type else "no content type"
        what = "JSON" if "json" in media_type(content_type) else "a body that Twilio does not read"
        yield _error("header.Content-Type", f"{found}, {what}", f"allowed: {FORM_TYPE}")
    else:
        yield from _pairs_violations(call.operation, Part.FORM, call.form)


def _pairs_violations(operation: Operation, part: Part, pairs: Pairs) -> Iterator[Violation]:
    allowed = [parameter.name for parameter in operation.in_part(part)]
    for name, count in Counter(name for name, _ in pairs).items():
        if name not in allowed:
            if allowed:
                advice = f"allowed: {', '.join(allowed)}.{did_you_mean(name, allowed)}"
            elif _is_about_one_user(operation):
                advice = f"{operation} has no {part}; was an identity with '?' not encoded?"
            else:
                advice = f"{operation} has no {part}"
            yield _error(f"{part}.{name}", "a parameter that Twilio ignores", advice)
        elif count > 1:
            yield _error(f"{part}.{name}", f"it {count} times", "allowed: once")


def _range_violations(call: Call) -> Iterator[Violation]:
    values = dict(call.query)
    for parameter in call.operation.in_part(Part.QUERY):
        text = values.get(parameter.name, "")
        is_number = re.fullmatch("[0-9]{1,18}", text) is not None
        if parameter.maximum is not None and is_number and int(text) > parameter.maximum:
            yield Violation(
                severity=Severity.WARNING,
                pointer=f"query.{parameter.name}",
                found=text,
                allowed=f"documented: at most {parameter.maximum};"
                " Twilio may answer fewer users than asked for, so follow next_page_url",
            )


def _is_about_one_user(operation: Operation) -> bool:
    """Tell whether the operation's path ends with a user."""
    return operation.path.endswith("{Sid}")


def check_response(operation: Operation, response: Response) -> tuple[Violation, ...]:
    """Find every way in which an answer breaks the contract."""
    return tuple(_response_violations(operation, response))


def _response_violations(operation: Operation, response: Response) -> Iterator[Violation]:
    refused = response.status >= 400
    if not refused and response.status != operation.status:
        yield _error("status", str(response.status), f"{operation} answers {operation.status}")
    if operation.action is Action.DELETE and not refused:
        if response.body:
            yield _error("body", repr(response.body[:80]), "delete answers with no body")
        return
    content_type = media_type(response.header("content-type"))
    if content_type not in ("application/json", "application/problem+json"):
        yield _error("header.Content-Type", repr(content_type), "allowed: application/json")
    try:
        body = response.json()
    except ValueError:
        yield _error("body", repr(response.body[:80]), "the body is JSON")
        return
    if not isinstance(body, dict):
        yield _error("", _show(body), "the body is an object")
    elif refused:
        yield from _refusal_violations(response.status, body)
    elif operation.action is Action.LIST:
        yield from _page_violations(body)
    else:
        yield from _object_violations(body, USER_FIELDS, "")


def _page_violations(body: Mapping[str, Any]) -> Iterator[Violation]:
    yield from _unknown(body, {"meta", "users"}, "")
    meta, users = body.get("meta"), body.get("users")
    if isinstance(meta, dict):
        yield from _object_violations(meta, META_FIELDS, "/meta")
        if meta.get("key") not in (None, "users"):
            yield _error("/meta/key", _show(meta["key"]), "allowed: 'users'")
    else:
        yield _error("/meta", _show(meta), "meta is an object")
    if not isinstance(users, list):
        yield _error("/users", _show(users), "users is an array")
        return
    for index, user in enumerate(users):
        if isinstance(user, dict):
            yield from _object_violations(user, USER_FIELDS, f"/users/{index}")
        else:
            yield _error(f"/users/{index}", _show(user), "a user is an object")


def _object_violations(
    found: Mapping[str, Any], fields: Mapping[str, Field], pointer: str
) -> Iterator[Violation]:
    yield from _unknown(found, fields, pointer)
    for name, field in fields.items():
        place = f"{pointer}/{name}"
        if name not in found:
            yield Violation(
                severity=Severity.WARNING,
                pointer=place,
                found="nothing",
                allowed="every field is answered, null if it has no value",
            )
        elif found[name] is not None:
            yield from _value_violations(found[name], field, place)
        elif fields is META_FIELDS and not field.null_when:
            yield _error(place, "null", f"allowed: {_FORMS[field.kind][2]}")


def _value_violations(value: Any, field: Field, pointer: str) -> Iterator[Violation]:
    allowed = _expected(value, field)
    if allowed:
        yield _error(pointer, _show(value), allowed)
    elif field.kind is Kind.LINKS:
        yield from _unknown(value, LINK_NAMES, pointer)
        for name in LINK_NAMES:
            if not isinstance(value.get(name), str):
                yield _error(f"{pointer}/{name}", _show(value.get(name)), "a link is a URL")


def _expected(value: Any, field: Field) -> str:
    """What the field's value should have been, or an empty text."""
    python_type, fits, form = _FORMS[field.kind]
    if type(value) is not python_type:  # a boolean is no integer
        return f"allowed: {form}"
    if field.sid is not None and not field.sid.matches(str(value)):
        return f"allowed: {field.sid.pattern}"
    return "" if fits(value) else f"allowed: {form}"


def _refusal_violations(status: int, body: Mapping[str, Any]) -> Iterator[Violation]:
    if "title" in body and "message" not in body:
        yield Violation(
            severity=Severity.NOTE,
            pointer="",
            found="problem details (RFC 9457)",
            allowed="this API's refusals are code, message, more_info, status",
        )
        return
    code = body.get("code")
    if type(code) is not int:  # a boolean is no code
        yield _error("/code", _show(code), "allowed: an integer")
    elif body.get("more_info") != MORE_INFO.format(code=code):
        yield _error(
            "/more_info", _show(body.get("more_info")), f"allowed: {MORE_INFO.format(code=code)}"
        )
    if not isinstance(body.get("message"), str):
        yield _error("/message", _show(body.get("message")), "allowed: a text")
    if body.get("status") != status:
        yield _error("/status", _show(body.get("status")), f"allowed: {status}")
    yield from _unknown(body, _REFUSAL_KEYS, "")


def _unknown(found: Mapping[str, Any], known: Any, pointer: str) -> Iterator[Violation]:
    for name in found:
        if name not in known:
            yield Violation(
                severity=Severity.NOTE,
                pointer=f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}",  # RFC 6901
                found="a field that the contract does not know",
                allowed="new fields may come",
            )


def _error(pointer: str, found: str, allowed: str) -> Violation:
    return Violation(severity=Severity.ERROR, pointer=pointer, found=found, allowed=allowed)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:  # such as the 31st of April
        return False
    return True


def is_json_object(text: str) -> bool:
    """Tell whether the text is JSON, and that an object."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _show(value: Any) -> str:
    """The value as JSON, cut to one readable line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _is_any(_: Any) -> bool:
    return True


_FORMS: dict[Kind, tuple[type, Callable[[Any], bool], str]] = {
    Kind.TEXT: (str, _is_any, "text"),
    Kind.SID: (str, _is_any, "a SID"),
    Kind.JSON_OBJECT: (str, is_json_object, "text that holds a JSON object"),
    Kind.DATE_TIME: (str, _is_date, "GMT such as 2019-12-16T22:18:37Z"),
    Kind.URL: (str, _is_url, "an absolute URL"),
    Kind.LINKS: (dict, _is_any, "an object"),
    Kind.BOOLEAN: (bool, _is_any, "true or false"),
    Kind.INTEGER: (int, _is_any, "an integer"),
}
