"""The machine: what it calls, and what it knows of the users that come of it."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pytest_twilio_users.adapters import Refused, SeenUser, shows
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import (
    FRIENDLY_NAME,
    RESERVED_IDENTITIES,
    Action,
    known_action,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine.programs import Client, RecordedClient, literal
from pytest_twilio_users.strategies import HAZARDS

# The simplest comes first; what is there more often comes more often.
VALID_IDENTITIES = ("0", "ada", "Ada", *(text for texts in HAZARDS.values() for text in texts))
INVALID_IDENTITIES: Mapping[str, Refusal] = {
    "": refusals.IDENTITY_EMPTY,
    "a" * 257: refusals.IDENTITY_TOO_LONG,
    "US" + "0" * 32: refusals.IDENTITY_LIKE_SID,
    **dict.fromkeys(RESERVED_IDENTITIES, refusals.IDENTITY_RESERVED),
}
IDENTITIES = (*VALID_IDENTITIES[:3] * 30, *tuple(INVALID_IDENTITIES) * 6, *VALID_IDENTITIES[3:])
USER_INPUT: tuple[Mapping[str, Any], ...] = (
    {},
    {"friendly_name": "a"},
    {"attributes": {"a": 0}},
    {"friendly_name": "b"},
    {"attributes": {"b": [1, None, {"é": "/"}]}},
    {"friendly_name": "", "attributes": {}},
    {"attributes": {"long": "é" * 600}},
    {"friendly_name": "Zoë & 王", "attributes": {"c": "😀"}},
    {"friendly_name": "a" * 257},
    {"friendly_name": "c", "role_sid": "RL0"},
)
PAGES: tuple[Mapping[str, int], ...] = (
    {"page_size": 1},
    {"page_size": 2},
    {"page_size": 3},
    {},
    {"page_size": 1, "limit": 1},
)
# Whom to ask for: how, and the how manyth. Mostly it is somebody who is there.
WHOM = (
    *((way, number) for number in range(3) for way in ("sid", "identity")),
    *(("other case", 0), ("gone", 0), ("gone", 1), ("elsewhere", 0), ("nobody", 0)),
    *(("any", number) for number in range(0, len(VALID_IDENTITIES), 40)),
)
# Half of the calls are for the first service, so that users meet.
_WHERE = st.sampled_from((0, 0, 1, 2))
_IDENTITY = st.sampled_from(IDENTITIES)
_WHOM = st.sampled_from(WHOM)
_GIVEN = st.sampled_from(USER_INPUT)
NOBODY = derive_sid(SidKind.USER, "nobody")
DISAGREE = "The client and the model disagree after these calls:"


class UsersStateMachine(RuleBasedStateMachine):
    """Creates, fetches, updates, deletes and lists users, and knows what has to come of it.

    A subclass adds rules and invariants, which ask through `ask`. Run as a
    `TestCase`, it says by `client` what to test. What is left of the machine's
    users is deleted at the end of each example, failed ones included.

    Attributes:
        services: where it happens: SIDs, and None for the account's default service.
        role_sids: roles that these services have; without any, no role is given.
        users: the model: by service and identity the fields that a user has to show.
            It knows the machine's own users; others in a list are ignored.
    """

    services: ClassVar[Sequence[str | None]] = (
        None,
        derive_sid(SidKind.SERVICE, "state machine", 1),
        derive_sid(SidKind.SERVICE, "state machine", 2),
    )
    role_sids: ClassVar[Sequence[str]] = ()
    _shared: ClassVar[RecordedClient | None] = None

    def __init_subclass__(cls) -> None:
        if not isinstance(cls.services, str):
            cls.services = tuple(cls.services)  # it may be an iterator
        if isinstance(cls.services, str) or not cls.services:
            raise InvalidArgument(
                f"services={cls.services!r} is no list of services: give their SIDs, and None for"
                " the account's default one, such as services=[None]."
            )
        for sid in cls.services:
            if sid is not None:
                require_sid(SidKind.SERVICE, sid, name="services")

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str | None, dict[str, SeenUser]] = {sid: {} for sid in self.services}
        self._client = self._shared or RecordedClient(self.client())
        self._program = self._client.program
        self._program.calls = []
        self._services = list(self.services)
        self._default_service_sid: str | None = None
        self._sids: list[str] = []  # of all users, deleted ones included
        self._gone: list[tuple[str | None, str, str]] = []  # service, SID and identity
        self._strays: list[tuple[str | None, str]] = []  # users that should not be there
        self._handled = sys.exception()
        self._told = False

    def client(self) -> Client:
        """Give the client for an example. Override it to run the machine as a TestCase.

        Raises:
            InvalidArgument: it was not overridden.
        """
        name = type(self).__name__
        raise InvalidArgument(
            f"{name} does not say which client to test. Say it:\n\n"
            f"class {name}(UsersStateMachine):\n"
            "    def client(self):\n"
            "        return adapter  # of your client, or a UsersClient"
        )

    def ask(
        self,
        action: Action,
        service_sid: str | None,
        *arguments: str,
        refusal: Refusal | None = None,
        **parameters: Any,
    ) -> Any:
        """Ask for an operation, hold the answer against the model, and keep that up to date.

        Args:
            action: what to do.
            service_sid: the service; None is the account's default one.
            arguments, parameters: what the adapter's method takes besides.
            refusal: what Twilio says to these arguments, whatever users there are.

        Returns:
            The user for create, fetch and update, a list of users for list, None
            for delete; `Refused` if Twilio had to refuse, and did.

        Raises:
            AssertionError: something else came; the message shows the calls.
            NotImplementedError: the client has no such operation, or no such parameter.
        """
        action = known_action(action)
        users = self.users.setdefault(service_sid, {})
        user = _find(users, arguments[0]) if arguments else None
        due = _due(action, user, refusal)
        try:
            seen = self._client.ask(action, service_sid, *arguments, **parameters)
        except NotImplementedError:
            self._program.calls.pop()
            raise
        except Exception as error:
            if action is Action.CREATE and not due:
                self._strays.append((service_sid, arguments[0]))  # it may be there all the same
            return self._hold_refused(due, error)
        if due:
            if action is Action.CREATE:
                self._strays.append((service_sid, seen["sid"]))
            self._disagree(_text(due), "no refusal")
        if action is Action.LIST:
            self._hold_listed(users, seen, limit=parameters.get("limit"))
        elif user is None:
            self._hold_created(service_sid, arguments[0], parameters, seen)
        elif action is Action.DELETE:
            del users[user["identity"]]
            self._gone.append((service_sid, user["sid"], user["identity"]))
        else:
            user |= _stored(parameters)
            self._hold(user, seen)
        return seen

    @initialize(users=st.lists(st.tuples(_WHERE, _IDENTITY, _GIVEN), max_size=3))
    def begin(self, users: list[tuple[int, str, Mapping[str, Any]]]) -> None:
        """Create some users: an example may do without the rule that does."""
        for where, identity, given in users:
            self.create(where, identity, given)

    @rule(where=_WHERE, identity=_IDENTITY, given=_GIVEN)
    def create(self, where: int, identity: str, given: Mapping[str, Any]) -> None:
        """Create a user; the identity may be taken or invalid."""
        invalid = INVALID_IDENTITIES.get(identity)
        service_sid = self._services[where % len(self._services)]
        self._call(Action.CREATE, service_sid, identity, refusal=invalid, given=given)

    @rule(where=_WHERE, whom=_WHOM)
    def fetch(self, where: int, whom: tuple[str, int]) -> None:
        """Fetch a user, or somebody who is not there."""
        self._call(Action.FETCH, *self._choose(where, *whom))

    @rule(where=_WHERE, whom=_WHOM, given=_GIVEN)
    def update(self, where: int, whom: tuple[str, int], given: Mapping[str, Any]) -> None:
        """Update a user, or somebody who is not there."""
        self._call(Action.UPDATE, *self._choose(where, *whom), given=given)

    @rule(where=_WHERE, whom=_WHOM)
    def delete(self, where: int, whom: tuple[str, int]) -> None:
        """Delete a user, or somebody who is not there."""
        self._call(Action.DELETE, *self._choose(where, *whom))

    @rule(where=_WHERE, pages=st.sampled_from(PAGES))
    def list_users(self, where: int, pages: Mapping[str, int]) -> None:
        """List the users, over all pages."""
        self._call(Action.LIST, self._services[where % len(self._services)], given=pages)

    def teardown(self) -> None:
        """Delete what is left. A failure that does not show its calls is given them as a note."""
        error = sys.exception()
        is_new = error is not self._handled and not self._told
        if isinstance(error, Exception) and is_new and self._program.calls:
            error.add_note(f"It came of these calls:\n\n{self._program}")
        left = [
            (service_sid, user["sid"])
            for service_sid, users in self.users.items()
            for user in users.values()
        ]
        for service_sid, sid in left + self._strays:
            with suppress(Exception):  # there is nothing more that could be done
                self._client.ask(Action.DELETE, service_sid, sid)
        if self._client is not self._shared:
            self._client.close()

    def _call(
        self,
        action: Action,
        service_sid: str | None,
        *arguments: str,
        refusal: Refusal | None = None,
        given: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Ask, if the client has the operation."""
        if self.role_sids and "attributes" in given:
            role_sid = self.role_sids[len(self._sids) % len(self.role_sids)]
            given = {**given, "role_sid": role_sid}
        refusal = refusal or _refusal_of(given)
        try:
            self.ask(action, service_sid, *arguments, refusal=refusal, **given)
        except NotImplementedError:
            if action is Action.CREATE and not given:
                self._leave_out(service_sid)

    def _choose(self, where: int, way: str, number: int) -> tuple[str | None, str]:
        """Choose a service, and whom to ask for there."""
        first = where % len(self._services)
        services = self._services[first:] + self._services[:first]
        if way == "any":
            return services[0], VALID_IDENTITIES[number]
        if way == "gone" and self._gone:
            service_sid, *names = self._gone[-1 - number % len(self._gone)]
            return service_sid, names[where % 2]
        if way == "elsewhere" and self._sids:
            return services[0], self._sids[-1]
        for service_sid in services:
            users = list(self.users[service_sid].values())
            if users and way in ("sid", "identity", "other case"):
                user = users[number % len(users)]
                name = user["sid" if way == "sid" else "identity"]
                return service_sid, name.swapcase() if way == "other case" else name
        return services[0], NOBODY

    def _leave_out(self, service_sid: str | None) -> None:
        """Leave out the services in which nothing can be created."""
        self._services = [sid for sid in self._services if (sid is None) != (service_sid is None)]
        if not self._services:
            raise InvalidArgument(
                "There is nothing to do: the adapter creates no users in"
                f" services={list(self.services)!r}. None takes its create_user, a SID its"
                " create_service_user."
            )

    def _hold_refused(self, due: Sequence[Refusal], error: Exception) -> Refused:
        refused = Refused.from_error(error)
        if refused.status is None:
            if hasattr(error, "status_code") or hasattr(error, "response"):
                error.add_note(
                    "If Twilio refused: the adapter's error has to have status and code."
                )
            raise error
        if not any((row.status, row.code) == (refused.status, refused.code) for row in due):
            self._disagree(_text(due), f"{refused.status!r}, {refused.code!r}")
        self._program.calls[-1].refused = refused
        return refused

    def _hold_created(
        self, service_sid: str | None, identity: str, parameters: Mapping[str, Any], seen: SeenUser
    ) -> None:
        sid = seen["sid"]
        home = service_sid or self._default_service_sid or seen.get("chat_service_sid")
        if service_sid is None:
            self._default_service_sid = home
            if home is not None and home in self._services:
                raise InvalidArgument(
                    f"services={list(self.services)!r} has the default service twice: None and"
                    f" {home} are the same. Leave one out."
                )
        user: SeenUser = {"sid": sid, "identity": identity, "friendly_name": None}
        user |= {"attributes": "{}", **_stored(parameters)}
        if home is not None:
            user["chat_service_sid"] = home
        if "role_sid" in seen:
            user.setdefault("role_sid", seen["role_sid"])
        self.users[service_sid][identity] = user
        if sid in self._sids:
            self._disagree("a SID of its own", f"{self._program.name(sid)} again")
        self._sids.append(sid)
        self._hold(user, seen)

    def _hold_listed(
        self, users: Mapping[str, SeenUser], listed: list[SeenUser], *, limit: int | None
    ) -> None:
        name = self._program.name
        due = {user["sid"]: user for user in users.values()}
        seen: set[str] = set()
        for user in listed:
            sid = user["sid"]
            if sid in seen:
                self._disagree("each user once", f"{name(sid)} twice")
            seen.add(sid)
            if sid in due:
                self._hold(due[sid], user)
            elif sid in self._sids:
                self._disagree("the users of this service", f"{name(sid)} with them")
        if limit is not None and len(listed) > limit:
            self._disagree(f"at most {limit} users", f"{len(listed)}")
        if limit is None or len(listed) < limit:
            for sid in due:
                if sid not in seen:
                    self._disagree("all users of the service", f"none with {name(sid)}")

    def _hold(self, user: SeenUser, seen: SeenUser) -> None:
        for name, value in user.items():
            if name in seen and not shows(name, value, seen[name]):
                self._disagree(f"{name} {literal(value)}", literal(seen[name]))

    def _disagree(self, expected: str, came: str) -> NoReturn:
        self._told = True
        raise AssertionError(
            f"{DISAGREE}\n\n{self._program}\n# expected: {expected}; came: {came}"
        ) from sys.exception()


def _due(action: Action, user: SeenUser | None, refusal: Refusal | None) -> tuple[Refusal, ...]:
    """The refusals of which one is due; none if the call is to succeed."""
    due = () if refusal is None else (refusal,)
    if action is Action.CREATE:
        return due if user is None else (*due, refusals.IDENTITY_TAKEN)
    return due if user is not None or action is Action.LIST else (*due, refusals.NOT_FOUND)


def _refusal_of(given: Mapping[str, Any]) -> Refusal | None:
    """What Twilio says to the parameters of a user."""
    if len(given.get("friendly_name", "")) > (FRIENDLY_NAME.max_length or 0):
        return refusals.FRIENDLY_NAME_TOO_LONG
    if "role_sid" in given and not SidKind.ROLE.matches(given["role_sid"]):
        return refusals.ROLE_SID_MALFORMED
    return None


def _find(users: Mapping[str, SeenUser], name: str) -> SeenUser | None:
    """The user with this identity or SID."""
    if name in users:
        return users[name]
    return next((user for user in users.values() if user["sid"] == name), None)


def _stored(parameters: Mapping[str, Any]) -> SeenUser:
    """What a user shows of the parameters that it was given."""
    stored = {k: parameters[k] for k in ("friendly_name", "role_sid") if k in parameters}
    if "attributes" in parameters:
        stored["attributes"] = json.dumps(parameters["attributes"])
    return stored


def _text(due: Sequence[Refusal]) -> str:
    return " or ".join(f"{row.status}, {row.code}" for row in due) or "no refusal"
