"""The users that the stub remembers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pytest_twilio_users.state.shelf import Changes, Shelf


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


@dataclass(slots=True, eq=False)
class Write:
    """A user before and after one request; and how many reads did not see that yet."""

    before: StoredUser | None
    after: StoredUser | None
    missed: int = 0


class Store(Shelf[StoredUser]):
    """Users, by service."""

    def __init__(self) -> None:
        super().__init__()
        self.newest: Write | None = None
        """What a request wrote last, which a stale read does not see."""

    def has_identity(self, service_sid: str, identity: str) -> bool:
        """Tell whether a user of the service has the identity."""
        return self.has_name(service_sid, identity)

    def users(self, service_sid: str | None = None) -> Iterator[StoredUser]:
        """The users of a service, or of all, oldest first."""
        return self.items(service_sid)

    def write(self, old: StoredUser | None, new: StoredUser | None) -> None:
        """Change what a request asks to change."""
        self.change(old, new)
        self.newest = Write(old, new)

    def unseen(self, times: int) -> Write | None:
        """The newest write, if fewer reads missed it, and nobody changed the user since."""
        write = self.newest
        if write is None or write.missed >= times:
            return None
        user = cast("StoredUser", write.after or write.before)
        if self._by_sid(user) is not write.after:
            return None
        is_taken = write.after is None and self.has_identity(user.service_sid, user.identity)
        return None if is_taken else write

    @contextmanager
    def without(self, write: Write) -> Iterator[None]:
        """Have users as they were before a write; nobody is told."""
        tracked, self.tracked = self.tracked, []
        self.change(write.after, write.before)
        try:
            yield
        finally:
            self.change(write.before, write.after)
            self.tracked = tracked

    def undo(self, changes: Changes[StoredUser]) -> None:
        """Take changes back, and forget them, as a shelf does; nothing was just written."""
        self.newest = None
        super().undo(changes)
