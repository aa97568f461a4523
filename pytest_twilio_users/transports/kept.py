"""Keeps the items of an iterator, so that it can be read more than once."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar, cast

from pytest_twilio_users.errors import KitError

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")

_END = object()


class _Given(Generic[T]):
    """What was given so far; whether that is all, and the error that ended it."""

    def __init__(self) -> None:
        self.given: list[T] = []
        self._ended = False
        self._error: BaseException | None = None

    @contextmanager
    def _noting_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._ended, self._error = True, error
            raise

    def _wants(self, position: int) -> bool:
        return position == len(self.given) and not self._ended

    def _add(self, found: object) -> None:
        if found is _END:
            self._ended = True
        else:
            self.given.append(cast("T", found))

    def raise_error(self) -> None:
        """Raise what ended it, if that was an error."""
        if self._error is None:
            return
        if isinstance(self._error, Exception):
            raise self._error.with_traceback(None)
        raise KitError(
            f"The override's response ended early before ({type(self._error).__name__}), and"
            " can't be read again. Give side_effect a function that makes a new response."
        ) from self._error


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
        self.raise_error()

    def _reaches(self, position: int) -> bool:
        with self._lock, self._noting_error():
            if self._wants(position):
                self._add(next(self._source, _END))
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
            with self._noting_error():
                if self._wants(position):
                    self._add(await anext(self._source, _END))
        return position < len(self.given)


class _Walk(AsyncIterator[T]):
    """One walk. A generator would have to be closed by who leaves it."""

    def __init__(self, kept: KeptAsync[T]) -> None:
        self._kept = kept
        self._position = 0

    async def __anext__(self) -> T:
        if not await self._kept.reaches(self._position):
            self._kept.raise_error()
            raise StopAsyncIteration
        self._position += 1
        return self._kept.given[self._position - 1]
