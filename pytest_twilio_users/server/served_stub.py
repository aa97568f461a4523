"""A stub without tests around it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import repeat

from pytest_twilio_users.backends.crowd import Crowd
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import known_operation
from pytest_twilio_users.contract.refusals import Refusal, known_refusal
from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, OWN_SERVICE_SID
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.memory import Memory, StoredNeighbour
from pytest_twilio_users.neighbours.rows import Neighbour
from pytest_twilio_users.server.seeds import Seed, plant
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.state.load import Load
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.delivering import Delivering, Handle, Noted
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.real_faults import Peer, why_unserved
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.codec import Unrouted, decode
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Planned, Request, Response

PREFIX = "/__twilio_users__/"
"""Where the control endpoints are."""


class _PlannedRefusal(Planned):
    def __str__(self) -> str:
        return f"a refusal that POST {PREFIX}refuse planned"


_PLANNED = _PlannedRefusal()


class _Refusing(Delivering):
    """Refuses what is planned to be refused, of which no application hears."""

    def __init__(self, stub: StubBackend, acting: Callable[[], Deliveries]) -> None:
        super().__init__(stub, acting)
        self.refusals: dict[str, Iterator[Refusal]] = {}

    def answer(self, request: Request, handle: Handle, *, noted: Noted) -> Response:
        refused = self._refuse_as_planned(request, noted)
        return refused or super().answer(request, handle, noted=noted)

    async def answer_async(self, request: Request, handle: Handle, *, noted: Noted) -> Response:
        refused = self._refuse_as_planned(request, noted)
        return refused or await super().answer_async(request, handle, noted=noted)

    def _refuse_as_planned(self, request: Request, noted: Noted) -> Response | None:
        call = decode(request)
        planned = None if isinstance(call, Unrouted) else self.refusals.get(call.operation.name)
        refusal = None if planned is None else next(planned, None)
        if refusal is None:
            return None
        request.note_answerer(_PLANNED)
        with noted(request) as note:
            response = self._stub.refuse(request, refusal)
            note(response)
        return response


class _LoggedJournal(Journal):
    """Tells the log each exchange; others may be noted before its answer is sent."""

    def __init__(self, settings: Settings, *, log: Callable[[Exchange], None]) -> None:
        super().__init__(limit=settings.journal_limit, limit_bytes=settings.journal_bytes)
        self._tell = log

    def append(self, exchange: Exchange) -> None:
        super().append(exchange)
        self._tell(exchange)

    def weigh(self, exchange: Exchange) -> None:
        super().weigh(exchange)
        self._tell(exchange)


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What a served stub begins with, and again at each reset."""

    account_sid: str
    auth_token: str = field(repr=False)
    settings: Settings
    seeds: list[Seed] = field(default_factory=list)
    source: str = "the seed"


def _how(row: Neighbour) -> str:
    return f"The stub can imitate {row.name}, loosely. Start it with --neighbours."


class ServedStub:
    """Answers requests from memory, one at a time, and keeps a journal of them.

    A request that a fault makes wait holds up no other. `log` is told each exchange. A user
    to begin with that Twilio would refuse is an InvalidArgument.
    """

    def __init__(self, beginning: Beginning, *, log: Callable[[Exchange], None]) -> None:
        self._beginning = beginning
        self._log = log
        self.reset()

    def reset(self) -> None:
        """Be as in the beginning: the same users and SIDs, nothing said, planned or delivered."""
        beginning = self._beginning
        self.account = Account(
            sid=beginning.account_sid,
            auth_token=beginning.auth_token,
            default_service_sid=OWN_DEFAULT_SERVICE_SID,
            other_service_sid=OWN_SERVICE_SID,
            sids=SidSupply("server"),
            clock=wall_clock,
            settings=beginning.settings,
            load=Load(lambda: timedelta(seconds=Elapsed.seconds())),
        )
        settings = beginning.settings
        self.journal = journal = _LoggedJournal(settings, log=self._log)
        self.deliveries = deliveries = Deliveries(
            account=self.account, journal=journal, limit=settings.journal_limit
        )
        self.account.hear = deliveries.note
        self.neighbours = Memory(self.account)
        self.plant(beginning.seeds, source=beginning.source)
        stub = StubBackend(self.account)
        self._refusing = _Refusing(stub, lambda: deliveries)
        self._router = router = UsersRouter(lambda: journal)
        overrides = Overrides(lambda: (router,))
        crowd = Crowd(self.account) if settings.concurrency_limit else None
        self._transport = BackendTransport(
            ObservedBackend(
                stub,
                journals=lambda: (journal,),
                strict=lambda: True,
                raises=False,
                routable=False,
                beside=NeighboursBackend(self.neighbours, on=lambda: settings.neighbours, how=_how),
            ),
            overrides=lambda: overrides,
            crowd=lambda: crowd,
            delivering=self._refusing,
        )

    def plant(self, seeds: Iterable[Seed], *, source: str) -> list[StoredUser | StoredNeighbour]:
        """Add users, and neighbours if they are answered for: all, or none.

        Raises:
            InvalidArgument: one can't be added; the message names the `source` and why.
        """
        beside = self.neighbours if self._beginning.settings.neighbours else None
        return plant(self.account, seeds, source=source, neighbours=beside)

    def known_neighbours(self) -> Iterator[StoredNeighbour]:
        """Those that there are, oldest first, if they are answered for."""
        return self.neighbours.all() if self._beginning.settings.neighbours else iter(())

    def refuse(self, operation: str, refusal: str, *, times: int | None) -> None:
        """Have an operation refused as Twilio would, until a reset or some times.

        Raises:
            InvalidArgument: there is no such operation, or no such refusal.
        """
        name, planned = known_operation(operation).name, known_refusal(refusal)
        self._refusing.refusals[name] = repeat(planned) if times is None else repeat(planned, times)

    def fail(self, operation: str, plan: FaultPlan) -> None:
        """Have requests for an operation meet a fault until a reset, behind what is planned.

        Raises:
            InvalidArgument: there is no such operation, or none of its requests can meet it.
        """
        if why := why_unserved(plan.fault):
            raise InvalidArgument(why)
        self._router[known_operation(operation).name].add_plan(plan)

    def answer(self, request: Request) -> Response:
        """Answer as Twilio would, past all faults."""
        request.note_served()
        return self._transport.handle_message(request)

    async def answer_async(self, request: Request, peer: Peer | None) -> Response | None:
        """Answer as Twilio would; what Twilio would not take as meant is in journal and log."""
        request.note_served()
        call = decode(request)
        if not isinstance(call, Unrouted) and self._router.of(call.operation.name).plans:
            return await self._transport.answer_message_async(request, peer)
        async with self._transport.under_way(request) as refused:
            return refused or await self._transport.handle_message_async(request)
