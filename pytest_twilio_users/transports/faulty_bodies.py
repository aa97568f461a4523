"""Answers that a fault changes: cut, altered, or of a proxy."""

from collections.abc import Callable
from dataclasses import replace
from http.client import responses
from typing import Any

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json, json_object, refusal_body
from pytest_twilio_users.wire.messages import Headers, Request, Response, describe_body

_WRONG: dict[Kind, Any] = {
    Kind.TEXT: 12345,
    Kind.SID: 12345,
    Kind.JSON_OBJECT: {"an": "object"},
    Kind.DATE_TIME: 1_577_836_800,
    Kind.URL: {"href": "https://example.com"},
    Kind.LINKS: "https://example.com",
    Kind.BOOLEAN: "true",
    Kind.INTEGER: "1",
}
"""A value of another type, such as a careless service might answer."""


def refusal(
    refusal: Refusal, request: Request, *, retry_after: int | None, problem_details: bool | None
) -> Response:
    """Refuse as Twilio would, in its own form or in that of RFC 9457."""
    body = refusal_body(refusal, path=request.path, method=request.method)
    media_type = JSON_TYPE
    if problem_details:
        media_type = "application/problem+json"
        body = {
            "type": body["more_info"],
            "title": responses[refusal.status],
            "status": refusal.status,
            "code": refusal.code,
            "detail": body["message"],
        }
    headers = () if retry_after is None else (("retry-after", str(retry_after)),)
    return _written(refusal.status, encode_json(body), media_type, headers)


def proxys_page(status: int) -> Response:
    """The page that a proxy shows instead of an answer."""
    title = f"{status} {responses.get(status, 'Unknown')}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return _written(status, page.encode(), "text/html")


def _written(status: int, body: bytes, media_type: str, headers: Headers = ()) -> Response:
    return Response(status=status, headers=(*describe_body(body, media_type), *headers), body=body)


def _empty(_: Fault, response: Response) -> Response | None:
    if not response.body:
        return None
    return response.with_body(b"")


def _retyped(fault: Fault, response: Response) -> Response | None:
    if not response.body:
        return None
    retyped = ("content-type", fault["content_type"])
    headers = [retyped if header[0] == retyped[0] else header for header in response.headers]
    changed = replace(response, headers=tuple(headers))
    return None if changed == response else changed


def _changing_fields(change: Callable[[Fault, dict[str, Any]], bool]) -> Any:
    """Changes each object of a success that `change` can change; None if there is none."""

    def changed(fault: Fault, response: Response) -> Response | None:
        body = json_object(response) if response.status < 300 else None
        if body is None:
            return None
        meta = body.get("meta")
        key = meta.get("key", "users") if isinstance(meta, dict) else "users"
        listed = body.get(str(key))
        found = [*listed, body, meta] if isinstance(listed, list) else [body]
        could = [change(fault, each) for each in found if isinstance(each, dict)]
        if not any(could):
            return None
        return response.with_body(encode_json(body))

    return changed


def _drop(fault: Fault, found: dict[str, Any]) -> bool:
    return found.pop(fault["name"], found) is not found


def _put(value_of: Callable[[Fault], Any]) -> Callable[[Fault, dict[str, Any]], bool]:
    def put(fault: Fault, found: dict[str, Any]) -> bool:
        if fault["name"] not in found:
            return False
        found[fault["name"]] = value_of(fault)
        return True

    return put


def _add(fault: Fault, found: dict[str, Any]) -> bool:
    if found.keys().isdisjoint(_OF_A_RESOURCE):
        return False
    found[fault["name"]] = fault["value"]
    return True


def _wrong_value(fault: Fault) -> Any:
    field = USER_FIELDS.get(fault["name"]) or META_FIELDS.get(fault["name"])
    return _WRONG[field.kind] if field else "nothing of the kind"


_OF_A_RESOURCE = ("identity", "sid")
"""Of what a user has one, and so have most neighbours."""

BODY_CHANGES: dict[str, Callable[[Fault, Response], Response | None]] = {
    "empty_body": _empty,
    "wrong_content_type": _retyped,
    "missing_field": _changing_fields(_drop),
    "null_field": _changing_fields(_put(lambda _: None)),
    "wrong_type": _changing_fields(_put(_wrong_value)),
    "unknown_field": _changing_fields(_add),
}
"""What a fault makes of an answer; None if it can't happen to this one."""
