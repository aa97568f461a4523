"""The handle that tests hold: Twilio's users, with a look behind the scenes."""

import warnings
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, cast

from pytest_twilio_users.client import AsyncUsersClient, Attributes, Text, UsersClient
from pytest_twilio_users.contract.arguments import refused, require_sendable, require_text
from pytest_twilio_users.contract.literals import ModeName
from pytest_twilio_users.contract.models import JsonObject, User
from pytest_twilio_users.errors import ContractViolated, KitError, KitWarning
from pytest_twilio_users.faults import Plan
from pytest_twilio_users.handle.arranged import RequestedUsers, StubbedUsers
from pytest_twilio_users.handle.clock import UsersClock
from pytest_twilio_users.handle.neighbours import Neighbours, lone_page
from pytest_twilio_users.handle.parts import Parts
from pytest_twilio_users.settings import SETTINGS, Mode, Settings
from pytest_twilio_users.state.checkpoint import Checkpoint
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.webhook_events import Webhooks
from pytest_twilio_users.wire.journal import Journal

if TYPE_CHECKING:
    from twilio.rest import Client

    from pytest_twilio_users.transports.routes import UsersRouter

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class TwilioUsers:
    """What the fixture `twilio_users` gives.

    It lasts for the session. What a test or a fixture did to it ends with that
    test or fixture: users, journal, overrides, SIDs.
    """

    __slots__ = ("__weakref__", "_parts")

    _parts: Parts

    def __init__(self, parts: Parts) -> None:
        object.__setattr__(self, "_parts", parts)

    # Who answers, and as whom

    @property
    def mode(self) -> ModeName:
        """Who answers: stub, replay, record or live."""
        return cast("ModeName", self.settings.mode)

    @property
    def settings(self) -> Settings:
        """The settings of the test or fixture that is acting."""
        return self._parts.isolation.current.settings

    @property
    def account_sid(self) -> str:
        """The account (AC…): of the stub one made up, in live and record the one that is asked."""
        return self._parts.account.sid

    @property
    def auth_token(self) -> str:
        """The account's token."""
        return self._parts.account.auth_token

    @property
    def default_service_sid(self) -> str:
        """The account's default service (IS…), which paths without a service mean."""
        return self._parts.account.default_service_sid

    @property
    def service_sid(self) -> str:
        """The SID of a service other than the default one."""
        return self.settings.service_sid or self._parts.account.other_service_sid

    @property
    def role_sids(self) -> tuple[str, ...]:
        """The roles (RL…) that the run's settings name."""
        return self._parts.isolation.settings.role_sids

    # Clients

    @property
    def client(self) -> UsersClient:
        """A client for these users; it needs no network and no patch."""
        return self._parts.clients.sync

    @property
    def async_client(self) -> AsyncUsersClient:
        """The same, async; bound to no event loop."""
        return self._parts.clients.asynchronous

    @property
    def sdk(self) -> "Client":
        """A client of Twilio's own SDK for these users; it needs no network and no patch.

        Raises:
            KitError: the SDK is not installed.
        """
        return self._parts.clients.sdk

    @property
    def async_sdk(self) -> "Client":
        """The same for the SDK's async methods; bound to no event loop.

        Raises:
            KitError: the SDK is not installed.
        """
        return self._parts.clients.async_sdk

    @property
    def asgi_app(self) -> AsgiApp:
        """These users as an ASGI application: for `httpx.ASGITransport`, or any server.

        It answers while a test or fixture acts that uses the kit, and 503 otherwise.
        """
        return self._parts.asgi_app

    # What was said, and what Twilio is to answer

    @property
    def journal(self) -> Journal:
        """The exchanges of the running test, those of its function-scoped fixtures included."""
        return self._parts.records.use().journal

    @property
    def routes(self) -> "UsersRouter":
        """The ten operations as respx routes, by name: `routes["create_user"].mock(...)`.

        Overrides end with the test, or with the wider fixture that made them.
        """
        self._parts.records.use()
        return self._parts.records.open_router()

    @property
    def webhooks(self) -> Webhooks:
        """The events that Twilio tells an application of, and where they are delivered.

        Raises:
            KitError: the mode is another than stub: there Twilio itself delivers, if at all.
        """
        if self.settings.mode is not Mode.STUB:
            raise KitError(
                f"The stub makes webhooks, and the mode is {self.mode}. Limit the test:"
                ' @pytest.mark.twilio_users(modes=("stub",)).'
            )
        return Webhooks(self._parts.records.use().deliveries)

    def plan(self, plan: Plan) -> None:
        """Have happen what `twilio_st.fault_plans()` drew, until the test or example ends.

        The requests are counted from now on. None has to meet its fault; what happened is in
        the journal, by `exchange.fault`. A fault that can't happen to its request, as of a
        field that the answer does not have, is left to the next.

        Raises:
            InvalidArgument: it is no plan, or no request for an operation can meet its fault.
        """
        if not isinstance(plan, Plan):
            raise refused(
                plan,
                name="plan",
                allowed="what twilio_st.fault_plans() draws, such as"
                " faults.Plan(update_user={2: faults.answer_lost()})",
            )
        self._parts.records.use()
        self._parts.records.plan(plan)

    def verify(self) -> None:
        """Complain about what the application sent and Twilio would silently ignore.

        The kit does so itself at the end of a test; here it is done earlier.

        Raises:
            ContractViolated: there is something to complain about.
        """
        complaint, warned = self._parts.complaints.take()
        for sentence in warned:
            warnings.warn(sentence, KitWarning, stacklevel=2)
        if complaint:
            raise ContractViolated(complaint)

    def hide(self, text: str) -> str:
        """The text with stand-ins for private values; in stub mode, where all is made up, as it is.

        It knows what went to the service and came from there, and the credentials.

        Raises:
            InvalidArgument: it is no text.
        """
        return self._parts.hiding.text(require_text(text, name="text"))

    # Users

    def users(self, service_sid: str | None = None) -> list[User]:
        """The users there are now, oldest first; the journal does not show the asking.

        Args:
            service_sid: only those of this service. All others are of the stub alone:
                live, record and replay look in the service of `service_sid` then, and in
                the default one if the run may.

        Raises:
            InvalidArgument: there is no such service.
        """
        return self._arranged().list(service_sid)

    def add_user(
        self,
        identity: Text | None = None,
        *,
        service_sid: str | None = None,
        friendly_name: Text | None = None,
        attributes: Attributes | None = None,
        role_sid: str | None = None,
        is_online: bool | None = None,
        is_notifiable: bool | None = None,
    ) -> User:
        """Add a user; the journal does not show it, and the stub needs no request for it.

        Args:
            identity: made up if not given.
            service_sid: the service (IS…); the default one if not given.
            friendly_name, attributes, role_sid: as for `create_user`.
            is_online, is_notifiable: what a fetch tells. Twilio tells null while the
                service's reachability is off. The stub alone can be told.

        Raises:
            InvalidArgument: Twilio would refuse such a user, or a value can't be meant.
            TwilioApiError: it did, in live, record or replay.
        """
        return self._arranged().add(
            identity,
            service_sid=service_sid,
            friendly_name=friendly_name,
            attributes=attributes,
            role_sid=role_sid,
            is_online=is_online,
            is_notifiable=is_notifiable,
        )

    def identity(self, name: str) -> str:
        """The name, on a live account with a prefix of the run and the test that are running.

        Tests that create users by such identities don't get into each other's way
        there, and what a lost run leaves behind is known for what it is.

        Raises:
            InvalidArgument: the name is no text.
        """
        return self._parts.live.own_identity(require_sendable(name, name="name"))

    def checkpoint(self) -> Checkpoint:
        """Remember this moment: `since = twilio_users.checkpoint()`, later `since.created`.

        Raises:
            KitError: the mode is another than stub, where nobody sees all changes.
        """
        if self.settings.mode is not Mode.STUB:
            raise KitError(
                f"checkpoint() sees what the stub does, and the mode is {self.mode}. Compare"
                ' users(), or limit the test: @pytest.mark.twilio_users(modes=("stub",)).'
            )
        store = self._parts.account.store
        changes = store.track({})
        self._parts.records.use().scope.on_end(lambda: store.untrack(changes))
        return Checkpoint(changes, self._parts.stubbed.show)

    # What stands beside the users

    @property
    def neighbours(self) -> Neighbours:
        """Conversations, participants, roles and other resources, answered loosely.

        `neighbours.add("conversations", unique_name="lobby")` has the kit answer for all of them,
        as the setting `neighbours` does. In stub mode alone.
        """
        return self._parts.neighbours

    def page(
        self, items: Iterable[Mapping[str, Any]], *, key: str, path: str | None = None
    ) -> JsonObject:
        """A page of a list as Twilio's JSON, the only one, for a route of an author's own.

        `twilio_users.routes.get(…).respond(json=twilio_users.page([…], key="roles"))`

        Args:
            items: what the list holds.
            key: under which it does, such as "roles".
            path: where the list is; `/v1/Roles` and the like, after the key, if not given.

        Raises:
            InvalidArgument: these are no items of JSON, or key or path can't be meant.
        """
        return lone_page(items, key=key, path=path)

    # Time

    @property
    def clock(self) -> UsersClock:
        """The time of these users: `clock.now()`, `clock.advance(3)`."""
        return self._parts.clock

    def wait(self, seconds: float | timedelta) -> None:
        """Let time pass: the stub's clock moves on, and nothing sleeps.

        The clock is put back when the test or fixture that asked ends. Live and
        record really wait; replay need not.

        Args:
            seconds: how long, from 0 to a hundred years; or a timedelta.

        Raises:
            InvalidArgument: it is no such time, or leads beyond Python's last year.
        """
        self.clock.advance(seconds)

    def _arranged(self) -> StubbedUsers | RequestedUsers:
        self._parts.records.use()
        return self._parts.stubbed if self.settings.mode is Mode.STUB else self._parts.requested

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        """Say how it is done instead: nothing of the handle can be set.

        Raises:
            AttributeError: always.
        """
        setting = SETTINGS.get(name)
        advice = f" For one test: @pytest.mark.twilio_users({name}={value!r})."
        raise AttributeError(
            f"twilio_users.{name} can't be set." + (advice if setting and setting.per_test else "")
        )

    def __delattr__(self, name: str) -> NoReturn:
        """Say the same: who patches the handle deletes what could not be set.

        Raises:
            AttributeError: always.
        """
        self.__setattr__(name, None)

    def __repr__(self) -> str:
        return f"<TwilioUsers: {self.mode}>"
