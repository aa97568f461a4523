"""Which neighbour a path asks for."""

from collections.abc import Iterable, Mapping, Sequence
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
    for row in rows:
        template = [segment.casefold() for segment in path_segments(row.path)]
        if _match(template, segments) is not None and len(segments) <= len(template) + 1:
            return row.path
    return ""


def find_place(rows: Iterable[Neighbour], path: str) -> Place | None:
    """The place that a raw path names; None if it is none of theirs."""
    segments = path_segments(path)
    short = ["v1", *segments[3:]] if segments[:2] == ["v1", "Services"] else None
    for row in rows:
        template = path_segments(row.path)
        spelt = [(segments, False)]
        if short is not None and row.twin:
            spelt.append((short, True))
        for given, by_service in spelt:
            above = _match(template, given)
            more = given[len(template) :]
            if above is None or len(more) > (not row.is_single) or "" in more:
                continue
            if by_service:
                above["chat_service_sid"] = unquote(segments[2], errors="replace")
            item = unquote(more[0], errors="replace") if more else None
            return Place(row=row, above=above, item=item, by_service=by_service)
    return None


def _match(template: Sequence[str], given: Sequence[str]) -> dict[str, str] | None:
    """What the beginning of a path has in the place of each name of a template."""
    above = {}
    for at, part in enumerate(template):
        found = given[at] if at < len(given) else ""
        if part.startswith("{") and found:
            above[part[1:-1]] = unquote(found, errors="replace")
        elif part != found:
            return None
    return above
