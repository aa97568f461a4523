"""The users that the stub remembers, found by SID or identity, in order of creation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, cast

from sortedcontainers import SortedDict


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


Changes = dict[str, tuple[StoredUser | None, StoredUser | None]]
"""What changed, by SID: the user before the first change and after the last; None is no user."""


@dataclass(slots=True, eq=False)
class Write:
    """A user before and after one request; and how many reads did not see that yet."""

    before: StoredUser | None
    after: StoredUser | None
    missed: int = 0


@dataclass(slots=True)
class _Service:
    by_sid: dict[str, StoredUser] = field(default_factory=dict)
    by_identity: dict[str, StoredUser] = field(default_factory=dict)
    # A SortedDict[int, StoredUser]; sortedcontainers has no type hints.
    by_number: Any = field(default_factory=SortedDict)


_EMPTY = _Service()
"""What is read of a service without users; nothing is put in it."""


class Store:
    """Users by service. Finding, changing and paging never walk all users; `users` does.

    Every change is noted where changes are tracked; `undo` takes those back.
    """

    def __init__(self) -> None:
        self.tracked: list[Changes] = []
        self._services: dict[str, _Service] = {}
        self.last_number = 0
        self.newest: Write | None = None
        """What a request wrote last, which a stale read does not see."""
        self._undone: set[str] = set()

    def next_number(self) -> int:
        """The number of the next user; later users have larger ones."""
        self.last_number += 1
        return self.last_number

    def find(self, service_sid: str, sid_or_identity: str) -> StoredUser | None:
        """The user with this SID or this identity."""
        service = self._services.get(service_sid, _EMPTY)
        return service.by_sid.get(sid_or_identity) or service.by_identity.get(sid_or_identity)

    def has_identity(self, service_sid: str, identity: str) -> bool:
        """Tell whether a user of the service has the identity."""
        return identity in self._services.get(service_sid, _EMPTY).by_identity

    def after(self, service_sid: str, number: int, limit: int) -> list[StoredUser]:
        """At most `limit` users created after a number, oldest first."""
        by_number = self._services.get(service_sid, _EMPTY).by_number
        numbers = by_number.irange(number, inclusive=(False, False))
        return [by_number[number] for number in islice(numbers, limit)]

    def before(self, service_sid: str, number: int, limit: int) -> list[StoredUser]:
        """The last `limit` users created before a number, oldest first."""
        by_number = self._services.get(service_sid, _EMPTY).by_number
        numbers = by_number.irange(maximum=number, inclusive=(False, False), reverse=True)
        return [by_number[number] for number in islice(numbers, limit)][::-1]

    def users(self, service_sid: str | None = None) -> Iterator[StoredUser]:
        """The users of a service, or of all, oldest first."""
        chosen: Iterable[_Service] = self._services.values()
        if service_sid is not None:
            chosen = [self._services.get(service_sid, _EMPTY)]
        everyone = [user for service in chosen for user in service.by_number.values()]
        return iter(sorted(everyone, key=lambda user: user.number))

    def change(self, old: StoredUser | None, new: StoredUser | None) -> None:
        """Put `new` in the place of `old`; None on one side adds or removes."""
        if old is not None:
            self._remove(old)
        if new is not None:
            self._undone.discard(new.sid)
            service = self._services.setdefault(new.service_sid, _Service())
            service.by_sid[new.sid] = new
            service.by_identity[new.identity] = new
            service.by_number[new.number] = new
        sid = cast("StoredUser", new or old).sid
        for changes in self.tracked:
            before, _ = changes.get(sid, (old, None))
            changes[sid] = before, new
            if before is None and new is None:
                del changes[sid]

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

    def track(self, changes: Changes) -> Changes:
        """Note each change from now on here, too; gives it back."""
        self.tracked.append(changes)
        return changes

    def untrack(self, changes: Changes) -> None:
        """Note no more in this very one."""
        self.tracked[:] = [other for other in self.tracked if other is not changes]

    def undo(self, changes: Changes) -> None:
        """Take changes back, and forget them.

        Several may be undone in any order. What others changed since is left as it is; a
        user whose creation is undone does not come back when they are.
        """
        self.newest = None
        undone = list(changes.values())
        changes.clear()
        for before, after in undone:
            if before is None and after is not None:
                self._undo_creation(after)
        # Afterwards, as a new user may have the identity of one that was deleted.
        for before, after in undone:
            if before is not None and self._is_as_left(before, after):
                self.change(after, before)

    def rewind(self, number: int) -> None:
        """Count on from this number, or from the last user's if that is later."""
        numbers = (service.by_number.peekitem()[0] for service in self._services.values())
        self.last_number = max([number, *numbers])

    def _undo_creation(self, new: StoredUser) -> None:
        now = self._by_sid(new)
        if now is not new:
            self._undone.add(new.sid)
        if now is not None:
            self.change(now, None)

    def _is_as_left(self, old: StoredUser, new: StoredUser | None) -> bool:
        """Whether nobody else touched the user, or took its identity, since this change."""
        if self._by_sid(old) is not new or old.sid in self._undone:
            return False
        return new is not None or not self.has_identity(old.service_sid, old.identity)

    def _by_sid(self, user: StoredUser) -> StoredUser | None:
        return self._services.get(user.service_sid, _EMPTY).by_sid.get(user.sid)

    def _remove(self, user: StoredUser) -> None:
        service = self._services[user.service_sid]
        del service.by_sid[user.sid]
        del service.by_identity[user.identity]
        del service.by_number[user.number]
        if not service.by_sid:
            del self._services[user.service_sid]
