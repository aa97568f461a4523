"""Puts the kit together: settings, backend, transports, and the handle that tests hold."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_twilio_users.attended import AttendedBackend
from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend, user_body
from pytest_twilio_users.client import AsyncUsersClient, Attributes, UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    ROLE_SID,
)
from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.direct import AsyncDirectClient, DirectClient
from pytest_twilio_users.environment import lent
from pytest_twilio_users.errors import ContractViolated, InvalidArgument, KitError, KitWarning
from pytest_twilio_users.isolation import Isolation, Scope
from pytest_twilio_users.recording.journal import Exchange, Journal
from pytest_twilio_users.records import Record, Records
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.state.behaviour import Account, add_user, refuse_user
from pytest_twilio_users.state.checkpoint import Checkpoint
from pytest_twilio_users.state.store import Log, Store, StoredUser
from pytest_twilio_users.state.supplies import SidSupply
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.catch import Catches
from pytest_twilio_users.transports.httpx2_catch import Httpx2Catch
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.transports.sdk_catch import AsyncSdkCatch, SdkCatch, missing_sdk
from pytest_twilio_users.wire.codec import encode_attributes, require_encodable
from pytest_twilio_users.wire.violations import Severity, Violation

if TYPE_CHECKING:
    from twilio.rest import Client

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

RECENT = 10
"""How many exchanges the report of a failing test shows."""

TWILIO_URL = "https://conversations.twilio.com"

BackendFactory = Callable[[Account], Backend]
"""Makes the backend of stub mode; `StubBackend` unless the author says otherwise."""


class TwilioUsers:
    """The handle that tests hold: Twilio's users, and a look behind the scenes.

    It lasts for the session. What a test or a fixture did to it ends with that
    test or fixture: users, journal, overrides, SIDs.
    """

    def __init__(self, isolation: Isolation, *, backend: BackendFactory = StubBackend) -> None:
        self.account_sid = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users")
        self.auth_token = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users", "auth token")[2:]
        self.default_service_sid = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")
        self._isolation = isolation
        self.recent = Journal(limit=RECENT)
        self._ahead = timedelta()
        self._active = ExitStack()
        self._account = Account(
            sid=self.account_sid,
            auth_token=self.auth_token,
            default_service_sid=self.default_service_sid,
            other_service_sid=derive_sid(SidKind.SERVICE, "pytest-twilio-users"),
            store=Store(),
            sids=SidSupply("session"),
            clock=lambda: self._records.current.clock() + self._ahead,
            settings=isolation.settings,
        )
        self._store = self._account.store
        self._records = Records(isolation, self._account)
        self._backend = backend(self._account)
        self._transport = BackendTransport(
            ObservedBackend(
                self._backend,
                journals=lambda: (self._use().journal, self.recent),
                strict=lambda: self.settings.strict,
            ),
            router=lambda: self._records.router,
        )
        self._catch = Catches(
            [catch(self._transport) for catch in (HttpxCatch, Httpx2Catch, SdkCatch, AsyncSdkCatch)]
        )

    # What tests use

    @property
    def settings(self) -> Settings:
        """The settings of the test or fixture that is acting."""
        return self._isolation.current.settings

    @property
    def mode(self) -> Mode:
        """Who answers."""
        return self.settings.mode

    @property
    def service_sid(self) -> str:
        """The SID of a service other than the default one."""
        return self.settings.service_sid or self._account.other_service_sid

    @cached_property
    def client(self) -> UsersClient:
        """A client for these users; it needs no network and no patch."""
        return DirectClient(
            self.account_sid, self.auth_token, base_url=TWILIO_URL, transport=self._transport
        )

    @cached_property
    def async_client(self) -> AsyncUsersClient:
        """The same, async; bound to no event loop."""
        return AsyncDirectClient(
            self.account_sid, self.auth_token, base_url=TWILIO_URL, transport=self._transport
        )

    @cached_property
    def sdk(self) -> "Client":
        """A client of Twilio's own SDK for these users; it needs no network and no patch.

        Raises:
            KitError: the SDK is not installed.
        """
        if missing := missing_sdk("twilio_users.sdk"):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_client import sdk_client

        return sdk_client(self._transport, self.account_sid, self.auth_token)

    @cached_property
    def async_sdk(self) -> "Client":
        """The same for the SDK's async methods; bound to no event loop.

        Raises:
            KitError: the SDK is not installed.
        """
        if missing := missing_sdk("twilio_users.async_sdk"):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_async_client import async_sdk_client

        return async_sdk_client(self._transport, self.account_sid, self.auth_token)

    @cached_property
    def asgi_app(self) -> AsgiApp:
        """These users as an ASGI application: for `httpx.ASGITransport`, or any server.

        It answers while a test or fixture acts that uses the kit, and 503 otherwise.
        """
        backend = AttendedBackend(
            self._backend,
            isolation=self._isolation,
            active=lambda: self._catch.started,
            journals=lambda: (self._use().journal, self.recent),
            strict=lambda: self.settings.strict,
        )
        transport = BackendTransport(
            backend, router=lambda: backend.attend(lambda: self._records.router)
        )
        return AsgiApp(transport.answer_message_async)

    @property
    def journal(self) -> Journal:
        """The exchanges of the running test, those of its function-scoped fixtures included."""
        return self._use().journal

    @property
    def routes(self) -> UsersRouter:
        """The ten operations as respx routes, by name: `routes["create_user"].mock(...)`.

        Overrides end with the test, or with the wider fixture that made them.
        """
        self._use()
        return self._records.open_router()

    def users(self, service_sid: str | None = None) -> list[User]:
        """The users there are now, oldest first, without a request.

        Args:
            service_sid: only those of this service.
        """
        self._use()
        with self._account.lock:
            return [self._show(user) for user in self._store.users(service_sid)]

    def add_user(
        self,
        identity: str | None = None,
        *,
        service_sid: str | None = None,
        friendly_name: str | None = None,
        attributes: Attributes | None = None,
        role_sid: str | None = None,
        is_online: bool | None = None,
        is_notifiable: bool | None = None,
    ) -> User:
        """Add a user without a request; the journal does not show it.

        Args:
            identity: made up if not given.
            service_sid: the service (IS…); the default one if not given.
            friendly_name, attributes, role_sid: as for `create_user`.
            is_online, is_notifiable: what a fetch tells. Twilio tells null while the
                service's reachability is off.

        Raises:
            InvalidArgument: Twilio would refuse such a user.
        """
        self._use()
        service_sid = service_sid or self.default_service_sid
        require_sid(SidKind.SERVICE, service_sid, name="service_sid")
        text = encode_attributes(attributes) if isinstance(attributes, Mapping) else attributes
        with self._account.lock:
            name = self._unused_identity(service_sid) if identity is None else identity
            given = {
                IDENTITY.name: name,
                FRIENDLY_NAME.name: friendly_name,
                ATTRIBUTES.name: text,
                ROLE_SID.name: role_sid,
            }
            form = {
                parameter: require_encodable(value, name=parameter)
                for parameter, value in given.items()
                if value is not None
            }
            refusal = refuse_user(self._account, service_sid, form)
            if refusal is not None:
                raise InvalidArgument(
                    f"add_user({name!r}): Twilio would refuse this user. {refusal.statement}."
                )
            user = add_user(
                self._account,
                service_sid,
                identity=name,
                friendly_name=friendly_name,
                attributes=text,
                role_sid=role_sid,
                is_online=is_online,
                is_notifiable=is_notifiable,
            )
        return self._show(user)

    def checkpoint(self) -> Checkpoint:
        """Remember this moment: `since = twilio_users.checkpoint()`, later `since.created`."""
        changes: Log = {}
        self._store.logs.append(changes)
        self._use().scope.on_end(lambda: self._store.stop_logging(changes))
        return Checkpoint(changes, self._show)

    def wait(self, seconds: float) -> None:
        """Let time pass: the stub's clock moves on. Nothing sleeps.

        The clock is put back when the test or fixture that asked ends.
        """
        self._ahead += timedelta(seconds=seconds)
        self._use().scope.on_end(lambda: self._turn_back(seconds))

    def verify(self) -> None:
        """Complain about what the application sent and Twilio would silently ignore.

        The kit does so itself at the end of a test; here it is done earlier.

        Raises:
            ContractViolated: there is something to complain about.
        """
        __tracebackhide__ = True
        complaint, warned = self.take_complaint()
        for sentence in warned:
            warnings.warn(sentence, KitWarning, stacklevel=2)
        if complaint:
            raise ContractViolated(complaint)

    # What the plugin uses

    def take_complaint(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """What there is to complain about and was not told yet, and what to warn of.

        The complaint is an empty text if there is none.

        Args:
            scope: who did it; anybody if None.
        """
        found = self._records.take_untold(scope)
        errors = [(e, v) for e, v in found if v.severity is Severity.ERROR]
        warned = [f"{e.operation}: {v}" for e, v in found if v.severity is Severity.WARNING]
        return _complaint(errors) if errors else "", warned

    def turn_page(self) -> None:
        """Begin `recent` anew: with a test, and with each example of it."""
        if self.recent:
            self.recent = Journal(limit=RECENT)

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests."""
        self.deactivate()
        self._catch.start()
        self._active.callback(self._catch.stop)
        if settings.environment:
            names = {
                "TWILIO_ACCOUNT_SID": self.account_sid,
                "TWILIO_AUTH_TOKEN": self.auth_token,
                "TWILIO_REGION": None,
                "TWILIO_EDGE": None,
            }
            self._active.enter_context(lent(names))

    def deactivate(self) -> None:
        """Leave the application's requests alone."""
        self._active.close()

    def stay_on_top(self) -> None:
        """Catch requests before patches that came later."""
        self._catch.stay_on_top()

    # How it works

    def _use(self) -> Record:
        """Use the kit now: the account acts for the scope of the moment, whose record is given."""
        if not self._catch.started:
            self._isolation.use()
        return self._records.current

    def _turn_back(self, seconds: float) -> None:
        self._ahead -= timedelta(seconds=seconds)

    def _unused_identity(self, service_sid: str) -> str:
        numbers = self._use().numbers
        while True:
            numbers[service_sid] += 1
            identity = f"user-{numbers[service_sid]}"
            if not self._store.has_identity(service_sid, identity):
                return identity

    def _show(self, user: StoredUser) -> User:
        in_default = user.service_sid == self.default_service_sid
        path = "/v1/Users" if in_default else f"/v1/Services/{user.service_sid}/Users"
        body = user_body(user, self.account_sid, TWILIO_URL + path, reachability=True)
        return User.from_dict(body)

    def __repr__(self) -> str:
        return f"<TwilioUsers: {self.mode}>"


def _complaint(errors: list[tuple[Exchange, Violation]]) -> str:
    first = "Twilio does not take this as it was meant:"
    lines = [f"  {exchange}\n    {violation}" for exchange, violation in errors[:10]]
    if len(errors) > len(lines):
        lines.append(f"  ... and {len(errors) - len(lines)} more")
    last = "If it is meant so: @pytest.mark.twilio_users(strict=False), or --twilio-users-strict=no"
    return "\n".join([first, *lines, last])
