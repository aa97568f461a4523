"""What the stub remembers of neighbours, as requests change it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from pytest_twilio_users.contract.models import JsonObject, format_date
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.neighbours.rows import (
    NEIGHBOURS,
    NEW_ROLES,
    USERS,
    DefaultService,
    Neighbour,
    RoleOf,
)
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.shelf import Shelf
from pytest_twilio_users.wire.codec import encode_json

_BEGUN = Neighbour(name="", path="/")
"""Of what is kept under it, each tells that a service has what a new one has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A list that there is, or something that is one of a kind: whose it is, and what it is in."""

    row: Neighbour
    service_sid: str
    parents: dict[str, str]

    @property
    def home(self) -> str:
        """What its items are kept under."""
        above = self.service_sid if self.row.in_service else ""
        return _home(self.row, next(reversed(self.parents.values()), above))


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredNeighbour:
    """A resource as the stub remembers it. `number` counts creations among neighbours."""

    number: int
    sid: str
    home: str
    name: str
    spot: Spot
    fields: JsonObject


class Memory:
    """The neighbours of an account's users. Whoever asks holds the account's lock."""

    def __init__(
        self, account: Account, *, rows: Callable[[], Sequence[Neighbour]] = lambda: NEIGHBOURS
    ) -> None:
        self.account = account
        self.rows = rows
        self.shelf: Shelf[StoredNeighbour] = Shelf()

    def spot(self, row: Neighbour, above: Mapping[str, str]) -> Spot | None:
        """The list that SIDs, or names, of what is above it lead to; None if they lead nowhere."""
        service_sid = above.get("chat_service_sid", self.account.default_service_sid)
        self.begin(service_sid)
        if row.in_service and self._service(service_sid) is None:
            return None
        parents: dict[str, str] = {}
        parent = service_sid
        for path, name in row.ancestors:
            found = self._sid_above(path, parent, above[name])
            if found is None:
                return None
            parents[name] = parent = found
        return Spot(row=row, service_sid=service_sid, parents=parents)

    def _service(self, sid: str) -> StoredNeighbour | None:
        return self.shelf.find(_home(self.row("services"), ""), sid)

    def _sid_above(self, path: str, parent: str, sid_or_name: str) -> str | None:
        """The SID of what something is in; as it was given where nothing is known of such."""
        if path in USERS:
            user = self.account.store.find(parent, sid_or_name)
            return user.sid if user else None
        row = next((row for row in self.rows() if path in row.paths), None)
        if row is None:
            return sid_or_name
        found = self.shelf.find(_home(row, parent), sid_or_name)
        return found.sid if found else None

    def row(self, name: str) -> Neighbour:
        """The row of a name that is known."""
        return next(row for row in self.rows() if row.name == name)

    def begin(self, service_sid: str) -> None:
        """Have there be what a new service has, once, if there is such a service."""
        home = _home(_BEGUN, service_sid)
        known = self._service(service_sid) or self.account.knows_service(service_sid)
        if self.shelf.find(home, home) or not known:
            return
        begun, services, roles = (
            Spot(row=row, service_sid=service_sid, parents={})
            for row in (_BEGUN, self.row("services"), self.row("roles"))
        )
        self._put(begun, {}, sid=home)
        if self._service(service_sid) is None:  # else it was just created
            self._put(services, self._dates(), sid=service_sid)
        for name, kind in NEW_ROLES.items():
            fields = {"friendly_name": name, "type": kind, **self._dates()}
            self._put(roles, fields, sid=RoleOf(friendly_name=name).sid(service_sid))

    def begin_named(self, row: Neighbour) -> None:
        """Have there be, for who looks at all services, the one that an author is given, too."""
        if row.name == "services":
            self.begin(self.account.service_sid)

    def single(self, spot: Spot) -> StoredNeighbour:
        """What is one of a kind."""
        return self.shelf.find(spot.home, spot.home) or self._put(spot, {}, sid=spot.home)

    def create(
        self, spot: Spot, fields: JsonObject, *, sid: str | None = None
    ) -> StoredNeighbour | Refusal:
        """Add an item to a list: give it, or the refusal that it meets.

        Args:
            spot: the list.
            fields: what it has, where that is not what its row says.
            sid: its SID; the next of its kind if None.
        """
        refusal = self._refuse_name(spot, fields)
        if refusal is not None:
            return refusal
        if sid is None:
            sid = self.account.sids.next(spot.row.sid)
        else:
            self.account.sids.reserve(sid)
        created = self._put(spot, self._counted(spot) | self._dates() | fields, sid=sid)
        if spot.row.name == "services":
            self.begin(sid)
        return created

    def update(self, item: StoredNeighbour, fields: JsonObject) -> StoredNeighbour | Refusal:
        """Change fields of an item: give it, or the refusal that the change meets."""
        now = {} if item.spot.row.is_single else {"date_updated": self._now()}
        changed = item.fields | now | fields
        name = _name(item.spot.row, changed) or item.sid
        if name != item.name:
            refusal = self._refuse_name(item.spot, changed)
            if refusal is not None:
                return refusal
        new = replace(item, fields=changed, name=name)
        self.shelf.change(item, new)
        return new

    def delete(self, item: StoredNeighbour) -> None:
        """Take an item away, and with it what is in it."""
        for row in self.rows():
            for within in list(self.shelf.items(_home(row, item.sid))):
                self.delete(within)
        self.shelf.change(item, None)

    def all(self) -> Iterator[StoredNeighbour]:
        """All items, oldest first."""
        return (item for item in self.shelf.items() if item.spot.row is not _BEGUN)

    def named(self, name: str) -> Iterator[StoredNeighbour]:
        """All items of a row, oldest first."""
        return (item for item in self.all() if item.spot.row.name == name)

    def found(self, row: Neighbour, above: Mapping[str, str]) -> Iterator[StoredNeighbour]:
        """All items of a row, oldest first, or those in what SIDs, or names, lead to."""
        if all(name in above for _, name in row.ancestors):
            spot = self.spot(row, above)
            if spot is not None and row.is_single:
                self.single(spot)
        self.begin_named(row)
        for item in self.named(row.name):
            own = {"chat_service_sid": item.spot.service_sid, **item.spot.parents}
            if not above or self.spot(row, {**own, **above}) == item.spot:
                yield item

    def _put(self, spot: Spot, fields: JsonObject, *, sid: str) -> StoredNeighbour:
        whole = self.defaults(spot) | fields
        item = StoredNeighbour(
            number=self.shelf.next_number(),
            sid=sid,
            home=spot.home,
            name=_name(spot.row, whole) or sid,
            spot=spot,
            fields=whole,
        )
        self.shelf.change(None, item)
        return item

    def defaults(self, spot: Spot) -> JsonObject:
        """What the fields of an item are where nothing is said."""

        def of(default: object) -> object:
            if isinstance(default, RoleOf):
                return default.sid(spot.service_sid)
            if isinstance(default, DefaultService):
                return self.account.default_service_sid
            return None if isinstance(default, type) else deepcopy(default)

        return {name: of(default) for name, default in spot.row.fields.items()}

    def _counted(self, spot: Spot) -> JsonObject:
        """The field that numbers an item, one more than the last."""
        if not spot.row.counted:
            return {}
        last = self.shelf.before(spot.home, self.shelf.last_number + 1, 1)
        number = last[0].fields[spot.row.counted] if last else -1
        return {spot.row.counted: number + 1 if isinstance(number, int) else 0}

    def _refuse_name(self, spot: Spot, fields: JsonObject) -> Refusal | None:
        name = _name(spot.row, fields)
        if name is None or not self.shelf.has_name(spot.home, name):
            return None
        return next(refusal for key, refusal in spot.row.unique.items() if fields.get(key))

    def _dates(self) -> JsonObject:
        return dict.fromkeys(("date_created", "date_updated"), self._now())

    def _now(self) -> str:
        return format_date(self.account.clock().replace(microsecond=0))


def _home(row: Neighbour, above: str) -> str:
    """What the items of a list are kept under that is in something with this SID."""
    return f"{row.name} {above}"


def _name(row: Neighbour, fields: JsonObject) -> str | None:
    """By what an item is found besides its SID, and which no other in its list may have."""
    found = next((fields[key] for key in row.unique if fields.get(key)), None)
    return found if found is None or isinstance(found, str) else encode_json(found).decode()
