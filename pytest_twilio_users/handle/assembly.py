"""Puts the kit together: settings, backends, transports, the handle that tests hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.crowd import Crowd
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, ORIGIN
from pytest_twilio_users.contract.sids import (
    OWN_ACCOUNT_SID,
    OWN_AUTH_TOKEN,
    OWN_DEFAULT_SERVICE_SID,
    OWN_SERVICE_SID,
)
from pytest_twilio_users.handle.arranged import RequestedUsers, StubbedUsers
from pytest_twilio_users.handle.clock import UsersClock
from pytest_twilio_users.handle.complaints import Complaints
from pytest_twilio_users.handle.conversations import Conversations
from pytest_twilio_users.handle.direct import DirectClient
from pytest_twilio_users.handle.engine import Engine
from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.handle.live_side import LiveSide
from pytest_twilio_users.handle.mode_backend import ModeBackend
from pytest_twilio_users.handle.neighbour_scopes import NeighbourScopes
from pytest_twilio_users.handle.neighbours import Neighbours
from pytest_twilio_users.handle.own_clients import OwnClients
from pytest_twilio_users.handle.own_transports import OwnTransports
from pytest_twilio_users.handle.parts import Parts
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.handle.twilio_users import TwilioUsers
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.httpcore_catch import Httpcore2Catch, HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch, HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.mock_catches import (
    AioresponsesCatch,
    PytestHttpxCatch,
    RequestsMockCatch,
    ResponsesCatch,
    RespxCatch,
    VcrCatch,
)
from pytest_twilio_users.transports.patchers import Patchers
from pytest_twilio_users.transports.patching import Patcher
from pytest_twilio_users.transports.sdk_note import AsyncSdkNote, SdkNote
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

BackendFactory = Callable[[Account], Backend]
"""Makes the backend of stub mode; `StubBackend` unless the author says otherwise."""


def assemble(
    isolation: Isolation,
    *,
    backend: BackendFactory = StubBackend,
    run: LiveRun | None = None,
    cassettes: Path = Path("cassettes"),
    today: date | None = None,
    on_expired: Callable[[str], object] = str,
) -> tuple[TwilioUsers, Engine]:
    """Put together the handle, and the engine that is to be attached to the isolation.

    Args:
        isolation: who is acting.
        backend: what answers in stub mode.
        run: what live and record need.
        cassettes: the folder of recorded answers.
        today: the day on which the run began; if None, it begins now.
        on_expired: hears which cassettes are replayed that are too old.
    """
    account = _account(isolation, run)
    records = Records(isolation, account)
    account.clock, account.hear = records.now, records.hear
    known = {
        account.sid: OWN_ACCOUNT_SID,
        account.default_service_sid: OWN_DEFAULT_SERVICE_SID,
        account.service_sid: OWN_SERVICE_SID,
    }
    hiding = Hiding(isolation, run, known)
    complaints = Complaints(records, hide=hiding.text)
    records.warn, records.tell_raised = complaints.warn, complaints.raised
    live = LiveSide(isolation, run, complaints)
    conversations = Conversations(
        isolation,
        live=live.backend,
        folder=cassettes,
        recorded_from=run.account.recorded_from if run else "",
        known=known,
        prefix=run.prefix if run else None,
        today=today or datetime.now(UTC).date(),
        on_named=hiding.keep,
        on_expired=on_expired,
    )
    answering = ModeBackend(
        isolation, stub=backend(account), live=live.backend, conversations=conversations
    )
    beside = NeighbourScopes(account, records)
    transports = OwnTransports(
        isolation,
        answering,
        records,
        hiding,
        stub=StubBackend(account),
        crowd=Crowd(account),
        beside=beside,
    )
    noted = transports.noted()
    origin = _origin(run)
    parts = Parts(
        isolation=isolation,
        account=account,
        records=records,
        clock=UsersClock(records),
        conversations=conversations,
        live=live,
        hiding=hiding,
        complaints=complaints,
        stubbed=StubbedUsers(account, records, origin=origin),
        requested=RequestedUsers(
            DirectClient(
                account.sid, account.auth_token, base_url=origin, transport=transports.unnoticed()
            ),
            account,
            records,
            own_identity=live.own_identity,
        ),
        clients=OwnClients(account.sid, account.auth_token, origin=origin, transport=noted),
        asgi_app=transports.attended(),
        neighbours=Neighbours(beside, records, origin=origin),
        catches=Patchers(_catches(noted, warn=complaints.warn)),
    )
    return TwilioUsers(parts), Engine(parts)


def _catches(noted: BackendTransport, *, warn: Callable[[str], None]) -> list[Patcher[Any]]:
    respx = RespxCatch(noted, warn=warn)
    return [
        HttpxCatch(noted, look=respx.look),
        Httpx2Catch(noted),
        HttpcoreCatch(noted),
        Httpcore2Catch(noted),
        Urllib3Catch(noted),
        AiohttpCatch(noted),
        SdkNote(),
        AsyncSdkNote(),
        respx,
        PytestHttpxCatch(noted, warn=warn),
        ResponsesCatch(noted, warn=warn),
        RequestsMockCatch(noted, warn=warn),
        VcrCatch(noted, warn=warn),
        AioresponsesCatch(noted, warn=warn),
    ]


def _account(isolation: Isolation, run: LiveRun | None) -> Account:
    """The account that the stub answers for: on a live run with that run's SIDs."""
    settings = isolation.settings
    return Account(
        sid=run.account.sid if run else OWN_ACCOUNT_SID,
        auth_token=run.account.auth_token if run else OWN_AUTH_TOKEN,
        default_service_sid=(settings.default_service if run else None) or OWN_DEFAULT_SERVICE_SID,
        other_service_sid=OWN_SERVICE_SID,
        sids=SidSupply("session"),
        clock=wall_clock,
        settings=settings,
    )


def _origin(run: LiveRun | None) -> str:
    """Where the handle's clients send to: Twilio's origin, of the run's edge and region."""
    asked = run.account.base_url if run else ""
    return asked if ORIGIN.fullmatch(asked) else DEFAULT_ORIGIN
