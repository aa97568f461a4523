"""What each action does to neighbours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.contract.operations import PAGE, PAGE_SIZE, PAGE_TOKEN, Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.neighbours.memory import Memory, Spot, StoredNeighbour
from pytest_twilio_users.neighbours.rows import snake
from pytest_twilio_users.neighbours.views import participant_of, view
from pytest_twilio_users.state.pages import StoredPage, read_page
from pytest_twilio_users.state.shelf import Shelf

Outcome = StoredNeighbour | StoredPage[StoredNeighbour] | Refusal | None
"""The result of an action: a resource, a page, a refusal, or None (deleted)."""

PAGE_PARAMETERS = frozenset((PAGE.name, PAGE_SIZE.name, PAGE_TOKEN.name))

_LARGEST = 1 << 47
"""A number that no item reaches, and a token has room for."""


def carry_out(
    memory: Memory,
    action: Action,
    spot: Spot,
    sid_or_name: str | None,
    *,
    query: Mapping[str, str],
    fields: JsonObject,
) -> Outcome:
    """Do what is asked for.

    Args:
        memory: of whom.
        action: what; one that the row knows.
        spot: where.
        sid_or_name: of what is in a list; None is the list, or what is one of a kind.
        query: the parameters of the query.
        fields: what the form says.
    """
    if action is Action.CREATE:
        return memory.create(spot, _beside(memory.defaults(spot), fields))
    if action is Action.LIST:
        return _list(memory, spot, query)
    item = _find(memory, spot, sid_or_name)
    if item is None:
        return refusals.NOT_FOUND
    if action is Action.UPDATE:
        return _update(memory, item, fields)
    if action is Action.DELETE:
        memory.delete(participant_of(memory, item) if spot.row.view else item)
        return None
    return item


def _find(memory: Memory, spot: Spot, sid_or_name: str | None) -> StoredNeighbour | None:
    if sid_or_name is None:
        return memory.single(spot)
    if spot.row.name == "services":
        memory.begin(sid_or_name)
    if not spot.row.view:
        return memory.shelf.find(spot.home, sid_or_name)
    return next((i for i in view(memory, spot, {}) if sid_or_name in (i.sid, i.name)), None)


def _update(memory: Memory, item: StoredNeighbour, fields: JsonObject) -> StoredNeighbour | Refusal:
    kept = participant_of(memory, item) if item.spot.row.view else item
    found = memory.update(kept, _beside(kept.fields, fields))
    if isinstance(found, Refusal):
        return found
    return _find(memory, item.spot, item.sid) or refusals.NOT_FOUND


def _beside(old: JsonObject, fields: JsonObject) -> JsonObject:
    """Fields of a form, where `Timers.Closed` says nothing of what else is in `timers`."""
    beside = dict(fields)
    for name, value in fields.items():
        before = old.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            beside[name] = before | value
    return beside


def _list(
    memory: Memory, spot: Spot, query: Mapping[str, str]
) -> StoredPage[StoredNeighbour] | Refusal:
    most = memory.account.settings.max_page_size
    memory.begin_named(spot.row)
    if not spot.row.view and PAGE_PARAMETERS.issuperset(query):
        return read_page(memory.shelf, spot.home, query, max_page_size=most)
    items = view(memory, spot, query) if spot.row.view else memory.shelf.items(spot.home)
    chosen: Shelf[StoredNeighbour] = Shelf()
    for item in _chosen(items, query):
        chosen.change(None, item)
    return read_page(chosen, spot.home, query, max_page_size=most)


def _chosen(
    items: Iterable[StoredNeighbour], query: Mapping[str, str]
) -> Iterable[StoredNeighbour]:
    """Those whose fields have the values that a query asks for; `Order=desc` turns them round."""
    wanted = {snake(name): text for name, text in query.items() if name not in PAGE_PARAMETERS}
    for item in items:
        if any(item.fields.get(name, text) != text for name, text in wanted.items()):
            continue
        newest_first = wanted.get("order") == "desc"
        yield replace(item, number=_LARGEST - item.number) if newest_first else item
