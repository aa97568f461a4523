"""Neighbours of users: a test adds them or reads them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from pytest_twilio_users.backends.stub import page_body
from pytest_twilio_users.contract.arguments import refused, require_text
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.contract.operations import DEFAULT_PAGE_SIZE
from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.handle.neighbour_scopes import NeighbourScopes, OfScope
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.neighbours.answering import resource
from pytest_twilio_users.neighbours.arranging import arrange, known_row, plain, read, require_fields
from pytest_twilio_users.neighbours.defining import CONFLICT, define
from pytest_twilio_users.neighbours.memory import StoredNeighbour
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.state.pages import StoredPage

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Resource = Mapping[str, Any]
"""A neighbour's JSON at the time of the call. It can't be changed."""


class Neighbours:
    """Resources beside the users: conversations, participants, messages, roles and others.

    They are a loose imitation: their answers have no evidence, and nothing checks the requests.
    Any use of them turns on all of them, until the test or fixture ends; so does the setting
    `neighbours`. Their changes are undone at the end of the test or fixture.
    """

    def __init__(self, scopes: NeighbourScopes, records: Records, *, origin: str) -> None:
        self._scopes = scopes
        self._records = records
        self._origin = origin

    def add(self, name: str, /, **fields: Any) -> Resource:
        """Add one, without a request: `add("conversations", unique_name="lobby")`.

        Args:
            name: the kind, such as "conversations".
            fields: its fields, by Twilio's names in answers. Name the resource that it belongs to
                by SID or name: `add("participants", conversation_sid="lobby", identity="ada")`.
                For a service other than the default one, give `service_sid`. With the `sid` of
                an existing one, that one is changed; so is a kind of which there is only one.

        Raises:
            InvalidArgument: a value is not allowed, names nothing that exists, or would be refused.
            KitError: the mode is not stub.
        """
        with self._scopes.memory.account.lock:
            self._use()
            row = known_row(self._scopes.memory, name)
            return self._show(arrange(self._scopes.memory, row, fields))

    def of(self, name: str, /, **fields: Any) -> list[Resource]:
        """Return all of a kind, oldest first, or those with these fields.

        Args:
            name: the kind, such as "participants".
            fields: the values to look for: `of("participants", identity="ada")`. The resource that
                they belong to is named as in `add`.

        Raises:
            InvalidArgument: there is no such kind, or the kind has no such field.
            KitError: the mode is not stub.
        """
        memory = self._scopes.memory
        with memory.account.lock:
            self._use()
            row = known_row(memory, name)
            if row.view:
                raise InvalidArgument(
                    f'{row.name} are read through participants: neighbours.of("participants",'
                    " identity=…)."
                )
            above, said = read(row, fields)
            found = [self._show(item) for item in memory.found(row, above)]
        shown = set().union(*found)  # what was sent besides is looked for, too
        require_fields(row, [name for name in fields if name not in shown])
        return [each for each in found if said.items() <= each.items()]

    def define(
        self,
        name: str,
        *,
        path: str,
        sid: str = "",
        key: str = "",
        fields: Mapping[str, Any] | None = None,
        unique: str = "",
        conflict: int = CONFLICT,
    ) -> None:
        """Define one more kind that the kit answers for, until the test or fixture ends.

        Args:
            name: its name in `add` and `of`.
            path: the path of its list, such as `/v1/Conversations/{conversation_sid}/Things`; if
                there is only one, its own path.
            sid: the two letters that its SIDs begin with; an empty text if there is only one.
            key: the key of its lists, if that is not `name`.
            fields: its fields besides SIDs, dates and links, with their default values. `int` and
                `bool` mean: null by default, and text is read as that type. Other fields that a
                request sends are shown, too.
            unique: a field whose value must be unique in a list; else the answer is 409.
            conflict: the code of that 409.

        Raises:
            InvalidArgument: a value is not allowed, or the kit answers for this path already.
            KitError: the mode is not stub.
        """
        with self._scopes.memory.account.lock:
            row = define(
                self._scopes.memory.rows(),
                name,
                path=path,
                sid=sid,
                key=key,
                fields=fields,
                unique=unique,
                conflict=conflict,
            )
            self._use().rows.append(row)

    def _use(self) -> OfScope:
        mode = self._records.use().scope.settings.mode
        if mode is not Mode.STUB:
            raise KitError(
                f"neighbours work only on the stub, and the mode is {mode.value}. Run this test"
                ' on the stub only: @pytest.mark.twilio_users(modes=("stub",)).'
            )
        used = self._scopes.use()
        used.on = True
        return used

    def _show(self, item: StoredNeighbour) -> Resource:
        return MappingProxyType(deepcopy(resource(self._scopes.memory, item, origin=self._origin)))


def lone_page(
    items: Iterable[Mapping[str, Any]], *, key: object, path: object = None
) -> JsonObject:
    """A page that holds all of a list; arguments are those of `TwilioUsers.page`.

    Raises:
        InvalidArgument: these are no items of JSON, or key or path is not allowed.
    """
    name = require_text(key, name="key")
    if name in ("", "meta"):
        raise refused(key, name="key", allowed="the key of the list, such as roles")
    if path is None:
        path = f"/v1/{name.title().replace('_', '')}"
    where = require_text(path, name="path")
    if not where.startswith("/"):
        raise refused(path, name="path", allowed="where the list is, such as /v1/Roles")
    allowed = "a list of mappings, each the JSON of one"
    if isinstance(items, Mapping | str) or not isinstance(items, Iterable):
        raise refused(items, name="items", allowed=allowed)
    found: list[JsonObject] = []
    for item in items:
        if not isinstance(item, Mapping):
            raise refused(item, name="items", allowed=allowed)
        found.append(plain(dict(item), name="items"))
    page: StoredPage[StoredNeighbour] = StoredPage(
        items=[],
        number=0,
        size=max(DEFAULT_PAGE_SIZE, len(found)),
        token=None,
        previous_token=None,
        next_token=None,
    )
    return page_body(page, found, key=name, url=DEFAULT_ORIGIN + where)
