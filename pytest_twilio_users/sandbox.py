"""Puts the kit together: settings, backend, transports, and the handle that tests hold."""

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import httpx

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend, user_body
from pytest_twilio_users.client import AsyncUsersClient, Attributes, NoCookies, UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    ROLE_SID,
)
from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.errors import ContractViolated, InvalidArgument, KitWarning
from pytest_twilio_users.isolation import Isolation, Scope
from pytest_twilio_users.recording.journal import Exchange, Journal
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.state.admission import refuse_identity, refuse_user_input
from pytest_twilio_users.state.behaviour import Account, add_user
from pytest_twilio_users.state.checkpoint import Checkpoint
from pytest_twilio_users.state.store import Change, Store, StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.codec import encode_attributes
from pytest_twilio_users.wire.conformity import Severity, Violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

TWILIO_URL = "https://conversations.twilio.com"

BackendFactory = Callable[[Account], Backend]
"""Makes the backend of stub mode; `StubBackend` unless the author says otherwise."""


@dataclass(kw_only=True, slots=True)
class _Record:
    """What one scope did."""

    changes: list[Change]
    journal: Journal
    sids: SidSupply
    told: int = 0


class TwilioUsers:
    """The handle that tests hold: Twilio's users, and a look behind the scenes.

    It lasts for the session. What a test or a fixture did to it ends with that
    test or fixture: users, journal, overrides, SIDs.
    """

    def __init__(self, isolation: Isolation, *, backend: BackendFactory = StubBackend) -> None:
        settings = isolation.settings
        self.account_sid = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users")
        self.auth_token = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users", "auth token")[2:]
        self.default_service_sid = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")
        self._isolation = isolation
        self._store = Store()
        self._records: dict[Scope, _Record] = {}
        self._acting: Scope | None = None
        self._switching = threading.Lock()
        self._ahead = timedelta()
        self._untold: list[tuple[Exchange, Violation]] = []
        self._router: UsersRouter | None = None
        self._routed: set[Scope] = set()
        self._active = ExitStack()
        self._account = Account(
            sid=self.account_sid,
            auth_token=self.auth_token,
            default_service_sid=self.default_service_sid,
            service_sid=self._service_sid(settings),
            store=self._store,
            sids=SidSupply("session"),
            clock=lambda: wall_clock() + self._ahead,
            settings=settings,
        )
        self._backend = ObservedBackend(backend(self._account), journal=self._journal_of_actor)
        self._transport = BackendTransport(self._backend, routes=lambda: self._router)
        self._catch = HttpxCatch(self._transport)

    # What tests use

    @property
    def settings(self) -> Settings:
        """The settings of the running test."""
        return self._account.settings

    @property
    def mode(self) -> Mode:
        """Who answers."""
        return self.settings.mode

    @property
    def service_sid(self) -> str:
        """The SID of a service other than the default one."""
        return self._account.service_sid

    @cached_property
    def client(self) -> UsersClient:
        """A client for these users; it needs no network and no patch."""
        return UsersClient(
            self.account_sid,
            self.auth_token,
            base_url=TWILIO_URL,
            http_client=httpx.Client(transport=self._transport, cookies=NoCookies()),
            environ={},
        )

    @cached_property
    def async_client(self) -> AsyncUsersClient:
        """The same, async; bound to no event loop."""
        return AsyncUsersClient(
            self.account_sid,
            self.auth_token,
            base_url=TWILIO_URL,
            http_client=httpx.AsyncClient(transport=self._transport, cookies=NoCookies()),
            environ={},
        )

    @property
    def journal(self) -> Journal:
        """The exchanges of the running test, those of its function-scoped fixtures included."""
        return self._record().journal

    @property
    def routes(self) -> UsersRouter:
        """The ten operations as respx routes, by name: `routes["create_user"].mock(...)`.

        Overrides end with the test, or with the wider fixture that made them.
        """
        if self._router is None:
            self._router = UsersRouter(lambda: self.journal)
        scope = self._isolation.current
        if scope not in self._routed:
            self._routed.add(scope)
            self._router.snapshot()
            scope.on_end(self._router.rollback)
            scope.on_end(lambda: self._routed.discard(scope))
        return self._router

    def users(self, service_sid: str | None = None) -> list[User]:
        """The users there are now, oldest first, without a request.

        Args:
            service_sid: only those of this service.
        """
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
        self._record()
        service_sid = service_sid or self.default_service_sid
        require_sid(SidKind.SERVICE, service_sid, name="service_sid")
        text = encode_attributes(attributes) if isinstance(attributes, Mapping) else attributes
        given = {
            IDENTITY.name: self._unused_identity(service_sid) if identity is None else identity,
            FRIENDLY_NAME.name: friendly_name,
            ATTRIBUTES.name: text,
            ROLE_SID.name: role_sid,
        }
        form = {name: value for name, value in given.items() if value is not None}
        refusal = refuse_identity(form) or refuse_user_input(
            form, service_sid=service_sid, settings=self.settings
        )
        if refusal is not None:
            raise InvalidArgument(f"add_user: Twilio has no such user. {refusal.statement}.")
        if self._store.has_identity(service_sid, form[IDENTITY.name]):
            raise InvalidArgument(
                f"add_user: {form[IDENTITY.name]!r} is there already, in {service_sid}."
            )
        user = add_user(
            self._account,
            service_sid,
            identity=form[IDENTITY.name],
            friendly_name=friendly_name,
            attributes=text,
            role_sid=role_sid,
            is_online=is_online,
            is_notifiable=is_notifiable,
        )
        return self._show(user)

    def checkpoint(self) -> Checkpoint:
        """Remember this moment: `since = twilio_users.checkpoint()`, later `since.created`."""
        changes: list[Change] = []
        self._store.logs.append(changes)
        self._isolation.current.on_end(lambda: _remove(self._store.logs, changes))
        return Checkpoint(changes, self._show)

    def wait(self, seconds: float) -> None:
        """Let time pass: the stub's clock moves on, until the test ends. Nothing sleeps."""
        self._ahead += timedelta(seconds=seconds)
        self._isolation.current.on_end(lambda: self._turn_back(seconds))

    def verify(self) -> None:
        """Complain about what the application sent and Twilio would silently ignore.

        The kit does so itself at the end of a test; here it is done earlier.

        Raises:
            ContractViolated: there is something to complain about.
        """
        __tracebackhide__ = True
        complaint = self.take_complaint()
        if complaint:
            raise ContractViolated(complaint)

    # What the plugin uses

    def take_complaint(self) -> str:
        """What there is to complain about and was not told yet; an empty text if nothing.

        What is worth no more than a warning is warned of.
        """
        for record in self._records.values():
            self._collect(record)
        found, self._untold = self._untold, []
        if not self.settings.strict:
            return ""
        for exchange, violation in found:
            if violation.severity is Severity.WARNING:
                warnings.warn(f"{exchange.operation}: {violation}", KitWarning, stacklevel=2)
        errors = [(e, v) for e, v in found if v.severity is Severity.ERROR]
        return _complaint(errors) if errors else ""

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests, with these settings."""
        self.deactivate()
        self._account.settings = settings
        self._account.service_sid = self._service_sid(settings)
        self._backend.strict = settings.strict
        self._catch.start()
        self._active.callback(self._catch.stop)
        if settings.environment:
            lent = {
                "TWILIO_ACCOUNT_SID": self.account_sid,
                "TWILIO_AUTH_TOKEN": self.auth_token,
                "TWILIO_REGION": None,
                "TWILIO_EDGE": None,
            }
            self._active.enter_context(_environment(lent))

    def deactivate(self) -> None:
        """Leave the application's requests alone."""
        self._active.close()

    def stay_on_top(self) -> None:
        """Catch requests before patches that came later."""
        self._catch.stay_on_top()

    # How it works

    def _record(self) -> _Record:
        """What the acting scope did; its changes are logged from now on."""
        scope = self._isolation.current
        if scope is not self._acting:
            with self._switching:
                self._switch(scope)
        return self._records[scope]

    def _switch(self, scope: Scope) -> None:
        if scope is not self._acting:
            record = self._records.get(scope) or self._open(scope)
            if self._acting is not None and self._acting in self._records:
                _remove(self._store.logs, self._records[self._acting].changes)
            self._store.logs.append(record.changes)
            self._account.sids = record.sids
            self._acting = scope

    def _open(self, scope: Scope) -> _Record:
        record = self._records[scope] = _Record(
            changes=[],
            journal=Journal(limit=self.settings.journal_limit),
            sids=SidSupply(scope.name),
        )
        scope.on_end(lambda: self._close(scope))
        return record

    def _close(self, scope: Scope) -> None:
        record = self._records.pop(scope)
        if self._acting is scope:
            _remove(self._store.logs, record.changes)
            self._acting = None
        self._store.undo(record.changes)
        self._collect(record)

    def _collect(self, record: _Record) -> None:
        violations = record.journal.violations
        self._untold += violations[record.told :]
        record.told = len(violations)

    def _journal_of_actor(self) -> Journal:
        return self._record().journal

    def _turn_back(self, seconds: float) -> None:
        self._ahead -= timedelta(seconds=seconds)

    def _service_sid(self, settings: Settings) -> str:
        return settings.service_sid or derive_sid(SidKind.SERVICE, "pytest-twilio-users")

    def _unused_identity(self, service_sid: str) -> str:
        number = 1
        while self._store.has_identity(service_sid, f"user-{number}"):
            number += 1
        return f"user-{number}"

    def _show(self, user: StoredUser) -> User:
        in_default = user.service_sid == self.default_service_sid
        path = "/v1/Users" if in_default else f"/v1/Services/{user.service_sid}/Users"
        body = user_body(user, self.account_sid, TWILIO_URL + path, reachability=True)
        return User.from_dict(body)

    def __repr__(self) -> str:
        return f"<TwilioUsers {self.mode}: {len(self.journal)} exchanges>"


@contextmanager
def _environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment names, None unsets, and put back what they held."""
    before = {name: os.environ.get(name) for name in values}
    _set_environment(values)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _complaint(errors: list[tuple[Exchange, Violation]]) -> str:
    first = "Twilio would not understand this as it was meant, and would not say so:"
    lines = [f"  {exchange}\n    {violation}" for exchange, violation in errors]
    last = "If it is meant so: @pytest.mark.twilio_users(strict=False), or --twilio-users-strict=no"
    return "\n".join([first, *lines, last])


def _remove(logs: list[list[Change]], log: list[Change]) -> None:
    """Remove the very log; logs that are equal stay."""
    logs[:] = [other for other in logs if other is not log]
