"""A stub without tests around it: an account, what was said to it, and what it began with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.recording.journal import Exchange, Journal
from pytest_twilio_users.server.seeds import Seed, plant
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.behaviour import Account
from pytest_twilio_users.state.store import Store, StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.messages import Request, Response

DEFAULT_SERVICE_SID = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What a served stub begins with, and again at each reset."""

    account_sid: str
    auth_token: str = field(repr=False)
    settings: Settings
    seeds: list[Seed] = field(default_factory=list)
    source: str = "the seed"


class ServedStub:
    """Answers requests from memory, one at a time, and keeps a journal of them."""

    def __init__(self, beginning: Beginning, *, log: Callable[[Exchange], None]) -> None:
        """Begin.

        Args:
            beginning: what there is to begin with.
            log: is told each exchange.

        Raises:
            InvalidArgument: Twilio would refuse a user to begin with.
        """
        self._beginning = beginning
        self._log = log
        self.reset()

    def reset(self) -> None:
        """Be as in the beginning: the same users and SIDs, an empty journal, nothing refused."""
        beginning = self._beginning
        self.account = Account(
            sid=beginning.account_sid,
            auth_token=beginning.auth_token,
            default_service_sid=DEFAULT_SERVICE_SID,
            other_service_sid=derive_sid(SidKind.SERVICE, "pytest-twilio-users"),
            store=Store(),
            sids=SidSupply("server"),
            clock=wall_clock,
            settings=beginning.settings,
        )
        self.journal = Journal(limit=beginning.settings.journal_limit)
        self.seed(beginning.seeds, source=beginning.source)
        self._router: UsersRouter | None = None
        backend = ObservedBackend(
            StubBackend(self.account),
            journals=lambda: (self.journal,),
            strict=lambda: True,
            raises=False,
            routable=False,
        )
        self._transport = BackendTransport(backend, router=lambda: self._router)

    def seed(self, seeds: list[Seed], *, source: str) -> list[StoredUser]:
        """Add users without a request: all of them, or none.

        Raises:
            InvalidArgument: Twilio would refuse one.
        """
        return plant(self.account, seeds, source=source)

    def refuse(self, operation: str, refusal: str, *, times: int | None) -> None:
        """Have an operation refused as Twilio would, until a reset or some times.

        Raises:
            InvalidArgument: there is no such operation, or no such refusal.
        """
        router = self._router or UsersRouter(lambda: self.journal)
        router[operation].refuse(refusal, times=times)
        self._router = router

    def answer(self, request: Request) -> Response:
        """Answer as Twilio would; what Twilio would not take as meant is in journal and log."""
        # It is never None: no refusal lets a request pass.
        response = cast("Response", self._transport.answer_message(request))
        self._log(self.journal.last)
        return response
