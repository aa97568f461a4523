"""Lists of what the stub remembers: found by SID or by name, in order of creation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar, cast

from sortedcontainers import SortedDict


class Shelved(Protocol):
    """What can stand on a shelf."""

    @property
    def number(self) -> int:
        """Which creation it was."""
        ...

    @property
    def sid(self) -> str:
        """Its SID."""
        ...

    @property
    def home(self) -> str:
        """The list that it is in."""
        ...

    @property
    def name(self) -> str:
        """By what it is found besides its SID."""
        ...


T = TypeVar("T", bound=Shelved)

Changes = dict[tuple[str, str], tuple[T | None, T | None]]
"""What changed, by list and SID: what was there before the first change and after the last."""


@dataclass(slots=True)
class _List(Generic[T]):
    by_sid: dict[str, T] = field(default_factory=dict)
    by_name: dict[str, T] = field(default_factory=dict)
    # A SortedDict[int, T]; sortedcontainers has no type hints.
    by_number: Any = field(default_factory=SortedDict)


_EMPTY: _List[Any] = _List()
"""What is read of a list that is not there; nothing is put in it."""


class Shelf(Generic[T]):
    """Items by the list that they are in. Of what it does, `items` alone walks all there are.

    Every change is noted where changes are tracked; `undo` takes those back.
    """

    def __init__(self) -> None:
        self.tracked: list[Changes[T]] = []
        self._lists: dict[str, _List[T]] = {}
        self.last_number = 0
        self._undone: set[tuple[str, str]] = set()

    def next_number(self) -> int:
        """The number of the next item; later ones have larger numbers."""
        self.last_number += 1
        return self.last_number

    def find(self, home: str, sid_or_name: str) -> T | None:
        """The item of a list with this SID or this name."""
        found = self._lists.get(home, _EMPTY)
        return found.by_sid.get(sid_or_name) or found.by_name.get(sid_or_name)

    def has_name(self, home: str, name: str) -> bool:
        """Tell whether an item of the list has the name."""
        return name in self._lists.get(home, _EMPTY).by_name

    def after(self, home: str, number: int, limit: int) -> list[T]:
        """At most `limit` items created after a number, oldest first."""
        by_number = self._lists.get(home, _EMPTY).by_number
        numbers = by_number.irange(number, inclusive=(False, False))
        return [by_number[number] for number in islice(numbers, limit)]

    def before(self, home: str, number: int, limit: int) -> list[T]:
        """The last `limit` items created before a number, oldest first."""
        by_number = self._lists.get(home, _EMPTY).by_number
        numbers = by_number.irange(maximum=number, inclusive=(False, False), reverse=True)
        return [by_number[number] for number in islice(numbers, limit)][::-1]

    def items(self, home: str | None = None) -> Iterator[T]:
        """The items of a list, or of all, oldest first."""
        chosen: Iterable[_List[T]] = self._lists.values()
        if home is not None:
            chosen = [self._lists.get(home, _EMPTY)]
        found = [item for each in chosen for item in each.by_number.values()]
        return iter(sorted(found, key=lambda item: item.number))

    def change(self, old: T | None, new: T | None) -> None:
        """Put `new` in the place of `old`; None on one side adds or removes."""
        if old is not None:
            self._remove(old)
        if new is not None:
            self._undone.discard(_key(new))
            found = self._lists.setdefault(new.home, _List())
            found.by_sid[new.sid] = new
            found.by_name[new.name] = new
            found.by_number[new.number] = new
        key = _key(cast("T", new or old))
        for changes in self.tracked:
            before, _ = changes.get(key, (old, None))
            changes[key] = before, new
            if before is None and new is None:
                del changes[key]

    def track(self, changes: Changes[T]) -> Changes[T]:
        """Note each change from now on here, too; gives it back."""
        self.tracked.append(changes)
        return changes

    def untrack(self, changes: Changes[T]) -> None:
        """Note no more in this very one."""
        self.tracked[:] = [other for other in self.tracked if other is not changes]

    def undo(self, changes: Changes[T]) -> None:
        """Take changes back, and forget them.

        Several may be undone in any order. What others changed since is left as it is; an
        item whose creation is undone does not come back when they are.
        """
        undone = list(changes.values())
        changes.clear()
        for before, after in undone:
            if before is None and after is not None:
                self._undo_creation(after)
        # Afterwards, as a new item may have the name of one that was deleted.
        for before, after in undone:
            if before is not None and self._is_as_left(before, after):
                self.change(after, before)

    def rewind(self, number: int) -> None:
        """Count on from this number, or from the last item's if that is later."""
        numbers = (found.by_number.peekitem()[0] for found in self._lists.values())
        self.last_number = max([number, *numbers])

    def _undo_creation(self, new: T) -> None:
        now = self._by_sid(new)
        if now is not new:
            self._undone.add(_key(new))
        if now is not None:
            self.change(now, None)

    def _is_as_left(self, old: T, new: T | None) -> bool:
        """Whether nobody else touched the item, or took its name, since this change."""
        if self._by_sid(old) is not new or _key(old) in self._undone:
            return False
        return new is not None or not self.has_name(old.home, old.name)

    def _by_sid(self, item: T) -> T | None:
        found: _List[T] = self._lists.get(item.home, _EMPTY)
        return found.by_sid.get(item.sid)

    def _remove(self, item: T) -> None:
        found = self._lists[item.home]
        del found.by_sid[item.sid]
        del found.by_name[item.name]
        del found.by_number[item.number]
        if not found.by_sid:
            del self._lists[item.home]


def _key(item: Shelved) -> tuple[str, str]:
    return item.home, item.sid
