"""Makes each fault, with checked arguments."""

import json
from datetime import timedelta
from typing import Any

from pytest_twilio_users.contract import arguments
from pytest_twilio_users.contract.arguments import (
    require_flag,
    require_text,
    require_time,
    require_whole,
)
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.literals import FaultName, RefusalName
from pytest_twilio_users.contract.refusals import known_refusal
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.faults.fault import Fault

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

PAGE_KEYS = ("meta", "users")
"""What a page consists of."""

_LONGEST_HEADER = 200


def refused(
    name: RefusalName,
    *,
    retry_after: int | None = None,
    problem_details: bool = False,
) -> Fault:
    """Twilio refuses and does nothing: `refused("too_many_requests", retry_after=2)`.

    Args:
        name: the refusal, such as "too_many_requests", "internal_error", "unavailable".
        retry_after: the value of the header Retry-After, in whole seconds.
        problem_details: answer in the form of RFC 9457, as newer APIs of Twilio do,
            instead of Twilio's four keys.

    Raises:
        InvalidArgument: there is no such refusal, or a value is not allowed.
    """
    known_refusal(name)
    if retry_after is not None:
        require_whole(retry_after, name="retry_after", least=0, instead=", or None")
    require_flag(problem_details, name="problem_details")
    return _fault(
        "refused",
        name=name,
        retry_after=retry_after,
        problem_details=problem_details or None,
    )


def connect_error() -> Fault:
    """The connection fails: nothing is sent."""
    return Fault("connect_error")


def connect_timeout() -> Fault:
    """The host does not accept the connection: nothing is sent.

    The client's connect timeout passes on the stub's clock, and nothing sleeps. Without a
    timeout, about two minutes pass: then an operating system gives up.
    """
    return Fault("connect_timeout")


def read_timeout() -> Fault:
    """Twilio does nothing, and the answer never comes.

    The client's read timeout passes on the stub's clock, and nothing sleeps. Without a
    timeout the client would wait forever, so the request fails with a `KitError`. For a
    request that is carried out, see `slow`.
    """
    return Fault("read_timeout")


def connection_reset() -> Fault:
    """The connection is reset before Twilio has read the request: nothing is done."""
    return Fault("connection_reset")


def answer_lost() -> Fault:
    """The request is carried out, and the connection ends before the answer."""
    return Fault("answer_lost")


def slow(seconds: float | timedelta) -> Fault:
    """The request is carried out, and its answer comes late. Nothing sleeps.

    If the client's timeout is shorter, it is raised, and only that much time passes.

    Args:
        seconds: how long, from 0 to a hundred years; or a timedelta.

    Raises:
        InvalidArgument: it is no such time.
    """
    passes = require_time(seconds, name="seconds").total_seconds()
    return Fault("slow", (("seconds", int(passes) if passes.is_integer() else passes),))


def body_cut(after: int = 1) -> Fault:
    """The request is carried out, and the connection ends within the answer's body.

    Args:
        after: how many bytes of the body arrive, from 0. If the body is shorter, all but one.

    Raises:
        InvalidArgument: it is no such number.
    """
    return Fault("body_cut", (("after", require_whole(after, name="after", least=0)),))


def html_body(status: int = 502) -> Fault:
    """A proxy answers with its own HTML page: Twilio does nothing.

    Args:
        status: the HTTP status, from 200 to 599.

    Raises:
        InvalidArgument: no answer with a body has this status.
    """
    require_whole(status, name="status", least=200, most=599)
    if status in (204, 205, 304):
        raise arguments.refused(status, name="status", allowed="a status whose answers have a body")
    return Fault("html_body", (("status", int(status)),))  # it may be an `HTTPStatus`


def empty_body() -> Fault:
    """The request is carried out, and the answer has a status but no body."""
    return Fault("empty_body")


def wrong_content_type(content_type: str = "text/plain") -> Fault:
    """The request is carried out, and the answer names another type than JSON.

    Raises:
        InvalidArgument: no header can have this value.
    """
    text = require_text(content_type, name="content_type")
    if not (0 < len(text) <= _LONGEST_HEADER and text.isascii() and text.isprintable()):
        raise arguments.refused(
            content_type, name="content_type", allowed="printable ASCII, such as 'text/html'"
        )
    return Fault("wrong_content_type", (("content_type", text),))


def missing_field(name: str) -> Fault:
    """The request is carried out, and the answer lacks a field; in a list, each user lacks it.

    Args:
        name: a field of users; or, for lists, of a page's meta, or "meta" or "users".

    Raises:
        InvalidArgument: there is no such field.
    """
    return Fault("missing_field", (("name", _known_field(name)),))


def null_field(name: str) -> Fault:
    """Like `missing_field`, but the field is null."""
    return Fault("null_field", (("name", _known_field(name)),))


def wrong_type(name: str) -> Fault:
    """Like `missing_field`, but the field has a value of another type."""
    return Fault("wrong_type", (("name", _known_field(name)),))


def unknown_field(name: str = "brand_new", value: Any = "?") -> Fault:
    """The request is carried out, and each user of the answer has one more field.

    Args:
        name: the name of the new field.
        value: any JSON.

    Raises:
        InvalidArgument: users have this field already, or JSON can't hold the value.
    """
    text = require_text(name, name="name")
    if text in USER_FIELDS:
        raise InvalidArgument(f"name={text!r}: users have this field. Choose a name they don't.")
    try:
        json.dumps(value, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(f"value={brief(value)} is not JSON: {error}.") from None
    return Fault("unknown_field", (("name", text), ("value", value)))


def stale_read(times: int = 1) -> Fault:
    """A read does not see the newest write yet: for a list, or for a fetch.

    A new user is not found or listed, an updated user still has its old values, a deleted
    user is still there.

    Args:
        times: how many reads do not see one write, from 1.

    Raises:
        InvalidArgument: it is no such number.
    """
    return Fault("stale_read", (("times", require_whole(times, name="times", least=1)),))


def page_shifts(*, created: int | None = None, deleted: int | None = None) -> Fault:
    """Somebody else creates or deletes users between two pages of a list.

    Args:
        created: how many users are created, at the list's end.
        deleted: how many users at the end of the page before are deleted. If neither
            argument is given, both are 1.

    Raises:
        InvalidArgument: a number is none, or both are 0.
    """
    if created is None and deleted is None:
        created = deleted = 1
    for name, number in (("created", created), ("deleted", deleted)):
        require_whole(0 if number is None else number, name=name, least=0, most=1_000)
    if not (created or deleted):
        raise InvalidArgument("page_shifts: nothing shifts. Say created=1, or deleted=1, or both.")
    return _fault("page_shifts", created=created or None, deleted=deleted or None)


def repeated_page() -> Fault:
    """The next page of a list has the users of the page before again."""
    return Fault("repeated_page")


def _fault(fault: FaultName, /, **arguments: Any) -> Fault:
    """A fault; what is None was left out."""
    given = [(name, value) for name, value in arguments.items() if value is not None]
    return Fault(fault, tuple(given))


def _known_field(name: str) -> str:
    text = require_text(name, name="name")
    known = (*USER_FIELDS, *META_FIELDS, *PAGE_KEYS)
    if text not in known:
        raise InvalidArgument(
            f"name={brief(name)} is not a field of answers."
            f"{known_names(text, dict.fromkeys(known))}"
        )
    return text
