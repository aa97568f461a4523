"""A connection to a client: what came whole is answered; who is too slow is cut off."""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

from pytest_twilio_users.server.addressing import (
    HEAD_TOO_LARGE,
    MAX_HEAD,
    NOT_HTTP,
    Refused,
    refusal,
)

if TYPE_CHECKING:  # one of the two that it stands before
    _Protocol = H11Protocol
else:
    _Protocol = object

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


class Connection(_Protocol):
    """What uvicorn's protocols lack; `since` when it waits for the client.

    Each request that came whole is answered before the connection ends, be it that the
    client sends no more, or that what it sends next is no request.
    """

    pipeline: Collection[Any] = ()
    """Requests that came while another one is answered. h11 reads one at a time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.since: float | None = None
        self._answered = self.cycle  # the request before the one that is coming
        self._head = 0  # how many bytes of its head came
        self._ending = False
        self._ends: list[Callable[[], None]] = []  # what is to come when all is answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrower, as uvicorn has it
        """A client connected: it is to ask."""
        super().connection_made(cast("asyncio.Transport", BufferedTransport(transport, self.loop)))
        self.flow = _Flow(self)
        self.since = self.loop.time()

    def read(self, data: bytes) -> None:
        """Have the parser read what came."""
        super().data_received(data)

    def data_received(self, data: bytes) -> None:
        """A part of a request came, or all of it."""
        if self._ending:
            return
        if self.since is None:
            self.since, self._answered, self._head = self.loop.time(), self.cycle, 0
        self.read(data)
        if self.cycle is self._answered:
            self._head += len(data)
            if self._head > 2 * MAX_HEAD and not self._is_answering:
                self.refuse(HEAD_TOO_LARGE)
        elif not self.cycle.more_body and not self.flow.write_paused:
            self.since = None

    @property
    def _is_answering(self) -> bool:
        """Whether a request came whole that is not answered yet."""
        cycle = self.cycle
        return bool(self.pipeline) or not (
            cycle is None or cycle.more_body or cycle.response_complete
        )

    def eof_received(self) -> Any:  # uvicorn has None
        """The client sends no more; true, as it may still read."""
        self._ending = True
        self._ends.append(self.transport.close)
        self._end()
        return True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words
        """Refuse what is no request."""
        self.refuse(NOT_HTTP)

    def on_response_complete(self) -> None:
        """An answer was sent: the next one's turn, or the end."""
        super().on_response_complete()
        self._end()

    def refuse(self, refused: Refused) -> None:
        """Refuse what comes next, and hang up."""
        self._ending = True
        self._ends.insert(0, partial(self._send_refusal, *refused))  # before it closes
        self._end()

    def _end(self) -> None:
        while self._ends and not self._is_answering:
            self._ends.pop(0)()

    def _send_refusal(self, status: int, message: str) -> None:
        """Refuse what comes, all of it: to close at once might take the refusal from the client."""
        answer = refusal(status, message)
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        head += [f"{name}: {value}" for name, value in answer.headers]
        self.transport.write("\r\n".join([*head, "", ""]).encode() + answer.body)
        cast("BufferedTransport", self.transport).flush()
        self.transport.write_eof()
        self.since = self.loop.time()

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


class _Flow(FlowControl):
    """Reads no more from a client while requests of its wait."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.transport)
        self._connection = connection

    def resume_reading(self) -> None:
        """Read on, if there is nothing to answer first."""
        if not self._connection.pipeline:
            super().resume_reading()


class H11Connection(Connection, H11Protocol):
    """A connection whose requests h11 reads."""
