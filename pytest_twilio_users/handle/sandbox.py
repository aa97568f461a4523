"""Puts the kit together: settings, backend, transports, and the handle that tests hold."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend, user_body
from pytest_twilio_users.client import AsyncUsersClient, Attributes, UsersClient
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, ORIGIN
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    ROLE_SID,
)
from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.errors import ContractViolated, InvalidArgument, KitError, KitWarning
from pytest_twilio_users.handle.answering import Answering, Recordings
from pytest_twilio_users.handle.attended import AttendedBackend
from pytest_twilio_users.handle.direct import AsyncDirectClient, DirectClient
from pytest_twilio_users.handle.environment import lent, no_network
from pytest_twilio_users.handle.records import Record, Records
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ledger import Entry, Ledger
from pytest_twilio_users.live.ledger_files import hold_folder
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.stand_ins import ANY_PREFIX
from pytest_twilio_users.scopes.isolation import Isolation, Scope
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.state.behaviour import Account, add_user, refuse_user
from pytest_twilio_users.state.checkpoint import Checkpoint
from pytest_twilio_users.state.store import Changes, Store, StoredUser
from pytest_twilio_users.state.supplies import SidSupply
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.catch import Catches
from pytest_twilio_users.transports.httpx2_catch import Httpx2Catch
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.transports.sdk_catch import AsyncSdkCatch, SdkCatch, missing_sdk
from pytest_twilio_users.wire.codec import encode_attributes, require_encodable
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.violations import Severity, Violation

if TYPE_CHECKING:
    from twilio.rest import Client

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

RECENT = 10
"""How many exchanges the report of a failing test shows."""

BackendFactory = Callable[[Account], Backend]
"""Makes the backend of stub mode; `StubBackend` unless the author says otherwise."""


class TwilioUsers:
    """The handle that tests hold: Twilio's users, and a look behind the scenes.

    It lasts for the session. What a test or a fixture did to it ends with that
    test or fixture: users, journal, overrides, SIDs.
    """

    def __init__(
        self,
        isolation: Isolation,
        *,
        backend: BackendFactory = StubBackend,
        run: LiveRun | None = None,
        cassettes: Path = Path("cassettes"),
    ) -> None:
        """Put it together.

        Args:
            isolation: who is acting.
            backend: what answers in stub mode.
            run: what live and record need.
            cassettes: the folder of recorded answers.
        """
        settings = isolation.settings
        account = run.account if run else None
        own_account = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users")
        own_token = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users", "auth token")[2:]
        own_service = derive_sid(SidKind.SERVICE, "pytest-twilio-users")
        own_default = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")
        self.account_sid = account.sid if account else own_account
        self.auth_token = account.auth_token if account else own_token
        named = settings.default_service if account else None
        self.default_service_sid = named or own_default
        asks_twilio = account is not None and ORIGIN.fullmatch(account.base_url)
        self._origin = account.base_url if account and asks_twilio else DEFAULT_ORIGIN
        self._isolation = isolation
        self._run = run
        self.recent = Journal(limit=RECENT)
        self._ahead = timedelta()
        self._active = ExitStack()
        self._account = Account(
            sid=self.account_sid,
            auth_token=self.auth_token,
            default_service_sid=self.default_service_sid,
            other_service_sid=own_service,
            store=Store(),
            sids=SidSupply("session"),
            clock=lambda: self._records.current.clock() + self._ahead,
            settings=isolation.settings,
        )
        self._store = self._account.store
        self._records = Records(isolation, self._account)
        known = {self.account_sid: own_account, self.default_service_sid: own_default}
        known |= {self.service_sid: own_service}
        self._aliases = Aliases(seed="shown", known=known, prefix=ANY_PREFIX)
        for secret in account.secrets if account else ():
            self._aliases.learn_secret(secret)
        self._leftovers: list[str] = []
        self._live: LiveBackend | None = None
        self._ledger: Ledger | None = None
        if run:
            self._live, self._ledger = run.open_backend(
                acting=lambda: isolation.current.name, on_created=self._remove_at_end
            )
        self._backend = self._answering = Answering(
            isolation,
            stub=backend(self._account),
            live=self._require_live,
            recordings=Recordings(
                folder=cassettes,
                recorded_from=account.recorded_from if account else "",
                known=known,
                prefix=run.prefix if run else None,
            ),
            on_named=self._aliases.keep,
        )
        self._transport = self._open_transport(journals=lambda: (self._use().journal, self.recent))
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

    @property
    def role_sids(self) -> tuple[str, ...]:
        """The roles (RL…) that the run's settings name."""
        return self._isolation.settings.role_sids

    @cached_property
    def client(self) -> UsersClient:
        """A client for these users; it needs no network and no patch."""
        return DirectClient(
            self.account_sid, self.auth_token, base_url=self._origin, transport=self._transport
        )

    @cached_property
    def async_client(self) -> AsyncUsersClient:
        """The same, async; bound to no event loop."""
        return AsyncDirectClient(
            self.account_sid, self.auth_token, base_url=self._origin, transport=self._transport
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
        from pytest_twilio_users.transports.sdk_client import async_sdk_client

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
            aliases=self._display,
        )
        transport = BackendTransport(
            backend,
            router=lambda: backend.attend(lambda: self._records.router),
            waits=lambda: self._answering.waits,
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
        """The users there are now, oldest first; the journal does not show the asking.

        Args:
            service_sid: only those of this service. All others are of the stub alone:
                live, record and replay look in the service of `service_sid` then, and in
                the default one if the run may.
        """
        self._use()
        if self.mode is not Mode.STUB:
            return self._list(service_sid)
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
        """Add a user; the journal does not show it, and the stub needs no request for it.

        Args:
            identity: made up if not given.
            service_sid: the service (IS…); the default one if not given.
            friendly_name, attributes, role_sid: as for `create_user`.
            is_online, is_notifiable: what a fetch tells. Twilio tells null while the
                service's reachability is off. The stub alone can be told.

        Raises:
            InvalidArgument: Twilio would refuse such a user.
            TwilioApiError: it did, in live, record or replay.
        """
        self._use()
        if self.mode is not Mode.STUB:
            if (is_online, is_notifiable) != (None, None):
                raise InvalidArgument(
                    "add_user: is_online and is_notifiable can be set on the stub alone, and the"
                    f" mode is {self.mode.value}."
                )
            return self._create(
                service_sid,
                self.identity(self._next_name(service_sid or self.default_service_sid))
                if identity is None
                else identity,
                friendly_name=friendly_name,
                attributes=attributes,
                role_sid=role_sid,
            )
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

    def identity(self, name: str) -> str:
        """The name, on a live account with a prefix of the run and the test that are running.

        Tests that create users by such identities don't get into each other's way
        there, and what a lost run leaves behind is known for what it is.
        """
        if self._run is None or not self._answering.waits:
            return name
        return self._run.prefix(self._isolation.current.name) + name

    def checkpoint(self) -> Checkpoint:
        """Remember this moment: `since = twilio_users.checkpoint()`, later `since.created`.

        Raises:
            KitError: the mode is another than stub, where nobody sees all changes.
        """
        if self.mode is not Mode.STUB:
            raise KitError(
                f"checkpoint() sees what the stub does, and the mode is {self.mode.value}. Compare"
                ' users(), or limit the test: @pytest.mark.twilio_users(modes=("stub",)).'
            )
        changes: Changes = {}
        self._store.track(changes)
        self._use().scope.on_end(lambda: self._store.untrack(changes))
        return Checkpoint(changes, self._show)

    def wait(self, seconds: float) -> None:
        """Let time pass: the stub's clock moves on, and nothing sleeps.

        The clock is put back when the test or fixture that asked ends. Live and
        record really wait; replay need not.
        """
        if self._answering.waits:
            time.sleep(seconds)
            return
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

    def hide(self, text: str) -> str:
        """The text with stand-ins for private values; in stub mode, where all is made up, as it is.

        It knows what went to the service and came from there, and the credentials.
        """
        return self._aliases.hide_text(text) if self.private else text

    @property
    def private(self) -> bool:
        """Whether values are private; in a live run a test on the stub, too, has credentials."""
        return self._run is not None or self.mode is not Mode.STUB

    def settle(self, *, passed: Callable[[Scope], bool]) -> str:
        """Write what was recorded, and tell what was recorded and not said again.

        Args:
            passed: tells of a scope that is over whether its cassette is to be trusted.
        """
        return self._answering.settle(passed=passed)

    def close(self) -> None:
        """End the run."""
        if self._ledger is not None:
            self._ledger.close()

    def take_complaint(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """What there is to complain about and was not told yet, and what to warn of.

        The complaint is an empty text if there is none.

        Args:
            scope: who did it; anybody if None.
        """
        found = self._records.take_untold(scope)
        errors = [(e, v) for e, v in found if v.severity is Severity.ERROR]
        warned = [f"{e.operation}: {v}" for e, v in found if v.severity is Severity.WARNING]
        leftovers, self._leftovers = self._leftovers, []
        complaint = _complaint(errors) if errors else ""
        return self.hide(complaint), [self.hide(sentence) for sentence in (*warned, *leftovers)]

    def turn_page(self) -> None:
        """Begin `recent` anew: with a test, and with each example of it."""
        if self.recent:
            self.recent = Journal(limit=RECENT)

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests."""
        self.deactivate()
        if self._run is not None and self._run.workers > 1:
            self._active.enter_context(hold_folder(self._run.folder, alone=settings.alone))
        self._catch.start()
        self._active.callback(self._catch.stop)
        if self._isolation.test is not None:
            self._answering.begin(self._isolation.test)
        if settings.mode is Mode.REPLAY:
            self._active.enter_context(no_network())
        if settings.environment and self._live is None:
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

    def _display(self) -> Aliases | None:
        """The aliases that are shown instead of private values; the stub has none."""
        return None if self.mode is Mode.STUB else self._aliases

    def _open_transport(
        self, *, journals: Callable[[], Sequence[Journal]], routed: bool = True
    ) -> BackendTransport:
        observed = ObservedBackend(
            self._answering,
            journals=journals,
            strict=lambda: self.settings.strict,
            aliases=self._display,
        )
        return BackendTransport(
            observed,
            router=lambda: self._records.router if routed else None,
            waits=lambda: self._answering.waits,
        )

    @cached_property
    def _arranging(self) -> UsersClient:
        """A client that neither journal nor routes know of."""
        transport = self._open_transport(journals=lambda: (), routed=False)
        return DirectClient(
            self.account_sid, self.auth_token, base_url=self._origin, transport=transport
        )

    def _create(self, service_sid: str | None, identity: str, **user_input: Any) -> User:
        if service_sid in (None, self.default_service_sid):
            return self._arranging.create_user(identity, **user_input)
        return self._arranging.create_service_user(service_sid, identity, **user_input)

    def _list(self, service_sid: str | None) -> list[User]:
        found: list[User] = []
        if service_sid is None or service_sid != self.default_service_sid:
            found += self._arranging.iter_service_users(service_sid or self.service_sid)
        if service_sid == self.default_service_sid or (
            service_sid is None and self.settings.default_service
        ):
            found += self._arranging.iter_users()
        return found

    def _require_live(self) -> LiveBackend:
        if self._live is None:
            raise KitError(f"mode={self.mode.value!r} needs an account, and this handle has none.")
        return self._live

    def _remove_at_end(self, entry: Entry) -> None:
        """What a test, an example or a fixture made is deleted at its end."""
        scope = self._isolation.current
        scope.on_end(lambda: self._remove(entry, scope))

    def _remove(self, entry: Entry, scope: Scope) -> None:
        try:
            self._require_live().remove(entry)
        except KitError as error:
            self._leftovers.append(str(error))
        except BaseException:  # interrupted: it is tried once more when the run ends
            scope.on_end(lambda: self._remove(entry, scope))
            raise

    def _turn_back(self, seconds: float) -> None:
        self._ahead -= timedelta(seconds=seconds)

    def _unused_identity(self, service_sid: str) -> str:
        while True:
            identity = self._next_name(service_sid)
            if not self._store.has_identity(service_sid, identity):
                return identity

    def _next_name(self, service_sid: str) -> str:
        record = self._use()
        record.numbers[service_sid] += 1
        name, scope = f"user-{record.numbers[service_sid]}", record.scope
        if scope.outlives_tests:  # else a test's would depend on what is set up by then
            name += f"-{derive_sid(SidKind.USER, scope.recorded_as)[-6:]}"
        return name

    def _show(self, user: StoredUser) -> User:
        in_default = user.service_sid == self.default_service_sid
        path = "/v1/Users" if in_default else f"/v1/Services/{user.service_sid}/Users"
        body = user_body(user, self.account_sid, self._origin + path, reachability=True)
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
