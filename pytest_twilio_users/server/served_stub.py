"""A stub without tests around it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import known_operation
from pytest_twilio_users.contract.refusals import Refusal, known_refusal
from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, OWN_SERVICE_SID
from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.memory import Memory, StoredNeighbour
from pytest_twilio_users.server.seeds import Seed, plant
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.wire.codec import Unrouted, decode
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request, Response


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What a served stub begins with, and again at each reset."""

    account_sid: str
    auth_token: str = field(repr=False)
    settings: Settings
    seeds: list[Seed] = field(default_factory=list)
    source: str = "the seed"


class ServedNeighbours(NeighboursBackend):
    """Answers beside the operations, and says by which option it does."""

    def advise(self, request: Request) -> str:
        """How to have a neighbour answer; an empty text where the kit knows none."""
        place = self.place(request)
        if place is None:
            return self.respell(request)
        return (
            f"The stub answers for {place.row.name}, loosely, if it is started with --neighbours."
        )


class ServedStub:
    """Answers requests from memory, one at a time, and keeps a journal of them.

    `log` is told each exchange. A user to begin with that Twilio would refuse is an
    InvalidArgument.
    """

    def __init__(self, beginning: Beginning, *, log: Callable[[Exchange], None]) -> None:
        self._beginning = beginning
        self._log = log
        self.reset()

    def reset(self) -> None:
        """Be as in the beginning: the same users and SIDs, an empty journal, nothing refused."""
        beginning = self._beginning
        self.account = Account(
            sid=beginning.account_sid,
            auth_token=beginning.auth_token,
            default_service_sid=OWN_DEFAULT_SERVICE_SID,
            other_service_sid=OWN_SERVICE_SID,
            sids=SidSupply("server"),
            clock=wall_clock,
            settings=beginning.settings,
        )
        settings = beginning.settings
        self.journal = Journal(limit=settings.journal_limit, limit_bytes=settings.journal_bytes)
        self.neighbours = Memory(self.account)
        self.plant(beginning.seeds, source=beginning.source)
        self._refusals: dict[str, Iterator[Refusal]] = {}
        self._stub = StubBackend(self.account)
        self._backend = ObservedBackend(
            self._stub,
            journals=lambda: (self.journal,),
            strict=lambda: True,
            raises=False,
            routable=False,
            beside=ServedNeighbours(self.neighbours, on=lambda: settings.neighbours),
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
        self._refusals[name] = repeat(planned) if times is None else repeat(planned, times)

    def answer(self, request: Request) -> Response:
        """Answer as Twilio would; what Twilio would not take as meant is in journal and log."""
        request.note_served()
        refusal = self._planned_refusal(request)
        if refusal is None:
            response = self._backend.handle(request)
        else:
            response = self._stub.refuse(request, refusal)
            self._backend.noting(request)(response)
        self._log(self.journal.last)
        return response

    def _planned_refusal(self, request: Request) -> Refusal | None:
        call = decode(request)
        if isinstance(call, Unrouted):
            return None
        return next(self._refusals.get(call.operation.name, iter(())), None)
