"""What an iterator gives, kept for as many as walk it."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from threading import Lock
from typing import Generic, TypeVar

from pytest_twilio_users.errors import KitError

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class _Given(Generic[T]):
    """What was given so far, and what ended it."""

    def __init__(self) -> None:
        self.given: list[T] = []
        self.end: BaseException | None = None

    def raise_end(self) -> None:
        """Raise what ended it, if that was an error."""
        if isinstance(self.end, StopIteration | StopAsyncIteration):
            return
        if isinstance(self.end, Exception):
            raise self.end.with_traceback(None)
        raise KitError(
            f"What the override gives was broken off before, by {type(self.end).__name__}, and"
            " can't be made again. Give side_effect a function that makes the response."
        ) from self.end


class Kept(_Given[T], Iterable[T]):
    """What a sync iterator gives, for one or many, also in threads."""

    def __init__(self, source: Iterable[T]) -> None:
        super().__init__()
        self._source = iter(source)
        self._lock = Lock()

    def __iter__(self) -> Iterator[T]:
        position = 0
        while self._reaches(position):
            yield self.given[position]
            position += 1
        self.raise_end()

    def _reaches(self, position: int) -> bool:
        with self._lock:
            if position == len(self.given) and self.end is None:
                try:
                    self.given.append(next(self._source))
                except StopIteration as end:
                    self.end = end
                except BaseException as error:
                    self.end = error
                    raise
            return position < len(self.given)


class KeptAsync(_Given[T], AsyncIterable[T]):
    """What an async iterator gives, for one or many tasks."""

    def __init__(self, source: AsyncIterable[T]) -> None:
        from anyio import Lock as AsyncLock  # few bodies are async

        super().__init__()
        self._source = aiter(source)
        self._lock = AsyncLock()

    def __aiter__(self) -> AsyncIterator[T]:
        return _Walk(self)

    async def reaches(self, position: int) -> bool:
        """Whether so much is given, now or if it is asked for."""
        async with self._lock:
            if position == len(self.given) and self.end is None:
                try:
                    self.given.append(await anext(self._source))
                except StopAsyncIteration as end:
                    self.end = end
                except BaseException as error:
                    self.end = error
                    raise
            return position < len(self.given)


class _Walk(AsyncIterator[T]):
    """One walk. A generator would have to be closed by who leaves it."""

    def __init__(self, kept: KeptAsync[T]) -> None:
        self._kept = kept
        self._position = 0

    async def __anext__(self) -> T:
        if not await self._kept.reaches(self._position):
            self._kept.raise_end()
            raise StopAsyncIteration
        self._position += 1
        return self._kept.given[self._position - 1]
