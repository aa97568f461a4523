"""The machine: what it asks a client for, step by step."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pytest_twilio_users.adapters import Client
from pytest_twilio_users.contract.operations import Action, known_action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.state_machine import inputs
from pytest_twilio_users.state_machine.model import Model, due_refusals
from pytest_twilio_users.state_machine.programs import Program, RecordedClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class UsersStateMachine(RuleBasedStateMachine):
    """Creates, fetches, updates, deletes and lists users, and checks each result.

    A subclass may add rules and invariants, which call the client by `ask`. To run it as a
    `TestCase`, override `client`. The machine deletes its users at the end of each example,
    also if the example failed.

    Attributes:
        services: the services to use: SIDs, and None for the account's default service.
        role_sids: roles of these services; without any, no role is sent.
        users: the model: the expected fields of each user, by service and identity. It holds
            only the machine's own users; others in a list are ignored.
    """

    services: ClassVar[Sequence[str | None]] = (
        None,
        derive_sid(SidKind.SERVICE, "state machine", 1),
        derive_sid(SidKind.SERVICE, "state machine", 2),
    )
    role_sids: ClassVar[Sequence[str]] = ()
    _shared: ClassVar[RecordedClient | None] = None

    def __init_subclass__(cls) -> None:
        given: Any = cls.services
        is_list = isinstance(given, Iterable) and not isinstance(given, str)
        cls.services = tuple(given) if is_list else ()  # it may be an iterator
        if not cls.services:
            raise InvalidArgument(
                f"services={brief(given)} is not a list of services: give their SIDs, and None for"
                " the account's default one, such as services=[None]."
            )
        for sid in cls.services:
            if sid is not None:
                require_sid(SidKind.SERVICE, sid, name="services")

    def __init__(self) -> None:
        super().__init__()
        self._client = self._shared or RecordedClient(self.client())
        self._program = self._client.program = Program()
        self._model = Model(self.services, self._program)
        self.users = self._model.users
        self._services = list(self.services)
        self._strays: list[tuple[str | None, str]] = []  # users that should not be there
        self._handled = sys.exception()  # none of this example's

    def client(self) -> Client:
        """Return the client for an example. Override it to run the machine as a TestCase.

        Raises:
            InvalidArgument: it was not overridden.
        """
        name = type(self).__name__
        raise InvalidArgument(
            f"{name} does not say which client to test. Add a method:\n\n"
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
        """Call an operation, compare the result with the model, and update the model.

        Args:
            action: what to do.
            service_sid: the service; None is the account's default one.
            arguments, parameters: the other arguments of the adapter's method.
            refusal: the refusal that these arguments always get, whatever users exist.

        Returns:
            The user for create, fetch and update, a list of users for list, None
            for delete. `Refused` if Twilio refused, as the model expects.

        Raises:
            AssertionError: the result is another one; the message shows all calls.
            NotImplementedError: the client has no such operation, or no such parameter.
        """
        action = known_action(action)
        user = self._model.find(service_sid, arguments[0]) if arguments else None
        due = due_refusals(action, user, refusal)
        steps = len(self._program.steps)
        try:
            seen = self._client.ask(action, service_sid, *arguments, **parameters)
        except NotImplementedError:
            del self._program.steps[steps:]
            raise
        except Exception as error:
            if action is Action.CREATE and not due:
                self._strays.append((service_sid, arguments[0]))  # it may be there all the same
            return self._model.hold_refused(due, error)
        if action is Action.CREATE and due:
            self._strays.append((service_sid, seen["sid"]))
        self._model.hold_not_refused(due)
        if action is Action.LIST:
            self._model.hold_listed(service_sid, seen, limit=parameters.get("limit"))
        elif user is None:
            self._model.hold_created(service_sid, arguments[0], parameters, seen)
        elif action is Action.DELETE:
            self._model.forget(service_sid, user)
        else:
            self._model.hold_updated(user, parameters, seen)
        return seen

    @initialize(users=st.lists(st.tuples(inputs.WHERE, inputs.IDENTITY, inputs.GIVEN), max_size=3))
    def begin(self, users: list[tuple[int, str, Mapping[str, Any]]]) -> None:
        """Create some users: an example may do without the rule that does."""
        for where, identity, given in users:
            self.create(where, identity, given)

    @rule(where=inputs.WHERE, identity=inputs.IDENTITY, given=inputs.GIVEN)
    def create(self, where: int, identity: str, given: Mapping[str, Any]) -> None:
        """Create a user; the identity may be taken or invalid."""
        invalid = inputs.INVALID_IDENTITIES.get(identity)
        service_sid = self._services[where % len(self._services)]
        self._call(Action.CREATE, service_sid, identity, refusal=invalid, given=given)

    @rule(where=inputs.WHERE, whom=inputs.WHOM)
    def fetch(self, where: int, whom: tuple[str, int]) -> None:
        """Fetch a user, or somebody who is not there."""
        self._call(Action.FETCH, *self._choose(where, *whom))

    @rule(where=inputs.WHERE, whom=inputs.WHOM, given=inputs.GIVEN)
    def update(self, where: int, whom: tuple[str, int], given: Mapping[str, Any]) -> None:
        """Update a user, or somebody who is not there."""
        self._call(Action.UPDATE, *self._choose(where, *whom), given=given)

    @rule(where=inputs.WHERE, whom=inputs.WHOM)
    def delete(self, where: int, whom: tuple[str, int]) -> None:
        """Delete a user, or somebody who is not there."""
        self._call(Action.DELETE, *self._choose(where, *whom))

    @rule(where=inputs.WHERE, pages=inputs.PAGES)
    def list_users(self, where: int, pages: Mapping[str, int]) -> None:
        """List the users, over all pages."""
        self._call(Action.LIST, self._services[where % len(self._services)], given=pages)

    def teardown(self) -> None:
        """Delete what is left. A failure that does not show its calls is given them as a note."""
        error = sys.exception()
        is_new = error is not self._handled and not self._program.is_shown
        if isinstance(error, Exception) and is_new and self._program.steps:
            error.add_note(f"These calls led to it:\n\n{self._program}")
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
            role_sid = self.role_sids[len(self._model.sids) % len(self.role_sids)]
            given = {**given, "role_sid": role_sid}
        refusal = refusal or inputs.refusal_of(given)
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
            return services[0], inputs.VALID_IDENTITIES[number]
        if way == "gone" and self._model.gone:
            service_sid, *names = self._model.gone[-1 - number % len(self._model.gone)]
            return service_sid, names[where % 2]
        if way == "elsewhere" and self._model.sids:
            return services[0], self._model.sids[-1]
        for service_sid in services:
            users = list(self.users[service_sid].values())
            if users and way in ("sid", "identity", "other case"):
                user = users[number % len(users)]
                name = user["sid" if way == "sid" else "identity"]
                return service_sid, name.swapcase() if way == "other case" else name
        return services[0], inputs.NOBODY

    def _leave_out(self, service_sid: str | None) -> None:
        """Leave out the services in which nothing can be created."""
        self._services = [sid for sid in self._services if (sid is None) != (service_sid is None)]
        if not self._services:
            raise InvalidArgument(
                "The machine has nothing to test: the adapter creates no users in"
                f" services={list(self.services)!r}. None needs create_user, a SID needs"
                " create_service_user."
            )
