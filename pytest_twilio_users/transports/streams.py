"""Bodies of overrides that are made as they are read."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class NotedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that tells, once it ends, what was read of it, and the name of what broke it off.

    An async reader can read it in any case, a sync one if the author's own is sync.
    """

    def __init__(self, stream: Any, *, on_end: Callable[[bytes, str], None]) -> None:
        self._stream = stream
        self._on_end = on_end

    def __iter__(self) -> Iterator[bytes]:
        with self._noting() as read:
            for part in self._stream:
                read.append(part)
                yield part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._noting() as read:
            async for part in _in_turn(self._stream):
                read.append(part)
                yield part

    def close(self) -> None:
        """Close what the author gave."""
        getattr(self._stream, "close", str)()

    async def aclose(self) -> None:
        """Close what the author gave."""
        if isinstance(self._stream, httpx.AsyncByteStream):
            await self._stream.aclose()
        else:
            self.close()

    @contextmanager
    def _noting(self) -> Iterator[list[bytes]]:
        read: list[bytes] = []
        error = ""
        try:
            yield read
        except GeneratorExit:  # the reader has enough
            raise
        except BaseException as broken:
            error = type(broken).__name__
            raise
        finally:
            self._on_end(b"".join(read), error)


async def _in_turn(stream: Any) -> AsyncIterator[bytes]:
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
