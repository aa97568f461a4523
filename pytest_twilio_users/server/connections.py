"""A connection to a client: whole requests are answered, slow clients are cut off."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from math import inf
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

from pytest_twilio_users.server.addressing import (
    HEAD_TOO_LARGE,
    MAX_HEAD,
    NOT_HTTP,
    Refused,
    refusal,
)
from pytest_twilio_users.transports.asgi import ASGIApplication, ASGIMessage, ASGIReceive, ASGISend
from pytest_twilio_users.transports.real_faults import PEER, ClientGone

SECONDS = 10.0
"""How long a client may take: from a request's first byte to its last, or to read on."""


class BufferedTransport:
    """A connection's transport that sends head and body of an answer at once.

    uvicorn writes one and then the other: two system calls, and a client that
    wakes up twice.

    Where `is_asking` says that the client still sends, the connection stays open for
    what it sends: to close at once might take the last answer from it.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        *,
        is_asking: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._is_asking = is_asking
        self._parts: list[bytes] = []
        self.ended = False

    def write(self, data: bytes) -> None:
        """Send it with what else is written before the event loop's next turn."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def close(self) -> None:
        """Close the connection when all is sent."""
        self.flush()
        self.ended = True
        if self._is_asking():
            self._transport.write_eof()
        else:
            self._transport.close()

    def reset(self) -> None:
        """End the connection as none of this end's that is known any more."""
        self.ended = True
        no_goodbye = struct.pack("ii", 1, 0)  # lingers for no second
        self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, no_goodbye)
        self._transport.abort()

    def flush(self) -> None:
        """Send what was written."""
        if self._parts:
            parts, self._parts = self._parts, []
            if not self.ended:
                self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(H11Protocol):
    """What uvicorn's protocol lacks; `since` when it waits for the client.

    Each request that came whole is answered before the connection ends, be it that the
    client sends no more, or that what it sends next is no request. The application is
    lent the connection, as a `Peer`, to bring faults about on it.
    """

    conn: "_Requests"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.conn = _Requests(refuse=self._refuse)
        self.app = self._lent_to(self.app)
        self._gone = asyncio.Event()
        self.since: float | None = None
        self._sends = True  # whether its half of the connection is open

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrower, as uvicorn has it
        """A client connected: it is to ask."""
        self._out = BufferedTransport(transport, self.loop, is_asking=self._is_asking)
        super().connection_made(self._out)  # type: ignore[arg-type]  # stands for one
        self.flow = _Flow(self)
        self._look()

    def data_received(self, data: bytes) -> None:
        """A part of a request came, or all of it; what comes after the end is dropped."""
        if not self._out.ended:
            super().data_received(data)
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self._gone.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server is to stop: who is made to wait for an answer gets none."""
        self._gone.set()
        super().shutdown()

    def _lent_to(self, app: ASGIApplication) -> ASGIApplication:
        def serve(scope: ASGIMessage, receive: ASGIReceive, send: ASGISend) -> Awaitable[None]:
            scope["extensions"] = {PEER: self}
            return app(scope, receive, send)

        return serve

    async def wait(self, seconds: float) -> None:
        """Let so many seconds pass.

        A client that sends no more went away: who has waited too long closes its end, and
        what it may still read can't be told apart from that.

        Raises:
            ClientGone: the client went away meanwhile, or the server stops; it hung up.
        """
        try:
            async with asyncio.timeout(None if seconds == inf else seconds):
                await self._gone.wait()
        except TimeoutError:
            return
        self.hang_up()
        raise ClientGone

    def reset(self) -> None:
        """Have the client told that the connection is reset."""
        self.cycle.disconnected = True  # else uvicorn answers that nothing was answered
        self._out.reset()

    def hang_up(self) -> None:
        """Close the connection, once all is sent that was answered."""
        self.cycle.disconnected = True
        self._out.close()

    def eof_received(self) -> Any:  # uvicorn has None
        """The client sends no more; true, as it may still read."""
        self._sends = False
        self._gone.set()
        self._end()
        return True

    def on_response_complete(self) -> None:
        """An answer was sent: the next one's turn, or the end."""
        super().on_response_complete()
        self.flow.resume_reading()
        self._end()
        self._look()

    def _end(self) -> None:
        cycle = self.cycle
        if not self._sends and (cycle is None or cycle.more_body or cycle.response_complete):
            self._out.close()

    def _is_asking(self) -> bool:
        """Whether the client is in the middle of a request, as far as it is read."""
        return self._sends and self.conn.their_state in (h11.SEND_BODY, h11.ERROR)

    def _look(self) -> None:
        """Note whether it waits for the client, and since when."""
        asks = self.cycle is None or (self.conn.their_state is h11.IDLE and self.conn.is_filled)
        if not (asks or self._is_asking() or self.flow.write_paused):
            self.since = None
            if self.timeout_keep_alive_task is None and self.conn.our_state is h11.IDLE:
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )
        elif self.since is None:
            self.since = self.loop.time()

    def _refuse(self, refused: Refused) -> None:
        """Refuse what can't be read, unless it is the rest of what is refused, and hang up."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            status, message = refused
            answer = refusal(status, message, last=True)
            head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
            head += [f"{name}: {value}" for name, value in answer.headers]
            self._out.write("\r\n".join([*head, "", ""]).encode() + answer.body)
        self._out.close()

    def _get_upgrade(self) -> None:
        """Take no offer of another protocol: uvicorn would log its advice."""

    def pause_writing(self) -> None:
        """The client does not take its answer."""
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        """The client took it."""
        super().resume_writing()
        self._look()

    def cut_off_after(self, seconds: float) -> None:
        """Cut off a client that takes longer."""
        if self.since is not None and self.loop.time() - self.since > seconds:
            self.transport.abort()


class _Requests(h11.Connection):
    """The requests of a client, one after the other."""

    def __init__(self, *, refuse: Callable[[Refused], None]) -> None:
        super().__init__(h11.SERVER, max_incomplete_event_size=2 * MAX_HEAD)
        self._refuse = refuse

    @property
    def is_filled(self) -> bool:
        """Whether more came than is read."""
        return bool(self._receive_buffer)

    def next_event(self) -> Any:
        """Read on; what can't be read is refused, and what follows the last one is not read."""
        if self.their_state is h11.MUST_CLOSE:
            return h11.NEED_DATA
        if self.their_state is h11.IDLE:
            came, _ = self.trailing_data
            if came.startswith(b"\r\n"):  # behind the last body, as RFC 9112 has it in 2.2
                self._receive_buffer.maybe_extract_at_most(len(came) - len(came.lstrip(b"\r\n")))
        try:
            return super().next_event()
        except h11.RemoteProtocolError as error:
            self._refuse(HEAD_TOO_LARGE if error.error_status_hint == 431 else NOT_HTTP)
            return h11.NEED_DATA


class _Flow(FlowControl):
    """Reads no more from a client while requests of its wait."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.transport)
        self._requests = connection.conn

    def resume_reading(self) -> None:
        """Read on, if there is nothing to answer first."""
        reads = self._requests.their_state in (h11.IDLE, h11.SEND_BODY, h11.ERROR)
        if reads or not self._requests.is_filled:
            super().resume_reading()
