"""Tells which cassettes are too old."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from pytest_twilio_users.cassettes.cassette import read_cassette
from pytest_twilio_users.cassettes.places import SESSION, split_name
from pytest_twilio_users.errors import CassetteError, counted

_SHOWN = 10


def why_expired(recorded: date, *, today: date, days: int) -> str:
    """Say of which day a cassette is that is too old; an empty text if it is not, or with 0 days.

    Of one that is of a day to come nobody knows the age, so it is not to be trusted either. It
    may be of tomorrow, by a clock that is a little ahead.
    """
    age = (today - recorded).days
    if days and age > days:
        return f"{recorded}, {counted(age, 'day')} old (allowed: {days})"
    if days and age < -1:
        return f"{recorded}, in the future (a clock is or was wrong)"
    return ""


def tell_expired(found: Iterable[str]) -> Iterator[str]:
    """Say which cassettes are too old, the oldest first, and what to do."""
    lines = sorted(set(found))
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"... and {len(lines) - _SHOWN} more"
    yield "To record it again and see what changed: twilio-users cassettes refresh --expired"


class Ages:
    """The dates of the cassettes in a folder, for a run that records what is too old."""

    def __init__(self, folder: Path, *, today: date) -> None:
        """Read them. What can't be read has no day."""
        self._today = today
        self._days: dict[str, date] = {}
        for path in folder.rglob("*.json"):
            with suppress(CassetteError):
                cassette = read_cassette(path, folder=folder)
                self._days[cassette.name] = cassette.date

    def young(self, test: str, *, fixtures: Collection[str], days: int) -> date | None:
        """The day of a test's cassette, if there is one and nothing that is played is too old.

        Args:
            test: its name, as cassettes have it.
            fixtures: the names of the fixtures that it uses.
            days: how old they may be; 0, any age.
        """
        recorded = self._days.get(test)
        played = (self._days[name] for name in (test, *self._wide(test, fixtures)))
        if recorded is None or any(why_expired(d, today=self._today, days=days) for d in played):
            return None
        return recorded

    def _wide(self, test: str, fixtures: Collection[str]) -> Iterator[str]:
        """The cassettes of fixtures that outlive the test, and that it uses."""
        for name in self._days:
            node, fixture = split_name(name)
            is_around = node == SESSION or test.startswith(node)
            if is_around and fixture.rpartition("::")[2].partition("[")[0] in fixtures:
                yield name
