"""The seed of a served stub, as JSON: a list of users, or the state of another stub."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pytest_twilio_users.contract.models import parse_date
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.neighbours.arranging import arrange, known_row
from pytest_twilio_users.neighbours.memory import Memory, StoredNeighbour
from pytest_twilio_users.server.seed_json import read_entries
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser

Seed = Mapping[str, Any]
"""A user to begin with: some of what `_NAMES` has, an identity among it; or a neighbour.

Of a neighbour, `neighbour` says what it is. Each may have all that a state tells of it.
"""

_NAMES = (
    *("identity", "service_sid", "friendly_name", "attributes", "role_sid"),
    *("is_online", "is_notifiable"),
)
_DATES = ("date_created", "date_updated")
_OF_A_STATE = (
    *("sid", "chat_service_sid", *_DATES),
    *("account_sid", "url", "links"),  # these follow from the rest
)


def read_seeds(text: str | bytes, *, source: str) -> list[Seed]:
    """Read a list of users and neighbours from JSON, or a state; errors name its `source`.

    Raises:
        InvalidArgument: it is neither; the message says where and why.
    """
    read: list[Seed] = []
    places = _Places(source)
    for entry, problems in read_entries(text, source=source):
        place = places.next(entry)
        if problems:
            raise InvalidArgument(f"{place}: {problems[0]}.")
        if not isinstance(entry, dict):
            raise InvalidArgument(f'{place}: expected an object, such as {{"identity": "ada"}}.')
        if "neighbour" not in entry:
            _require_user(entry, place=place)
        read.append(entry)
    return read


def _require_user(entry: Seed, *, place: str) -> None:
    for name in entry:
        if name not in (*_NAMES, *_OF_A_STATE):
            raise InvalidArgument(
                f"{place}: {brief(name)} is not a field that a seed can"
                f" set.{known_names(name, _NAMES)}"
            )
    if entry.get("identity") is None:
        raise InvalidArgument(f"{place} has no identity.")


def plant(
    account: Account, seeds: Iterable[Seed], *, source: str, neighbours: Memory | None = None
) -> list[StoredUser | StoredNeighbour]:
    """Add the users to the account, and the neighbours beside them: all, or none.

    What has a SID that is there already takes its place.

    Args:
        account: whose users they are.
        seeds: what to add.
        source: for complaints.
        neighbours: what is beside the users; None where nothing is answered for there.

    Raises:
        InvalidArgument: Twilio would refuse one of them, or a value is not allowed.
    """
    users = account.store.track({})
    beside = neighbours.shelf.track({}) if neighbours else {}
    places = _Places(source)
    try:
        return [_add(account, neighbours, seed, places.next(seed)) for seed in seeds]
    except InvalidArgument:
        account.store.undo(users)
        if neighbours:
            neighbours.shelf.undo(beside)
        raise
    finally:
        account.store.untrack(users)
        if neighbours:
            neighbours.shelf.untrack(beside)


def _add(
    account: Account, neighbours: Memory | None, seed: Seed, place: str
) -> StoredUser | StoredNeighbour:
    if "neighbour" not in seed:
        return _add_user(account, dict(seed), place)
    if neighbours is None:
        raise InvalidArgument(
            f"{place}: this stub has no neighbours of users. Start it with --neighbours."
        )
    fields = {name: value for name, value in seed.items() if name != "neighbour"}
    row = known_row(neighbours, seed["neighbour"], place=f"{place}: ")
    return arrange(neighbours, row, fields, place=f"{place}: ")


def _add_user(account: Account, fields: dict[str, Any], place: str) -> StoredUser:
    told = {name: fields.pop(name, None) for name in ("service_sid", *_OF_A_STATE)}
    service_sid = account.default_service_sid
    for name in ("service_sid", "chat_service_sid"):
        if told[name] is not None:
            service_sid = account.require_service(told[name], name=f"{place}: {name}")
            break
    own: dict[str, Any] = {
        date: parse_date(told[date], name=f"{place}: {date}") for date in _DATES if told[date]
    }
    if told["sid"] is not None:
        sid = require_sid(SidKind.USER, told["sid"], name=f"{place}: sid")
        own |= _own_sid(account, service_sid, sid)
    added = add_user(account, service_sid, **fields, place=f"{place}: ")
    if isinstance(added, Refusal):
        raise InvalidArgument(f"{place}: Twilio would refuse this user. {added.statement}.")
    if own:
        account.store.change(added, None)
        added = replace(added, **own)
        account.store.change(None, added)
    return added


def _own_sid(account: Account, service_sid: str, sid: str) -> dict[str, Any]:
    """What a user has that is to have this SID: the place of the one who has it, if there is."""
    account.sids.reserve(sid)
    before = account.store.find(service_sid, sid)
    if before is None:
        return {"sid": sid}
    account.store.change(before, None)
    return {"sid": sid, "number": before.number}


class _Places:
    """Where each entry stands: by its number among its kind, and by its identity if it has one."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._numbers: Counter[str] = Counter()

    def next(self, entry: object) -> str:
        """The place of the next entry."""
        said: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {}
        kind = "neighbour" if "neighbour" in said else "user"
        self._numbers[kind] += 1
        named = said.get("neighbour", said.get("identity"))
        shown = "" if named is None else f" ({brief(named)})"
        return f"{self._source}, {kind} {self._numbers[kind]}{shown}"
