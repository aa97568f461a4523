"""Cuts off clients that take too long to ask, or to read on."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from pytest_twilio_users.server.buffering import BufferedTransport

if TYPE_CHECKING:  # one of the two that it can be
    from uvicorn.protocols.http.h11_impl import H11Protocol as AutoHTTPProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

SECONDS = 10.0
"""How long a client may take: from a request's first byte to its last, or to read on."""


class TimedProtocol(AutoHTTPProtocol):
    """uvicorn's protocol for one connection; `since` when it waits for the client."""

    def __init__(self, timeouts: "Timeouts", **options: Any) -> None:
        super().__init__(**options)
        self._timeouts = timeouts
        self.since: float | None = None
        self._answered = self.cycle  # the request before the one that is coming

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """A client connected: it is to ask."""
        super().connection_made(cast("asyncio.Transport", BufferedTransport(transport, self.loop)))
        self.since = self.loop.time()
        self._timeouts.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        super().connection_lost(exc)
        self._timeouts.connections.discard(self)

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


class Timeouts:
    """Knows the connections of a server, and which of them wait for their client."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self.connections: set[TimedProtocol] = set()

    def cut_off(self) -> None:
        """Cut off who takes too long."""
        now = asyncio.get_running_loop().time()
        for connection in list(self.connections):
            if connection.since is not None and now - connection.since > self._seconds:
                connection.transport.abort()
