"""A Twilio account as the stub knows it."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.contract.webhooks import Event
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.load import Load
from pytest_twilio_users.state.store import Store, StoredUser
from pytest_twilio_users.state.supplies import Clock, Pauses, SidSupply
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(kw_only=True, slots=True)
class Account:
    """Whose users they are, and what the stub needs to answer for them."""

    sid: str
    auth_token: str = field(repr=False)
    default_service_sid: str
    other_service_sid: str
    sids: SidSupply
    clock: Clock
    settings: Settings
    store: Store = field(default_factory=Store)
    load: Load = field(default_factory=lambda: Load(Pauses()))
    # Told of each event that a request asked to be told of.
    hear: Callable[[Event, StoredUser, Request], object] = lambda *_: None
    # Held by who changes or reads the store.
    lock: AbstractContextManager[object] = field(default_factory=threading.RLock)

    @property
    def service_sid(self) -> str:
        """A service other than the default one, which the author may name."""
        return self.settings.service_sid or self.other_service_sid

    def knows_service(self, service_sid: str) -> bool:
        """Tell whether the account has the service."""
        if not self.settings.service_sids:
            return SidKind.SERVICE.matches(service_sid)
        return service_sid in self._named_services

    def require_service(self, service_sid: object, *, name: str) -> str:
        """Give the text of a value that is the SID of a service of the account.

        Raises:
            InvalidArgument: it is none.
        """
        sid = require_sid(SidKind.SERVICE, service_sid, name=name)
        if not self.knows_service(sid):
            raise InvalidArgument(
                f"{name}={sid!r} is not a service of the account. Known:"
                f" {', '.join(dict.fromkeys(self._named_services))}."
            )
        return sid

    @property
    def _named_services(self) -> tuple[str, ...]:
        return self.default_service_sid, self.service_sid, *self.settings.service_sids
