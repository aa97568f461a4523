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
        """The account's SID (AC…): a made-up one on the stub, the real one in live and record."""
        return self._parts.account.sid

    @property
    def auth_token(self) -> str:
        """The account's token."""
        return self._parts.account.auth_token

    @property
    def default_service_sid(self) -> str:
        """The account's default service (IS…): the one that paths without a service use."""
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
        """An async client for these users. It works in any event loop."""
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
        """A client of Twilio's SDK for its async methods. It works in any event loop.

        Raises:
            KitError: the SDK is not installed.
        """
        return self._parts.clients.async_sdk

    @property
    def asgi_app(self) -> AsgiApp:
        """These users as an ASGI application: for `httpx.ASGITransport`, or any server.

        It answers while a test or fixture that uses the kit is running. Otherwise it answers 503.
        """
        return self._parts.asgi_app

    # What was said, and what Twilio is to answer

    @property
    def journal(self) -> Journal:
        """The exchanges of the running test, with those of its function-scoped fixtures."""
        return self._parts.records.use().journal

    @property
    def routes(self) -> "UsersRouter":
        """The ten operations as respx routes, by name: `routes["create_user"].mock(...)`.

        Overrides end with the test, or with the wide fixture that made them.
        """
        self._parts.records.use()
        return self._parts.records.open_router()

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks that Twilio sends to an application, and where the kit delivers them.

        Raises:
            KitError: the mode is not stub. In other modes only Twilio itself sends webhooks.
        """
        if self.settings.mode is not Mode.STUB:
            raise KitError(
                f"Only the stub sends webhooks, and the mode is {self.mode}. Run this test on"
                ' the stub only: @pytest.mark.twilio_users(modes=("stub",)).'
            )
        return Webhooks(self._parts.records.use().deliveries)

    def plan(self, plan: Plan) -> None:
        """Make the faults of a plan happen, until the test or example ends.

        The requests are counted from now on. The test does not fail if a fault does not happen.
        `exchange.fault` in the journal says what happened. If a fault can't happen to its
        request (the answer does not have the field, say), the next request meets it.

        Args:
            plan: what `twilio_st.fault_plans()` drew, or a `faults.Plan`.

        Raises:
            InvalidArgument: it is not a plan, or no request for an operation can meet its fault.
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
        """Check now that the application sent nothing that Twilio would ignore or misread.

        The kit does this at the end of each test, too.

        Raises:
            ContractViolated: it did; the message lists each request.
        """
        complaint, warned = self._parts.complaints.take()
        for sentence in warned:
            warnings.warn(sentence, KitWarning, stacklevel=2)
        if complaint:
            raise ContractViolated(complaint)

    def hide(self, text: str) -> str:
        """Replace private values in a text by stand-ins.

        Private are the credentials, and values in requests and answers. In stub mode all values
        are made up, so the text stays the same.

        Raises:
            InvalidArgument: it is not a text.
        """
        return self._parts.hiding.text(require_text(text, name="text"))

    # Users

    def users(self, service_sid: str | None = None) -> list[User]:
        """All users that exist now, oldest first. The journal does not show this request.

        Args:
            service_sid: only the users of this service. By default the stub gives the users of
                all services. Live, record and replay give those of the run's service, and of
                the default one if the run may use it.

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
        """Add a user. The stub needs no request for it, and the journal does not show it.

        Args:
            identity: by default a made-up one.
            service_sid: the service (IS…), by default the default one.
            friendly_name, attributes, role_sid: as for `create_user`.
            is_online, is_notifiable: what a fetch shows; on the stub only. Twilio shows null
                while the service's reachability is off.

        Raises:
            InvalidArgument: Twilio would refuse such a user, or a value is not allowed.
            TwilioApiError: Twilio refused it, in live, record or replay.
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
        """Make an identity from a name. On a live account it begins with the run and the test.

        So tests on one account do not use the same identities, and the users of a crashed run
        can be found. On the stub the identity is the name.

        Raises:
            InvalidArgument: the name is not a text.
        """
        return self._parts.live.own_identity(require_sendable(name, name="name"))

    def checkpoint(self) -> Checkpoint:
        """Remember this moment: `since = twilio_users.checkpoint()`, later `since.created`.

        Raises:
            KitError: the mode is not stub. In other modes nobody sees all changes.
        """
        if self.settings.mode is not Mode.STUB:
            raise KitError(
                f"checkpoint() works only on the stub, and the mode is {self.mode}. Compare"
                " users(), or run this test on the stub only:"
                ' @pytest.mark.twilio_users(modes=("stub",)).'
            )
        store = self._parts.account.store
        changes = store.track({})
        self._parts.records.use().scope.on_end(lambda: store.untrack(changes))
        return Checkpoint(changes, self._parts.stubbed.show)

    # What stands beside the users

    @property
    def neighbours(self) -> Neighbours:
        """Conversations, participants, roles and other resources, imitated loosely.

        `neighbours.add("conversations", unique_name="lobby")` turns on all of them, as the
        setting `neighbours` does. In stub mode only.
        """
        return self._parts.neighbours

    def page(
        self, items: Iterable[Mapping[str, Any]], *, key: str, path: str | None = None
    ) -> JsonObject:
        """A list with one page as Twilio's JSON, for a route of your own.

        `twilio_users.routes.get(…).respond(json=twilio_users.page([…], key="roles"))`

        Args:
            items: the items of the list.
            key: the key of the list, such as "roles".
            path: the path of the list; by default made from the key, such as `/v1/Roles`.

        Raises:
            InvalidArgument: the items are not JSON, or key or path is not allowed.
        """
        return lone_page(items, key=key, path=path)

    # Time

    @property
    def clock(self) -> UsersClock:
        """The time of these users: `clock.now()`, `clock.advance(3)`."""
        return self._parts.clock

    def wait(self, seconds: float | timedelta) -> None:
        """Let time pass: the stub's clock moves on, and nothing sleeps.

        The clock is put back at the end of the test or fixture. Live and record really wait;
        replay does not.

        Args:
            seconds: seconds from 0 to a hundred years, or a timedelta.

        Raises:
            InvalidArgument: it is not such a time, or leads beyond Python's last year (9999).
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
