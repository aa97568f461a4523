"""Adds neighbours from an author's call or a seed."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pytest_twilio_users.contract.arguments import as_text, refused, require_text
from pytest_twilio_users.contract.models import JsonObject, format_date, parse_date
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.neighbours.memory import Memory, Spot, StoredNeighbour
from pytest_twilio_users.neighbours.rows import Neighbour
from pytest_twilio_users.wire.attributes import encode_attributes

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_SERVICE = ("service_sid", "chat_service_sid")
_FOLLOWS = ("account_sid", "url", "links")
"""What a resource has that follows from the rest: it may be said, and does nothing."""

_DATES = ("date_created", "date_updated")


def known_row(memory: Memory, name: object, *, place: str = "") -> Neighbour:
    """The row of a name; `place` stands before a complaint.

    Raises:
        InvalidArgument: there is none.
    """
    names = {row.name: row for row in memory.rows()}
    text = as_text(name) or ""
    if text not in names:
        raise InvalidArgument(f"{place}{brief(name)} is not a neighbour.{known_names(text, names)}")
    return names[text]


def arrange(
    memory: Memory, row: Neighbour, given: Mapping[str, Any], *, place: str = ""
) -> StoredNeighbour:
    """Add a neighbour as if it had been sent, or change the one that has the SID that is given.

    Args:
        memory: of whom.
        row: of what.
        given: what it is in, by the names of the row's path; its fields, of which null is what
            there is where nothing is said. What the stub tells of one can be given as it is.
        place: stands before names in a complaint.

    Raises:
        InvalidArgument: a value is not allowed, leads nowhere, or would be refused.
    """
    if row.view:
        raise InvalidArgument(
            f"{place}{row.name} are read through participants. Add those: {row.arranged_by}."
        )
    was_told = "account_sid" in given  # by a stub, with whatever was sent to it
    if not was_told:
        require_fields(row, given, place=place)
    told = {name: value for name, value in given.items() if value is not None or name in row.fields}
    above, said = read(row, told, place=place, as_told=was_told)
    spot = _spot(memory, row, above, place=place)
    unsaid = memory.defaults(spot)
    fields = {
        name: unsaid[name] if value is None else value
        for name, value in said.items()
        if name not in _FOLLOWS
    }
    kept, sid = None, None
    if row.is_single:
        kept = memory.single(spot)
    elif "sid" in fields:
        sid = _require_sid(row, fields.pop("sid"), name=f"{place}sid")
        kept = memory.shelf.find(spot.home, sid)
    found = memory.update(kept, fields) if kept else memory.create(spot, fields, sid=sid)
    if isinstance(found, Refusal):
        shown = ", ".join(f"{name}={brief(value)}" for name, value in given.items())
        raise InvalidArgument(
            f"{place}{row.name} ({shown}): a request for this would be refused. {found.statement}."
        )
    return found


def require_fields(row: Neighbour, names: Iterable[str], *, place: str = "") -> None:
    """Refuse names that no field of a kind has, unless it may have any.

    Raises:
        InvalidArgument: there is one.
    """
    known = dict.fromkeys(
        (
            *row.fields,
            *row.unique,
            *dict(row.ancestors).values(),
            *(_SERVICE if row.in_service else ()),
            *(() if row.is_single else (*_DATES, "sid")),
        )
    )
    for name in names:
        if row.fields and name not in (*known, *_FOLLOWS):
            raise InvalidArgument(
                f"{place}{brief(name)} is not a field of {row.name}.{known_names(name, known)}"
            )


def read(
    row: Neighbour, given: Mapping[str, Any], *, place: str = "", as_told: bool = False
) -> tuple[dict[str, str], JsonObject]:
    """What one is said to be in, and its fields, as JSON has them.

    Raises:
        InvalidArgument: a value is not allowed.
    """
    above: dict[str, str] = {}
    fields: JsonObject = {}
    for name, value in given.items():
        if name in _SERVICE and row.in_service:
            above["chat_service_sid"] = require_sid(SidKind.SERVICE, value, name=f"{place}{name}")
        elif name in dict(row.ancestors).values():
            above[name] = require_text(value, name=f"{place}{name}")
        else:
            write = plain if as_told or value is None else _writer(row, name)
            fields[name] = write(value, name=f"{place}{name}")
    return above, fields


def _writer(row: Neighbour, name: str) -> Callable[..., Any]:
    if name in _DATES:
        return _date
    return encode_attributes if row.fields.get(name) == "{}" else plain


def _date(value: object, *, name: str) -> str:
    return format_date(parse_date(plain(value, name=name), name=name))


def _spot(memory: Memory, row: Neighbour, above: Mapping[str, str], *, place: str) -> Spot:
    """The list that it is to be in."""
    for path, name in row.ancestors:
        if name not in above:
            raise InvalidArgument(
                f"{place}{row.name} belong to another resource. Say to which: {name}=…, the SID"
                f" or the name of one at {path}."
            )
    spot = memory.spot(row, above)
    if spot is None:
        led = ", ".join(f"{name}={brief(sid)}" for name, sid in above.items())
        led = led or "the default service, which was deleted,"
        raise InvalidArgument(
            f"{place}{row.name}: {led} does not exist. Add that first, then give its SID or its"
            " name."
        )
    return spot


def plain(value: object, *, name: str) -> Any:
    """A value of the author's as JSON has it; later changes of it are the author's own.

    Raises:
        InvalidArgument: JSON can't hold it.
    """
    try:
        return json.loads(json.dumps(value, allow_nan=False, default=_written))
    except (TypeError, ValueError, RecursionError):
        raise refused(value, name=name, allowed="what JSON can hold, a date or a UUID") from None


def _written(value: object) -> str:
    if isinstance(value, date):
        return format_date(parse_date(value.isoformat(), name=""))
    text = as_text(value)
    if text is None:
        raise TypeError
    return text


def _require_sid(row: Neighbour, value: object, *, name: str) -> str:
    text = as_text(value) or ""
    if not row.is_sid(text):
        raise refused(value, name=name, allowed=f"{row.sid!r} and 32 hex digits")
    return text
