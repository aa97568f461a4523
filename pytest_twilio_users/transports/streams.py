"""Streamed bodies of overrides."""

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast

import httpx

from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.transports.effects import of_both
from pytest_twilio_users.transports.kept import Kept, KeptAsync

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def chunk(part: bytes) -> bytes:
    """Write a part of a body that is sent in chunks (RFC 9112, 7.1); an empty one ends it."""
    return b"%x\r\n%b\r\n" % (len(part), part)


def body_of(response: Any) -> "bytes | AuthorsStream":
    """The body of an author's response, of httpx or of httpx2.

    What is made as it is read stays with the response, for whoever meets it later.
    """
    stream = response.stream
    if isinstance(stream, AuthorsStream):
        return stream
    if isinstance(stream, of_both("ByteStream")):
        return b"".join(stream)
    kept = response.stream = AuthorsStream(stream)
    return kept


class AuthorsStream:
    """An author's body, which can be read once, for as many as meet the override.

    `parts` can be read again, by async readers in any case.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.parts: Kept[bytes] | KeptAsync[bytes]
        self.parts = Kept(stream) if isinstance(stream, Iterable) else KeptAsync(stream)

    @property
    def is_async(self) -> bool:
        """Whether only async readers can read it."""
        return isinstance(self.parts, KeptAsync)

    def close(self) -> None:
        """Close what the author gave, if it can be closed."""
        getattr(self._stream, "close", _do_nothing)()

    async def aclose(self) -> None:
        """The same for async readers."""
        closed = getattr(self._stream, "aclose", self.close)()
        if inspect.isawaitable(closed):
            await closed


class CutBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """What arrives of a body within which the connection ends, and the error of httpx then."""

    def __init__(self, arrives: bytes, error: Exception) -> None:
        self.error = error
        self._arrives = arrives

    def __iter__(self) -> Iterator[bytes]:
        yield self._arrives
        raise self.error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._arrives
        raise self.error


class NotedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that reports at its end how much was read, and the error that ended it.

    `telling` makes that an error of the library that reads.
    """

    def __init__(self, stream: AuthorsStream, *, on_end: Callable[[bytes, str], None]) -> None:
        self.telling: Callable[[], AbstractContextManager[None]] = nullcontext
        self._stream = stream
        self._on_end = on_end
        self._read: list[bytes] = []
        self._ended = self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self.telling(), self._noting():
                for part in cast("Kept[bytes]", self._stream.parts):
                    yield self._note(part)
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            with self.telling(), self._noting():
                async for part in in_turn(self._stream.parts):
                    yield self._note(part)
        finally:
            await self.aclose()

    def close(self) -> None:
        """End it, whoever reads has enough; and close what the author gave."""
        if self._closes():
            self._stream.close()

    async def aclose(self) -> None:
        """The same for async readers."""
        if self._closes():
            await self._stream.aclose()

    def _closes(self) -> bool:
        """End it; true once, as it is still to be closed."""
        self._end()
        closed, self._closed = self._closed, True
        return not closed

    def _note(self, part: object) -> bytes:
        if not isinstance(part, bytes):
            raise KitError(f"The body of an override gave {brief(part)}. Give it bytes.")
        self._read.append(part)
        return part

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except GeneratorExit:  # the reader has enough
            raise
        except BaseException as broken:
            self._end(type(broken).__name__)
            raise

    def _end(self, error: str = "") -> None:
        if not self._ended:
            self._ended = True
            self._on_end(b"".join(self._read), error)


def _do_nothing() -> None:
    """What has no `close` needs none."""


async def in_turn(stream: Any) -> AsyncIterator[bytes]:
    """Give part by part, and others a turn before each: an author's body may await nothing."""
    from anyio.lowlevel import checkpoint  # it brings asyncio, which sync readers never need

    await checkpoint()
    if isinstance(stream, AsyncIterable):
        async for part in stream:
            yield part
            await checkpoint()
    else:
        for part in stream:
            yield part
            await checkpoint()
