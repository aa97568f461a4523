"""Which neighbour a path asks for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.neighbours.rows import Neighbour
from pytest_twilio_users.wire.paths import path_segments


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A list, what is in it, or what is one of a kind, as a path names it.

    `above` holds what stands in the place of SIDs, by the names of the row's path; `item` the SID
    or the name of what is in the list, or None. `by_service` tells whether the path names the
    service of what need not have it named.
    """

    row: Neighbour
    above: Mapping[str, str]
    item: str | None
    by_service: bool

    def action(self, method: str) -> Action | None:
        """What a method asks for here; None if that is nothing."""
        found = _METHODS[self.item is not None or self.row.is_single].get(method)
        return found if found in self.row.actions else None


_METHODS = {
    False: {"GET": Action.LIST, "POST": Action.CREATE},
    True: {"GET": Action.FETCH, "POST": Action.UPDATE, "DELETE": Action.DELETE},
}
"""What methods ask for, of a list and of one."""


def respelt(rows: Iterable[Neighbour], path: str) -> str:
    """The path of the row whose path this is, in the wrong case; an empty text if it is none's."""
    segments = [segment.casefold() for segment in path_segments(path)]
    for row, right in _paths(rows):
        template = [segment.casefold() for segment in path_segments(right)]
        if _fits(row, template, segments) is not None:
            return right
    return ""


def find_place(rows: Iterable[Neighbour], path: str) -> Place | None:
    """The place that a raw path names; None if it is none of theirs."""
    segments = path_segments(path)
    for row, right in _paths(rows):
        template = path_segments(right)
        above = _fits(row, template, segments)
        if above is not None:
            more = segments[len(template) :]
            item = unquote(more[0]) if more else None
            return Place(row=row, above=above, item=item, by_service=right != row.path)
    return None


def _paths(rows: Iterable[Neighbour]) -> Iterator[tuple[Neighbour, str]]:
    return ((row, path) for row in rows for path in row.paths)


def _fits(row: Neighbour, template: Sequence[str], given: Sequence[str]) -> dict[str, str] | None:
    """What a path has in the place of each name of a template; at its end may be an item."""
    more = given[len(template) :]
    if len(more) > (not row.is_single) or "" in more:
        return None
    above = {}
    for at, part in enumerate(template):
        found = given[at] if at < len(given) else ""
        if part.startswith("{") and found:
            above[part[1:-1]] = unquote(found)
        elif part != found:
            return None
    return above
