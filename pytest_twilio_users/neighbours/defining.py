"""Rows of an author's own."""

import re
from collections.abc import Iterable, Mapping, Sequence
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

_PATH = re.compile(r"/v\d+((/[A-Za-z]+|/[A-Za-z]+/\{[a-z_]+\}))*/[A-Za-z]+")
_NAME = re.compile("[a-z][a-z0-9_]*")
_SID = re.compile("[A-Z]{2}")
_TYPES: tuple[type, ...] = (int, bool)


def define(
    rows: Iterable[Neighbour],
    name: object,
    *,
    path: object,
    sid: object,
    key: object,
    fields: Mapping[str, Any] | None,
    unique: str | Sequence[str],
    conflict: int,
) -> Neighbour:
    """Make a row, beside those that there are; arguments are those of `Neighbours.define`.

    Raises:
        InvalidArgument: it can't be meant, or is there already.
    """
    title, where = require_text(name, name="name"), require_text(path, name="path")
    if not _PATH.fullmatch(where):
        allowed = "the path of its list, such as /v1/Conversations/{conversation_sid}/Things"
        raise refused(path, name="path", allowed=allowed)
    prefix = require_text(sid, name="sid")
    if prefix and not _SID.fullmatch(prefix):
        allowed = "the two letters that its SIDs begin with, or '' for what is one of a kind"
        raise refused(sid, name="sid", allowed=allowed)
    if not isinstance(fields, Mapping | None):
        raise refused(fields, name="fields", allowed="a mapping of names to what they are unsaid")
    listed = (unique,) if isinstance(unique, str) else unique
    if not isinstance(listed, tuple | list):
        raise refused(unique, name="unique", allowed="the name of a field, or a list of such")
    names = [require_text(each, name="unique") for each in listed]
    if not _NAME.fullmatch(title):
        raise refused(name, name="name", allowed="small letters and underscores, such as things")
    known = [*rows, *(Neighbour(name="users", path=each.path) for each in OPERATIONS.values())]
    for row in known:
        if title == row.name or _shape(where) == _shape(row.path):
            raise InvalidArgument(
                f"define({title!r}, path={where!r}): the kit answers for {row.name}, {row.path}."
            )
    require_whole(conflict, name="conflict", least=1)
    refusal = Refusal(
        name="conflict",
        case=f"Another of {title} has this value of {', '.join(names)}",
        status=409,
        code=conflict,
        message="Conflict",
        evidence=Evidence.INFERRED,
    )
    return Neighbour(
        name=title,
        path=where,
        sid=prefix,
        key=require_text(key, name="key") if key else "",
        fields={
            require_text(name, name="fields"): _default(value, name=f"fields[{brief(name)}]")
            for name, value in (fields or {}).items()
        },
        unique=dict.fromkeys(names, refusal),
        twin=where.startswith("/v1/") and "{chat_service_sid}" not in where,
    )


def _shape(path: str) -> str:
    """A path without the names of what stands in it."""
    return re.sub(r"{\w+}", "{}", path)


def _default(value: object, *, name: str) -> Any:
    return value if any(value is each for each in _TYPES) else plain(value, name=name)
