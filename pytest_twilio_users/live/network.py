"""Sends the kit's own requests over the network, past all patches."""

import math
import ssl
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from urllib.parse import urlsplit

import httpcore
import httpx

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.transports.exits import on_rails
from pytest_twilio_users.transports.httpx_messages import from_httpx_response, raw_headers
from pytest_twilio_users.wire.messages import Headers, Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
IDLE_SECONDS = 5.0
"""How long a connection is kept for the next request: less than servers keep theirs."""

# They are about one connection, and this one is another.
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"),
        *("upgrade", "expect"),
    )
)
_WRITTEN_HERE = _HOP_BY_HOP | {"host", "content-length", "accept-encoding"}

# What was raised, whether the request may have arrived, and what to say; the first that fits.
# What the server sent is not said: it may repeat what it was sent.
_LOSSES: tuple[tuple[type[Exception], bool, str], ...] = (
    (httpcore.ConnectError, False, "can't connect: {error}"),
    (httpcore.ConnectTimeout, False, "can't connect within {connect:g} s"),
    (httpcore.TimeoutException, True, "silence for {read:g} s"),
    (httpcore.NetworkError, True, "the connection broke"),
    (httpcore.RemoteProtocolError, True, "the connection ended early, or the answer is not HTTP"),
    (httpx.DecodingError, True, "the answer's compression is not the one in its header"),
)


class _Connection(httpcore.HTTPConnection):
    # Its own, so that a patch on the base class is not met.
    handle_request = httpcore.HTTPConnection.handle_request


class _Pool(httpcore.ConnectionPool):
    handle_request = httpcore.ConnectionPool.handle_request

    def create_connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        context = self._verifying if origin.scheme == b"https" else None
        return _Connection(origin, ssl_context=context, keepalive_expiry=IDLE_SECONDS)

    @cached_property
    def _verifying(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()  # slow, and loopback needs none


class Network:
    """Sends a request once. Connections are kept for the next; safe for threads.

    It stands on httpcore, the layer beneath httpx, in classes of its own: so neither
    the kit's catch nor respx, pytest-httpx or whoever patches httpx or httpcore meets
    what it sends. This module must be imported before they patch. Nor do httpx's logs
    show it.

    TLS certificates are verified, with those of SSL_CERT_FILE or SSL_CERT_DIR in the
    environment if set. Proxies of the environment are not used, and no redirect is
    followed: what is sent goes where it says and nowhere else.

    `connect` is for how many seconds to try to connect, `read` for how many a server
    may be silent; neither takes longer than the seconds that are `left`.
    """

    def __init__(
        self,
        *,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
        left: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._pool = _Pool(max_connections=None, keepalive_expiry=IDLE_SECONDS)
        self._connect = connect
        self._read = read
        self._left = left
        self.close = weakref.finalize(self, self._pool.close)

    def __call__(self, request: Request) -> Response:
        """Send a request to its origin, and read the answer.

        Raises:
            Lost: there was none.
            InvalidArgument: HTTP has no way to write the request.
        """
        try:
            status, headers, body = self._exchange(request)
            answer = httpx.Response(status, headers=headers, content=body)
        except (httpcore.LocalProtocolError, UnicodeEncodeError):
            raise InvalidArgument(
                "The request can't be sent: its method, its path or a header has a character that"
                " HTTP does not allow there."
            ) from None
        except tuple(kind for kind, *_ in _LOSSES) as error:
            raise self._lost(error) from None
        dropped = _HOP_BY_HOP | (
            {"content-length"} if "content-encoding" in answer.headers else set()
        )
        read = from_httpx_response(answer)
        kept = tuple(header for header in read.headers if header[0] not in dropped)
        return replace(read, headers=kept)

    def _exchange(self, request: Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        origin = urlsplit(request.origin)
        url = httpcore.URL(
            scheme=origin.scheme,
            host=origin.hostname or "",
            port=origin.port,
            target=request.target.encode("ascii"),
        )
        left = self._left()
        connect, read = min(self._connect, left), min(self._read, left)
        limits = {"connect": connect, "read": read, "write": read}
        with (
            on_rails(),
            self._pool.stream(
                request.method.encode("ascii"),
                url,
                headers=raw_headers(_headers(request, host=origin.netloc)),
                content=request.body if request.body or request.method == "POST" else None,
                extensions={"timeout": limits},
            ) as response,
        ):
            return response.status, response.headers, response.read()

    def _lost(self, error: Exception) -> Lost:
        arrived, said = next(
            (arrived, said) for kind, arrived, said in _LOSSES if isinstance(error, kind)
        )
        reason = said.format(error=error, connect=self._connect, read=self._read)
        return Lost(reason, may_have_arrived=arrived)


def _headers(request: Request, *, host: str) -> Headers:
    given = tuple(header for header in request.headers if header[0] not in _WRITTEN_HERE)
    # The encodings that httpx can read without further libraries.
    written: Headers = (("host", host), ("accept-encoding", "gzip, deflate"))
    if request.authorization is not None:
        written += (("authorization", request.authorization),)
    return written + given
