"""Tells how old cassettes are."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pytest_twilio_users.errors import counted

_DATE = re.compile(rb'"date": "(\d{4}-\d\d-\d\d)"')
_HEAD = 2_000
"""Bytes: a cassette's date is among its first."""


def tell_ages(folder: Path, *, days: int) -> Iterator[str]:
    """Say how many cassettes are older than some days, if there are such."""
    limit = datetime.now(UTC).date() - timedelta(days=days)
    dates = [_date_of(path) for path in folder.rglob("*.json")]
    old = [found for found in dates if found is not None and found < limit]
    if old:
        are = "is" if len(old) == 1 else "are"
        yield (
            f"{len(old)} of {counted(len(dates), 'cassette')} {are} older than"
            f" {counted(days, 'day')}, the oldest of {min(old)}. --twilio-users-mode=record"
            " records them anew."
        )


def _date_of(path: Path) -> date | None:
    try:
        with path.open("rb") as file:
            found = _DATE.search(file.read(_HEAD))
        return date.fromisoformat(found[1].decode()) if found else None
    except (OSError, ValueError):  # what is wrong with it, its reader says
        return None
