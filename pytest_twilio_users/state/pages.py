"""Pages of a list: a token stays right while users come or go."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import DEFAULT_PAGE_SIZE, PAGE, PAGE_SIZE, PAGE_TOKEN
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.state.admission import refuse_page
from pytest_twilio_users.state.shelf import Shelf, T

_TOKEN = re.compile(r"PT([AB])([0-9a-f]{12})([0-9a-f]{12})")


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPage(Generic[T]):
    """A part of a list; None where there is no page before or after."""

    items: list[T]
    number: int
    size: int
    token: str | None
    previous_token: str | None
    next_token: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A place in a list: after, or before, the item with a number."""

    number: int
    backwards: bool = False

    def token(self, home: str) -> str:
        """The PageToken that stands for this place."""
        text = f"{'B' if self.backwards else 'A'}{self.number:012x}"
        return f"PT{text}{_seal(home, text)}"

    @classmethod
    def from_token(cls, home: str, token: str) -> "Cursor | None":
        """The place that a token stands for; None if it was not issued for this list."""
        found = _TOKEN.fullmatch(token)
        if found is None or found[3] != _seal(home, found[1] + found[2]):
            return None
        return cls(number=int(found[2], 16), backwards=found[1] == "B")


def read_page(
    shelf: Shelf[T], home: str, query: Mapping[str, str], *, max_page_size: int
) -> StoredPage[T] | Refusal:
    """The page of a list that a query asks for, or the refusal that it meets."""
    refusal = refuse_page(query)
    if refusal is not None:
        return refusal
    token = query.get(PAGE_TOKEN.name)
    cursor = Cursor(number=0) if token is None else Cursor.from_token(home, token)
    if cursor is None:
        return refusals.PAGE_TOKEN_UNKNOWN
    size = min(int(query.get(PAGE_SIZE.name, DEFAULT_PAGE_SIZE)), max_page_size)
    look = shelf.before if cursor.backwards else shelf.after
    items = look(home, cursor.number, size)
    first, last = _bounds(items, cursor)
    has_previous = token is not None and bool(shelf.before(home, first, 1))
    has_next = bool(shelf.after(home, last, 1))
    return StoredPage(
        items=items,
        number=int(query.get(PAGE.name, "0")),
        size=size,
        token=token,
        previous_token=Cursor(number=first, backwards=True).token(home) if has_previous else None,
        next_token=Cursor(number=last).token(home) if has_next else None,
    )


def _bounds(items: list[T], cursor: Cursor) -> tuple[int, int]:
    """The numbers that a page lies between: of its own items, or around its place."""
    if items:
        return items[0].number, items[-1].number
    # The item with the cursor's number lies behind a place "before" it, and before one "after".
    if cursor.backwards:
        return cursor.number, cursor.number - 1
    return cursor.number + 1, cursor.number


def _seal(home: str, text: str) -> str:
    """What tells an issued token from a made-up one, without remembering tokens."""
    return hashlib.blake2b(f"{home} {text}".encode(), digest_size=6).hexdigest()
