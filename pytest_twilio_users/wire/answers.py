"""Checks an answer against the contract, with all violations at once."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from pytest_twilio_users.contract.fields import LINK_NAMES, META_FIELDS, USER_FIELDS, Field, Kind
from pytest_twilio_users.contract.operations import Action, Operation
from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.errors import cut
from pytest_twilio_users.wire.codec import is_json_object, media_type
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Violation, error, note, warning

if TYPE_CHECKING:
    from pytest_twilio_users.wire.journal import Exchange

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
ANY_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
"""A date in whatever form of ISO 8601 a server might write it."""

_REFUSAL_KEYS = frozenset({"code", "message", "more_info", "status", "detail", "details"})


def check_response(operation: Operation, response: Response) -> tuple[Violation, ...]:
    """Find every way in which an answer breaks the contract."""
    return tuple(_response_violations(operation, response))


def check_hidden(operation: Operation, exchange: "Exchange") -> tuple[Violation, ...]:
    """The same of an exchange that was answered, with private values hidden in what is found.

    They are hidden before the answer is looked at: what is cut could not be told any more.
    """
    response = cast("Response", exchange.response)
    body = exchange.request.hide(response.body.decode(errors="replace"))
    return check_response(operation, replace(response, body=body.encode()))


def _response_violations(operation: Operation, response: Response) -> Iterator[Violation]:
    refused = response.status >= 400
    body = None
    if refused or operation.action is not Action.DELETE:
        try:
            body = response.json()
        except (ValueError, RecursionError):
            yield from _type_violations(response, refused=refused)
            yield error("body", repr(response.body[:80]), "the body is JSON")
            return
    if not refused:
        yield from success_violations(operation, response, body)
        return
    yield from _type_violations(response, refused=True)
    if isinstance(body, dict):
        yield from _refusal_violations(response.status, body)
    else:
        yield error("", _show(body), "the body is an object")


def success_violations(operation: Operation, response: Response, body: Any) -> Iterator[Violation]:
    """Find every way in which a success breaks the contract.

    Args:
        operation: what was asked for.
        response: the answer, its status below 400.
        body: what its JSON says; not looked at for a delete.
    """
    if response.status != operation.status:
        yield error("status", str(response.status), f"{operation} answers {operation.status}")
    if operation.action is Action.DELETE:
        if response.body:
            yield error("body", repr(response.body[:80]), "delete answers with no body")
        return
    yield from _type_violations(response, refused=False)
    if not isinstance(body, dict):
        yield error("", _show(body), "the body is an object")
    elif operation.action is Action.LIST:
        yield from _page_violations(body)
    else:
        yield from _object_violations(body, USER_FIELDS, "")


def _type_violations(response: Response, *, refused: bool) -> Iterator[Violation]:
    content_type = media_type(response.header("content-type"))
    problem = refused and content_type == "application/problem+json"
    if content_type != "application/json" and not problem:
        yield error("header.Content-Type", repr(content_type), "allowed: application/json")


def _page_violations(body: Mapping[str, Any]) -> Iterator[Violation]:
    yield from _unknown(body, {"meta", "users"}, "")
    meta, users = body.get("meta"), body.get("users")
    if isinstance(meta, dict):
        yield from _object_violations(meta, META_FIELDS, "/meta")
        if isinstance(meta.get("key"), str) and meta["key"] != "users":
            yield error("/meta/key", _show(meta["key"]), "allowed: 'users'")
    else:
        yield error("/meta", _show(meta), "meta is an object")
    if not isinstance(users, list):
        yield error("/users", _show(users), "users is an array")
        return
    for index, user in enumerate(users):
        if isinstance(user, dict):
            yield from _object_violations(user, USER_FIELDS, f"/users/{index}")
        else:
            yield error(f"/users/{index}", _show(user), "a user is an object")


def _object_violations(
    found: Mapping[str, Any], fields: Mapping[str, Field], pointer: str
) -> Iterator[Violation]:
    if found.keys() != fields.keys():
        yield from _unknown(found, fields, pointer)
    for name, field in fields.items():
        place = f"{pointer}/{name}"
        if name not in found:
            yield warning(place, "nothing", "every field is answered, null if it has no value")
        elif found[name] is not None:
            yield from _value_violations(found[name], field, place)
        elif fields is META_FIELDS and not field.null_when:
            yield error(place, "null", f"allowed: {_FORMS[field.kind][2]}")


def _value_violations(value: Any, field: Field, pointer: str) -> Iterator[Violation]:
    allowed = _expected(value, field)
    if allowed:
        yield error(pointer, _show(value), allowed)
    elif field.kind is Kind.DATE_TIME and "." in value:  # a client is to read it all the same
        yield warning(pointer, _show(value), "dates are in whole seconds")
    elif field.kind is Kind.LINKS:
        yield from _unknown(value, LINK_NAMES, pointer)
        for name in LINK_NAMES:
            if not isinstance(value.get(name), str) or not _is_url(value[name]):
                yield error(f"{pointer}/{name}", _show(value.get(name)), "a link is a URL")


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
        allowed = "this API's refusals are code, message, more_info, status"
        yield note("", "problem details (RFC 9457)", allowed)
        return
    code = body.get("code")
    if type(code) is not int:  # a boolean is no code
        yield error("/code", _show(code), "allowed: an integer")
    elif body.get("more_info") != MORE_INFO.format(code=code):
        yield error(
            "/more_info", _show(body.get("more_info")), f"allowed: {MORE_INFO.format(code=code)}"
        )
    if not isinstance(body.get("message"), str):
        yield error("/message", _show(body.get("message")), "allowed: a text")
    if body.get("status") != status:
        yield error("/status", _show(body.get("status")), f"allowed: {status}")
    yield from _unknown(body, _REFUSAL_KEYS, "")


def _unknown(found: Mapping[str, Any], known: Any, pointer: str) -> Iterator[Violation]:
    for name in found:
        if name not in known:
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"  # RFC 6901
            yield note(place, "a field that the contract does not know", "new fields may come")


def is_date(text: str) -> bool:
    """Tell whether the text is a date as Twilio's answers write it, fractions of a second aside."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:  # such as the 31st of April
        return False
    return True


def _show(value: Any) -> str:
    """The value as JSON, cut to one readable line."""
    return cut(json.dumps(value, ensure_ascii=False), longest=80)


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _is_any(_: Any) -> bool:
    return True


_FORMS: dict[Kind, tuple[type, Callable[[Any], bool], str]] = {
    Kind.TEXT: (str, _is_any, "text"),
    Kind.SID: (str, _is_any, "a SID"),
    Kind.JSON_OBJECT: (str, is_json_object, "text that holds a JSON object"),
    Kind.DATE_TIME: (str, is_date, "GMT such as 2019-12-16T22:18:37Z"),
    Kind.URL: (str, _is_url, "an absolute URL"),
    Kind.LINKS: (dict, _is_any, "an object"),
    Kind.BOOLEAN: (bool, _is_any, "true or false"),
    Kind.INTEGER: (int, _is_any, "an integer"),
}
