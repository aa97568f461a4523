"""A connection to a client: its answers go out whole, a client that is too slow is cut off."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # one of the two that it can be
    from uvicorn.protocols.http.h11_impl import H11Protocol as AutoHTTPProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

SECONDS = 10.0
"""How long a client may take: from a request's first byte to its last, or to read on."""


class BufferedTransport:
    """A connection's transport that sends head and body of an answer at once.

    uvicorn writes one and then the other: two system calls, and a client that
    wakes up twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send it with what else is written before the event loop's next turn."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def close(self) -> None:
        """Close the connection when all is sent."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what was written."""
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class TimedProtocol(AutoHTTPProtocol):
    """uvicorn's protocol for one connection; `since` when it waits for the client."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.since: float | None = None
        self._answered = self.cycle  # the request before the one that is coming

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrower, as uvicorn has it
        """A client connected: it is to ask."""
        super().connection_made(cast("asyncio.Transport", BufferedTransport(transport, self.loop)))
        self.since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """A part of a request came, or all of it."""
        if self.since is None:
            self.since, self._answered = self.loop.time(), self.cycle
        super().data_received(data)
        whole = self.cycle is not self._answered and not self.cycle.more_body
        if whole and not self.flow.write_paused:
            self.since = None

    def eof_received(self) -> None:
        """The client sends no more: what it asked for goes out before the connection closes."""
        cast("BufferedTransport", self.transport).flush()

    def pause_writing(self) -> None:
        """The client does not take its answer."""
        super().pause_writing()
        self.since = self.loop.time()

    def resume_writing(self) -> None:
        """The client took it."""
        super().resume_writing()
        self.since = None

    def cut_off_after(self, seconds: float) -> None:
        """Cut off a client that takes longer."""
        if self.since is not None and self.loop.time() - self.since > seconds:
            self.transport.abort()
