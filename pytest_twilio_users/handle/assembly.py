"""Puts the kit together: settings, backends, transports, the handle that tests hold."""

from collections.abc import Callable
from pathlib import Path

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, ORIGIN
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.arranged import RequestedUsers, StubbedUsers
from pytest_twilio_users.handle.attended import attended_app
from pytest_twilio_users.handle.clients import Clients
from pytest_twilio_users.handle.complaints import Complaints
from pytest_twilio_users.handle.conversations import Conversations, Recordings
from pytest_twilio_users.handle.engine import Engine
from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.handle.mode_backend import ModeBackend
from pytest_twilio_users.handle.parts import Parts
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.handle.removals import Removals
from pytest_twilio_users.handle.twilio_users import TwilioUsers
from pytest_twilio_users.live.account import LiveAccount
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.stand_ins import ANY_PREFIX
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.transports.catch import Catches
from pytest_twilio_users.transports.httpx2_catch import Httpx2Catch
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_catch import AsyncSdkCatch, SdkCatch

OWN_ACCOUNT = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users")
OWN_TOKEN = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users", "auth token")[2:]
OWN_SERVICE = derive_sid(SidKind.SERVICE, "pytest-twilio-users")
OWN_DEFAULT_SERVICE = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")

BackendFactory = Callable[[Account], Backend]
"""Makes the backend of stub mode; `StubBackend` unless the author says otherwise."""


def assemble(
    isolation: Isolation,
    *,
    backend: BackendFactory = StubBackend,
    run: LiveRun | None = None,
    cassettes: Path = Path("cassettes"),
) -> tuple[TwilioUsers, Engine]:
    """Put together the handle, and the engine that is to be attached to the isolation.

    Args:
        isolation: who is acting.
        backend: what answers in stub mode.
        run: what live and record need.
        cassettes: the folder of recorded answers.
    """
    live_account = run.account if run else None
    account = _account(isolation, live_account)
    records = Records(isolation, account)
    account.clock = records.now
    known = {
        account.sid: OWN_ACCOUNT,
        account.default_service_sid: OWN_DEFAULT_SERVICE,
        account.service_sid: OWN_SERVICE,
    }
    aliases = Aliases(seed="shown", known=known, prefix=ANY_PREFIX)
    for secret in live_account.secrets if live_account else ():
        aliases.learn_secret(secret)
    hiding = Hiding(isolation, aliases, is_live=run is not None)
    complaints = Complaints(records, hide=hiding.text)
    removals = Removals(
        isolation, remove=lambda entry: require_live().remove(entry), warn=complaints.warn
    )
    live, ledger = (None, None)
    if run is not None:
        live, ledger = run.open_backend(
            acting=lambda: isolation.current.name, on_created=removals.plan
        )

    def require_live() -> LiveBackend:
        if live is None:
            mode = isolation.current.settings.mode.value
            raise KitError(f"mode={mode!r} needs an account, and this handle has none.")
        return live

    conversations = Conversations(
        isolation,
        live=require_live,
        recordings=Recordings(
            folder=cassettes,
            recorded_from=live_account.recorded_from if live_account else "",
            known=known,
            prefix=run.prefix if run else None,
        ),
        on_named=aliases.keep,
    )
    answering = ModeBackend(
        isolation, stub=backend(account), live=require_live, conversations=conversations
    )

    def strict() -> bool:
        return isolation.current.settings.strict

    def open_transport(*, arranging: bool) -> BackendTransport:
        """A way to who answers; where a test arranges users, journal and routes are not to know."""
        observed = ObservedBackend(
            answering,
            journals=tuple if arranging else records.journals,
            strict=strict,
            aliases=hiding.aliases,
        )
        return BackendTransport(
            observed,
            router=lambda: None if arranging else records.router,
            waits=lambda: answering.waits,
        )

    def prefix() -> str:
        return run.prefix(isolation.current.name) if run and answering.waits else ""

    origin = _origin(live_account)
    transport = open_transport(arranging=False)
    arranging = Clients(account, origin=origin, transport=open_transport(arranging=True))
    parts = Parts(
        isolation=isolation,
        account=account,
        records=records,
        backend=answering,
        conversations=conversations,
        stubbed=StubbedUsers(account, records, origin=origin),
        requested=RequestedUsers(
            arranging.sync,
            account,
            records,
            settings=lambda: isolation.current.settings,
            prefix=prefix,
        ),
        clients=Clients(account, origin=origin, transport=transport),
        asgi_app=attended_app(
            answering, isolation=isolation, records=records, hiding=hiding, strict=strict
        ),
        catches=Catches(
            [catch(transport) for catch in (HttpxCatch, Httpx2Catch, SdkCatch, AsyncSdkCatch)]
        ),
        hiding=hiding,
        complaints=complaints,
        run=run,
        ledger=ledger,
    )
    return TwilioUsers(parts), Engine(parts)


def _account(isolation: Isolation, live: LiveAccount | None) -> Account:
    """The account that the stub answers for: on a live run with that run's SIDs."""
    settings = isolation.settings
    return Account(
        sid=live.sid if live else OWN_ACCOUNT,
        auth_token=live.auth_token if live else OWN_TOKEN,
        default_service_sid=(settings.default_service if live else None) or OWN_DEFAULT_SERVICE,
        other_service_sid=OWN_SERVICE,
        sids=SidSupply("session"),
        clock=wall_clock,
        settings=settings,
    )


def _origin(live: LiveAccount | None) -> str:
    """Where the handle's clients send to: Twilio's origin, of the run's edge and region."""
    if live is not None and ORIGIN.fullmatch(live.base_url):
        return live.base_url
    return DEFAULT_ORIGIN
