"""Answers that break the contract in exactly one place."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from pytest_twilio_users.contract.arguments import require_flag
from pytest_twilio_users.contract.fields import LINK_NAMES, META_FIELDS, USER_FIELDS, Field, Kind
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import Action, Operation, known_operation
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.strategies.resources import pages, user_pages, users
from pytest_twilio_users.strategies.titles import titled
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Violation, error

_JSON_HEADERS = (("content-type", JSON_TYPE),)
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_MISSING = object()
_LAST_USER = -1
_STATUSES = (200, 201, 202, 203, 204, 206, 299, 302, 304)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenAnswer:
    """An answer with one thing broken. `violation` says what; its words may change."""

    response: Response
    violation: Violation


@dataclass(frozen=True, kw_only=True, slots=True)
class _Break:
    """A place in a body, what to put there, and what the contract says instead."""

    path: tuple[str | int, ...]
    value: Any
    allowed: str

    def of(self, response: Response) -> BrokenAnswer:
        body = response.json()
        path = [len(body["users"]) - 1 if step == _LAST_USER else step for step in self.path]
        *way, name = path
        parent = body
        for step in way:
            parent = parent[step]
        if self.value is _MISSING:
            del parent[name]
        else:
            parent[name] = deepcopy(self.value)
        found = "nothing" if self.value is _MISSING else json.dumps(self.value)
        pointer = "".join(f"/{step}" for step in path)
        return BrokenAnswer(
            response=replace(response, body=encode_json(body)),
            violation=error(pointer, found, self.allowed),
        )


# For each kind: what the contract says, and near misses.
_WRONG: Mapping[Kind, tuple[str, tuple[Any, ...]]] = {
    Kind.TEXT: ("a text", (0, True, [], {"en": "Ada"})),
    Kind.SID: ("a SID", (0, "", [])),  # and `_wrong_sids`
    Kind.JSON_OBJECT: (
        "text that holds a JSON object",
        ({}, {"a": 1}, "", "[]", "null", '"{}"', "{'a': 1}", '{"a": 1', '{"a": NaN}', 0),
    ),
    Kind.DATE_TIME: (
        "GMT such as 2019-12-16T22:18:37Z",
        (
            *("2019-12-16T22:18:37", "2019-12-16T22:18:37+00:00", "2019-12-16T23:18:37+01:00"),
            *("2019-12-16", "2019-12-16 22:18:37Z", "2019-12-16T22:18:37z", "2019-12-16T22:18Z"),
            *("2019-04-31T00:00:00Z", "2019-02-29T00:00:00Z", "2019-12-16T25:18:37Z"),
            *("0000-01-01T00:00:00Z", "2019-12-16T22:18:60Z", "Mon, 16 Dec 2019 22:18:37 +0000"),
            *("2019-12-16T22:18:37.Z", "", 1576534717, False),
        ),
    ),
    Kind.URL: (
        "an absolute URL",
        ("", "/v1/Users", "conversations.twilio.com/v1/Users", "ftp://twilio.com/", 0, [], {}),
    ),
    Kind.LINKS: ("an object", ([], "", "https://conversations.twilio.com", 0, True)),
    Kind.BOOLEAN: ("true or false", ("true", "false", "", 0, 1, [])),
    Kind.INTEGER: ("an integer", ("0", 0.5, True, [], "")),
}


def _wrong_sids(kind: SidKind) -> Iterator[str]:
    digits = "0" * 32
    other = SidKind.SERVICE if kind is SidKind.USER else SidKind.USER
    yield from (kind.value + digits[1:], kind.value + digits + "0", kind.value + digits[1:] + "g")
    yield from (kind.value.lower() + digits, other.value + digits, digits, f" {kind.value}{digits}")


def _breaks(path: tuple[str | int, ...], allowed: str, *values: Any) -> Iterator[_Break]:
    return (_Break(path=path, value=value, allowed=allowed) for value in values)


def _field_breaks(
    fields: Mapping[str, Field], path: tuple[str | int, ...], *, nulls: bool
) -> Iterator[_Break]:
    """Breaks of an object's fields; `nulls` tells whether null is one where nobody saw it."""
    for name, field in fields.items():
        place = (*path, name)
        allowed, values = _WRONG[field.kind]
        yield from _breaks(place, allowed, *values)
        if field.sid is not None:
            yield from _breaks(place, field.sid.pattern, *_wrong_sids(field.sid))
        if nulls and not field.null_when:
            yield from _breaks(place, allowed, None)
        if field.kind is Kind.LINKS:
            for link in LINK_NAMES:
                yield from _breaks((*place, link), "a URL", _MISSING, None, 0, [])


def _meta_breaks() -> Iterator[_Break]:
    yield from _field_breaks(META_FIELDS, ("meta",), nulls=True)
    yield from _breaks(("meta", "key"), "'users'", "", "user", "Users", "items")


# Both apart, and what looks like an empty list first: many clients take it for one.
_META_BREAKS = tuple(_breaks(("meta",), "an object", _MISSING, None, [], "", 0))
_USERS_BREAKS = tuple(_breaks(("users",), "an array", {}, "", _MISSING, None, 0))


def _last_user_breaks() -> Iterator[_Break]:
    yield from _field_breaks(USER_FIELDS, ("users", _LAST_USER), nulls=False)
    yield from _breaks(("users", _LAST_USER), "an object", None, [], "US" + "0" * 32, 0)


def broken_answers(
    operation: OperationName | Operation, *, readable: bool | None = None
) -> st.SearchStrategy[BrokenAnswer]:
    """Answers of an operation with exactly one thing broken, and what that is.

    Args:
        operation: the operation's name.
        readable: False for text that is not JSON, cut JSON, or JSON of another shape. True
            for a wrong status or content type, a field of a wrong type or form, or a body
            after a delete. By default both.

    Raises:
        InvalidArgument: there is no such operation, none of its answers is like that, or
            `readable` is neither True, False nor None.

    >>> @given(broken_answers("fetch_user"))
    ... def test_it_is_told_what_is_broken(broken):
    ...     assert broken.violation.allowed
    """
    if readable is not None:
        require_flag(readable, name="readable")
    return _broken_answers(known_operation(operation), readable=readable)


@lru_cache(maxsize=32)
def _broken_answers(
    operation: Operation, *, readable: bool | None
) -> st.SearchStrategy[BrokenAnswer]:
    strategies: list[st.SearchStrategy[BrokenAnswer]] = []
    if readable is not True:
        strategies += _unreadable(operation)
    if readable is not False:
        strategies += _readable(operation)
    if not strategies:
        raise InvalidArgument(f"{operation} answers with no body: there is nothing to read.")
    return titled(f"broken_{operation}_answers", st.one_of(strategies))


def _unreadable(operation: Operation) -> Iterator[st.SearchStrategy[BrokenAnswer]]:
    """Answers that hold nothing of what was asked for."""
    if operation.action is Action.DELETE:
        return
    intact = _usual(operation)
    no_json = st.sampled_from((b"", b" ", b"{", b"OK", b"{'sid': 1}", b"\xff", b"{}{}", _HTML))
    yield st.tuples(intact, no_json).map(lambda drawn: _with_body(*drawn, "body", "JSON"))
    yield st.tuples(intact, st.integers(0, 2**16)).map(
        lambda drawn: _with_body(
            drawn[0], drawn[0].body[: drawn[1] % len(drawn[0].body)], "body", "JSON"
        )
    )
    no_object = st.sampled_from((b"[]", b"null", b"true", b"0", b'""', b'"{}"', b"[{}]"))
    yield st.tuples(intact, no_object).map(lambda drawn: _with_body(*drawn, "", "an object"))
    if operation.action is Action.LIST:
        yield _broken(intact, _META_BREAKS)
        yield _broken(intact, _USERS_BREAKS)


def _readable(operation: Operation) -> Iterator[st.SearchStrategy[BrokenAnswer]]:
    """Answers that hold something wrong."""
    intact = _usual(operation)
    statuses = [status for status in _STATUSES if status != operation.status]
    yield st.tuples(intact, st.sampled_from(statuses)).map(
        lambda drawn: BrokenAnswer(
            response=replace(drawn[0], status=drawn[1]),
            violation=error("status", str(drawn[1]), f"{operation} answers {operation.status}"),
        )
    )
    if operation.action is Action.DELETE:
        yield st.sampled_from((b"{}", b"null", b" ", b"\n", _HTML)).map(
            lambda body: _with_body(
                Response(status=operation.status), body, "body", "delete answers with no body"
            )
        )
        return
    yield st.tuples(intact, st.sampled_from(("text/html", "text/plain", ""))).map(
        lambda drawn: BrokenAnswer(
            response=replace(drawn[0], headers=(("content-type", drawn[1]),)),
            violation=error("header.Content-Type", repr(drawn[1]), "application/json"),
        )
    )
    # Most are about fields. Hypothesis looks at the same strategy once, so each is one of its own.
    if operation.action is Action.LIST:
        with_users = _answered(operation, pages(least=1))
        yield from (_broken(intact, _meta_breaks()) for _ in range(4))
        yield from (_broken(with_users, _last_user_breaks()) for _ in range(8))
    else:
        yield from (_broken(intact, _field_breaks(USER_FIELDS, (), nulls=False)) for _ in range(8))


def _usual(operation: Operation) -> st.SearchStrategy[Response]:
    """Usual answers, in which nothing is broken yet."""
    if operation.action is Action.DELETE:
        return st.just(Response(status=operation.status))
    return _answered(operation, user_pages() if operation.action is Action.LIST else users())


def _answered(
    operation: Operation, found: st.SearchStrategy[User] | st.SearchStrategy[UserPage]
) -> st.SearchStrategy[Response]:
    def respond(model: User | UserPage) -> Response:
        body = encode_json(model.to_dict())
        return Response(status=operation.status, headers=_JSON_HEADERS, body=body)

    return found.map(respond)


def _broken(
    intact: st.SearchStrategy[Response], breaks: Iterable[_Break]
) -> st.SearchStrategy[BrokenAnswer]:
    return st.tuples(intact, st.sampled_from(list(breaks))).map(lambda drawn: drawn[1].of(drawn[0]))


def _with_body(response: Response, body: bytes, pointer: str, allowed: str) -> BrokenAnswer:
    return BrokenAnswer(
        response=replace(response, body=body),
        violation=error(pointer, repr(body[:80]), allowed),
    )
