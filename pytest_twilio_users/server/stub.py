"""A stub without tests around it: an account, what was said to it, and what it began with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.recording.journal import Exchange, Journal
from pytest_twilio_users.server.seeds import Seed, plant
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.behaviour import Account
from pytest_twilio_users.state.store import Store, StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
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
        """Be as in the beginning: the same users with the same SIDs, and an empty journal."""
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
        self._backend = ObservedBackend(
            StubBackend(self.account),
            journals=lambda: (self.journal,),
            strict=lambda: True,
            raises=False,
        )

    def seed(self, seeds: list[Seed], *, source: str) -> list[StoredUser]:
        """Add users without a request: all of them, or none.

        Raises:
            InvalidArgument: Twilio would refuse one.
        """
        return plant(self.account, seeds, source=source)

    def answer(self, request: Request) -> Response:
        """Answer as Twilio would; what Twilio would not take as meant is in journal and log."""
        response = self._backend.handle(request)
        self._log(self.journal.last)
        return response
