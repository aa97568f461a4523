"""Kinds of neighbours that an author defines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from pytest_twilio_users.contract.arguments import refused, require_text, require_whole
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.neighbours.arranging import plain
from pytest_twilio_users.neighbours.rows import Neighbour

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

CONFLICT = 20409
"""The code of a conflict where nobody knows Twilio's: as of what is general."""

_PATH = re.compile(r"/v\d+(/[A-Za-z]+(/\{[a-z_]+\})?)*/[A-Za-z]+")
_ANY = re.compile(r"\{(\w+)\}")
_OF_A_SERVICE = "/Services/{chat_service_sid}/"
_OWN = {"sid", "service_sid", "chat_service_sid", "account_sid", "url", "links"}
"""What every resource has of its own, or is told of its service."""
_NAME = re.compile("[a-z][a-z0-9_]*")
_SID = re.compile("[A-Z]{2}")


def define(
    rows: Iterable[Neighbour],
    name: object,
    *,
    path: object,
    sid: object,
    key: object,
    fields: Mapping[str, Any] | None,
    unique: str,
    conflict: int,
) -> Neighbour:
    """Make a row, beside those that there are; arguments are those of `Neighbours.define`.

    Raises:
        InvalidArgument: it is not allowed, or is there already.
    """
    title, where = _require_name(name, name="name"), require_text(path, name="path")
    if not _PATH.fullmatch(where):
        allowed = "the path of its list, such as /v1/Conversations/{conversation_sid}/Things"
        raise refused(path, name="path", allowed=allowed)
    for within, times in Counter(_ANY.findall(where.replace(_OF_A_SERVICE, "/", 1))).items():
        if times > 1 or within in _OWN:
            raise InvalidArgument(
                f"path={where!r}: {{{within}}} can't stand for a SID here. Give each SID its own"
                " name, such as {conversation_sid}. For a service, begin with"
                " /v1/Services/{chat_service_sid}."
            )
    prefix = require_text(sid, name="sid")
    if prefix and not _SID.fullmatch(prefix):
        allowed = "the two letters that its SIDs begin with, or '' if there is only one"
        raise refused(sid, name="sid", allowed=allowed)
    if not isinstance(fields, Mapping | None):
        raise refused(fields, name="fields", allowed="a mapping of names to default values")
    only = require_text(unique, name="unique")
    if only:
        _require_name(only, name="unique")
    require_whole(conflict, name="conflict", least=1)
    refusal = Refusal(
        name="conflict",
        case=f"Another of {title} has this value of {only}",
        status=409,
        code=conflict,
        message="Conflict",
        evidence=Evidence.INFERRED,
    )
    row = Neighbour(
        name=title,
        path=where,
        sid=prefix,
        key=require_text(key, name="key"),
        fields={
            _require_name(name, name="fields"): _default(value, name=f"fields[{brief(name)}]")
            for name, value in (fields or {}).items()
        },
        unique={only: refusal} if only else {},
        twin=where.startswith("/v1/") and "{chat_service_sid}" not in where,
    )
    for spelt, (other, answered) in product(row.paths, [*_answered(rows)]):
        if title == other.name or re.fullmatch(answered, spelt):
            raise InvalidArgument(
                f"define({title!r}, path={where!r}): the kit answers for {other.name},"
                f" {other.path}."
            )
    return row


def _answered(rows: Iterable[Neighbour]) -> Iterator[tuple[Neighbour, str]]:
    """What is answered for, each with a pattern of its paths."""
    for operation in OPERATIONS.values():
        users = Neighbour(name="users", path=operation.path)
        yield users, _ANY.sub("[^/]+", operation.path)
    for row in rows:
        for path in row.paths:
            yield row, _ANY.sub("[^/]+", path) + ("" if row.is_single else "(/[^/]+)?")


def _require_name(value: object, *, name: str) -> str:
    text = require_text(value, name=name)
    if not _NAME.fullmatch(text):
        raise refused(value, name=name, allowed="small letters and underscores, such as things")
    return text


def _default(value: object, *, name: str) -> Any:
    if isinstance(value, type) and value not in (int, bool):
        raise refused(value, name=name, allowed="int, bool, or a default value")
    return value if isinstance(value, type) else plain(value, name=name)
