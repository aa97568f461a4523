"""The users that the stub remembers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pytest_twilio_users.state.shelf import Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredUser:
    """A user as the stub remembers it. `number` counts creations in the store."""

    number: int
    sid: str
    service_sid: str
    identity: str
    friendly_name: str | None
    attributes: str
    role_sid: str
    is_online: bool | None
    is_notifiable: bool | None
    date_created: datetime
    date_updated: datetime

    @property
    def home(self) -> str:
        """The list that the user is in: its service's."""
        return self.service_sid

    @property
    def name(self) -> str:
        """By what the user is found besides its SID."""
        return self.identity


class Store(Shelf[StoredUser]):
    """Users, by service."""

    def has_identity(self, service_sid: str, identity: str) -> bool:
        """Tell whether a user of the service has the identity."""
        return self.has_name(service_sid, identity)

    def users(self, service_sid: str | None = None) -> Iterator[StoredUser]:
        """The users of a service, or of all, oldest first."""
        return self.items(service_sid)
