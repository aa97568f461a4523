"""What an iterator gives, kept for as many as walk it."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from threading import Lock
from typing import Generic, TypeVar

from pytest_twilio_users.errors import KitError

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class _Kept(Generic[T]):
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


class Kept(Iterable[T]):
    """What a sync iterator gives, for one or many, also in threads."""

    def __init__(self, source: Iterable[T]) -> None:
        self._source = iter(source)
        self._kept = _Kept[T]()
        self._lock = Lock()

    def __iter__(self) -> Iterator[T]:
        position = 0
        while self._reaches(position):
            yield self._kept.given[position]
            position += 1
        self._kept.raise_end()

    def _reaches(self, position: int) -> bool:
        kept = self._kept
        with self._lock:
            if position == len(kept.given) and kept.end is None:
                try:
                    kept.given.append(next(self._source))
                except StopIteration as end:
                    kept.end = end
                except BaseException as error:
                    kept.end = error
                    raise
            return position < len(kept.given)


class KeptAsync(AsyncIterable[T]):
    """What an async iterator gives, for one or many tasks."""

    def __init__(self, source: AsyncIterable[T]) -> None:
        from anyio import Lock as AsyncLock  # few bodies are async

        self._source = aiter(source)
        self._kept = _Kept[T]()
        self._lock = AsyncLock()

    async def __aiter__(self) -> AsyncIterator[T]:
        position = 0
        while await self._reaches(position):
            yield self._kept.given[position]
            position += 1
        self._kept.raise_end()

    async def _reaches(self, position: int) -> bool:
        kept = self._kept
        async with self._lock:
            if position == len(kept.given) and kept.end is None:
                try:
                    kept.given.append(await anext(self._source))
                except StopAsyncIteration as end:
                    kept.end = end
                except BaseException as error:
                    kept.end = error
                    raise
            return position < len(kept.given)
