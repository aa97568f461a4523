"""A connection of aiohttp's whose other end is a backend."""

import asyncio
import errno
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from contextlib import aclosing
from functools import partial
from http import HTTPStatus
from itertools import starmap
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import httpx
from aiohttp.base_protocol import BaseProtocol
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import BaseConnector, Connection
from aiohttp.http import HttpRequestParser
from aiohttp.http_exceptions import HttpProcessingError

from pytest_twilio_users.transports.asked import take_asked
from pytest_twilio_users.transports.catch import let_pass
from pytest_twilio_users.transports.given_answers import nowhere_to_pass
from pytest_twilio_users.transports.httpx_messages import read_header
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.streams import CutBody, chunk
from pytest_twilio_users.transports.title_case import titled
from pytest_twilio_users.transports.told_errors import (
    Errors,
    because_of,
    network_says,
    told_by,
)
from pytest_twilio_users.wire.messages import FRAMING, Request, Response, Timeouts

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_LONGEST = 1_048_576
"""How many bytes a line of a request may have: no limit of aiohttp's server is Twilio's."""

# They are about the connection, or follow from a body that is written whole.
_WRITTEN_HERE = FRAMING | {"connection", "keep-alive"}

_let_others_run = asyncio.sleep  # as it was before a test replaced it, to have no pauses
"""Before an answer, what writes has to end: aiohttp 3.10 cancels it else, as if the caller had."""

# Of the connection's key, the error asks for these.
_SOME_KEY: Any = SimpleNamespace(host="conversations.twilio.com", port=443, ssl=True)

Network = Callable[[], Awaitable[Connection]]
"""Connects to the network, for what an override lets pass."""


def connect(
    transport: BackendTransport,
    connector: BaseConnector,
    request: Any,
    *,
    network: Network | None = None,
    timeout: aiohttp.ClientTimeout = aiohttp.ClientTimeout(),  # noqa: B008  # it is frozen
) -> Connection:
    """Connect to a backend, for one request, with the timeouts of its session."""
    loop = asyncio.get_running_loop()
    protocol = _BackendProtocol(loop, transport, request, network, timeout)
    return Connection(connector, request.connection_key, protocol, loop)


class _BackendProtocol(ResponseHandler):
    """What aiohttp writes to, and reads the answer from."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transport: BackendTransport,
        request: Any,
        network: Network | None,
        timeout: aiohttp.ClientTimeout,
    ) -> None:
        super().__init__(loop)
        self._waits = partial(_timeouts_of, timeout)
        self._backend = transport
        self._request = request
        self._network = network
        self._params: dict[str, Any] = {}
        self._feeding: asyncio.Task[None] | None = None
        self._sent = _Sent(loop)
        self.connection_made(self._sent)
        self.force_close()  # the next request may be another test's

    def set_response_params(self, **params: Any) -> None:
        """Say how the answer is to be read."""
        self._params = params
        super().set_response_params(**params)

    async def read(self) -> Any:
        """Ask, now that the request is written, and give what aiohttp's own parser reads.

        Raises:
            aiohttp.ClientError, TimeoutError: an override's side effect raised httpx's
                counterpart.
        """
        if not await self._sent.is_readable():  # each server says so
            await _let_others_run(0)
            self.data_received(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return await super().read()
        if await self._sent.waits():
            self.data_received(b"HTTP/1.1 100 Continue\r\n\r\n")
            return await super().read()
        message = await self._sent.read(self._request, self._waits)
        await _let_others_run(0)
        with told_by(lambda: _errors_of(self._request)):
            answer = await self._backend.answer_message_async(message)
        if answer is None:
            return await self._read_from_network(message)
        self.data_received(_write(answer, method=message.method))
        head, payload = await super().read()
        if isinstance(answer.stream, CutBody):
            self.connection_lost(None)
        elif answer.stream is not None and not payload.is_eof():
            self._feeding = asyncio.create_task(self._feed(answer.stream, payload))
        return head, payload

    async def _feed(self, stream: AsyncIterable[bytes], payload: Any) -> None:
        """Give a body as it is taken, and tell what breaks it off as a connection does."""
        try:
            with told_by(lambda: ERRORS):
                async with aclosing(cast("Any", aiter(stream))) as parts:
                    async for part in parts:
                        self.data_received(chunk(part) if part else b"")
                        await _let_others_run(0)
                        await self._sent.answer_is_read.wait()
        except BaseException as error:  # whoever reads is to meet it
            if self._feeding is None:  # it was cancelled, as nobody reads
                raise
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                self.connection_lost(error)
            else:
                payload.set_exception(error)
        else:
            self.data_received(chunk(b""))

    def close(self) -> None:
        """Close the connection: nobody reads any more."""
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None
        super().close()

    async def _read_from_network(self, message: Request) -> Any:
        if self._network is None:
            raise nowhere_to_pass(
                f"{message.method} {message.path}",
                client="twilio_users_async_sdk",
                own="twilio.rest.Client",
            )
        with let_pass():
            connection = await self._network()
        protocol = cast("ResponseHandler", connection.protocol)
        protocol.set_response_params(**self._params)
        cast("asyncio.WriteTransport", protocol.transport).write(bytes(self._sent.data))
        head, payload = await protocol.read()
        payload.on_eof(connection.close)
        return head, payload


class _Sent(asyncio.Transport):
    """The way to a backend: keeps what is written, and reads the request of it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.data = bytearray()
        self.answer_is_read = asyncio.Event()
        """Set, unless there is more of the answer than aiohttp's buffer holds."""
        self.answer_is_read.set()
        self._closed = False
        protocol = BaseProtocol(loop)
        # Else nobody may wait for the rest of a body. Its flow is not that of the answer.
        protocol.connection_made(asyncio.Transport())
        self._parser = HttpRequestParser(
            protocol,
            loop,
            _LONGEST,
            max_line_size=_LONGEST,
            max_field_size=_LONGEST,
            auto_decompress=False,
        )
        self._told = False
        self._heard: asyncio.Future[Any] = loop.create_future()

    def write(self, data: Any) -> None:
        """Take a part of the request."""
        self.data += data
        try:
            heard_now: Iterable[Any] = self._parser.feed_data(bytes(data))[0]
        except HttpProcessingError:  # a space in a header's name, or another coding than chunked
            heard_now = [None]
        for heard in heard_now:
            if not self._heard.done():
                self._heard.set_result(heard)

    def writelines(self, list_of_data: Any) -> None:
        """Take parts."""
        self.write(b"".join(list_of_data))

    async def is_readable(self) -> bool:
        """Whether what is written can be read as a request."""
        return await self._heard is not None

    async def waits(self) -> bool:
        """Whether what is written waits for a go-ahead; true once."""
        head, payload = await self._heard
        waits = not self._told and not payload.is_eof()
        self._told = waits and head.headers.get("expect", "").lower() == "100-continue"
        return self._told

    async def read(self, request: Any, waits: Callable[[], Timeouts]) -> Request:
        """The request, once all of it is written."""
        head, payload = await self._heard
        url = request.url
        headers = [*starmap(read_header, head.raw_headers)]
        named = dict(headers)
        target = head.path if head.path.startswith("/") else url.raw_path_qs  # a proxy has it whole
        return Request(
            method=head.method,
            origin=f"{url.scheme}://{named.get('host', url.raw_authority)}",
            target=target,
            headers=tuple([header for header in headers if header[0] != "authorization"]),
            body=await payload.read(),
            fragment=request.original_url.raw_fragment,
            authorization=named.get("authorization"),
            asked=take_asked(),
            waits=waits,
        )

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ARG002  # asyncio's
        """Nothing is known of a network."""
        return default

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def close(self) -> None:
        """Close it."""
        self._closed = True

    abort = close

    def pause_reading(self) -> None:
        """Have no more of the answer made."""
        self.answer_is_read.clear()

    def resume_reading(self) -> None:
        """Have it made again."""
        self.answer_is_read.set()


def _write(answer: Response, *, method: str) -> bytes:
    """Write a response as a server does."""
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:  # somebody's own
        reason = ""
    is_cut = isinstance(answer.stream, CutBody)
    written_here = _WRITTEN_HERE - FRAMING if is_cut else _WRITTEN_HERE
    kept = [header for header in answer.headers if header[0] not in written_here]
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in titled(tuple(kept))]
    if is_cut:
        pass  # it says how much was to come
    elif answer.stream is not None:
        lines.append("Transfer-Encoding: chunked")
    elif answer.status not in (204, 304):
        lines.append(f"Content-Length: {len(answer.body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if method == "HEAD" or answer.status in (204, 304) else head + answer.body


def _timeouts_of(timeout: aiohttp.ClientTimeout) -> Timeouts:
    """Those that a session of aiohttp leaves to its connections; the total is its own."""
    to_connect = [each for each in (timeout.connect, timeout.sock_connect) if each]
    return Timeouts(connect=min(to_connect, default=None), read=timeout.sock_read)


def _not_connected(text: str, key: Any = _SOME_KEY) -> Exception:
    reason = network_says(errno.ECONNREFUSED, text)
    return because_of(aiohttp.ClientConnectorError(key, reason), reason)


def _no_connection(text: str) -> Exception:
    reason = network_says(errno.ECONNRESET, text)
    return because_of(aiohttp.ClientOSError(*reason.args), reason)


ERRORS: Errors = {
    httpx.ReadTimeout: lambda text: aiohttp.SocketTimeoutError(
        text or "Timeout on reading data from socket"
    ),
    httpx.TimeoutException: asyncio.TimeoutError,
    httpx.ConnectError: _not_connected,
    httpx.RemoteProtocolError: lambda text: aiohttp.ServerDisconnectedError(text or None),
    httpx.NetworkError: _no_connection,
    httpx.InvalidURL: aiohttp.InvalidURL,
    httpx.HTTPError: aiohttp.ClientError,
}


def _errors_of(request: Any) -> Errors:
    """How aiohttp tells what becomes of this request."""

    def no_time_to_connect(text: str) -> Exception:
        own = f"Connection timeout to host {request.url}"
        return because_of(aiohttp.ConnectionTimeoutError(text or own), TimeoutError())

    def not_connected(text: str) -> Exception:
        key = request.connection_key
        return _not_connected(text or f"Connect call failed {(key.host, key.port)}", key)

    return {
        **ERRORS,
        httpx.ConnectTimeout: no_time_to_connect,
        httpx.ConnectError: not_connected,
    }
