"""Translates messages of urllib3, by which requests sends, to the kit's, or back."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http.client import HTTPException, HTTPMessage, responses
from http.client import HTTPResponse as ClientResponse
from importlib.metadata import version
from itertools import starmap
from typing import Any, cast
from urllib.parse import quote, urlsplit

import httpx
from urllib3 import HTTPResponse
from urllib3._collections import HTTPHeaderDict
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import SKIP_HEADER

from pytest_twilio_users.transports.asked import take_asked
from pytest_twilio_users.transports.streams import CutBody, chunk
from pytest_twilio_users.transports.title_case import titled
from pytest_twilio_users.transports.told_errors import Errors, parts_told, told_by
from pytest_twilio_users.wire.messages import FRAMING, Request, Response, Timeouts

_TARGET_SAFE = "!#$%&'()*+,/:;=?@[]~"
_AGENT = f"python-urllib3/{version('urllib3')}"
_TEXT = "latin-1" if version("urllib3").startswith("1.") else "utf-8"
"""How a body that is text is written, unless in chunks: below 2.0 as http.client does it."""
_MEASURED = (str, bytes, bytearray, memoryview, type(None))
"""Bodies whose length is known before they are sent."""
_WITH_A_BODY = frozenset(("POST", "PUT", "PATCH"))
_BROKEN: Errors = {
    httpx.TimeoutException: TimeoutError,
    httpx.RemoteProtocolError: HTTPException,
    httpx.HTTPError: ConnectionResetError,
}
"""What a socket tells; urllib3 makes its own errors of these."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def from_urllib3(
    pool: HTTPConnectionPool,
    method: str,
    url: str,
    body: Any,
    headers: Mapping[Any, Any],
    *,
    chunked: bool,
    waits: Callable[[], Timeouts] = Timeouts,
) -> Request:
    """Read a request as its connection would write it. A body that is a stream is read.

    Raises:
        ValueError, TypeError: http.client refuses to write its method or a header.
    """
    # By way of a proxy without TLS, a pool is the proxy's, and the URL a whole one.
    origin, target = _origin_of(pool), url
    if not url.startswith("/"):
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = url.removeprefix(origin) or "/"
    target, _, fragment = target.partition("#")
    if isinstance(body, str) and not chunked:
        body = body.encode(_TEXT)
    _require_sendable(method, headers)
    content = read_body(body)
    given = [(_text(name).lower(), _text(value)) for name, value in headers.items()]
    added = {
        "host": origin.partition("://")[2],
        "accept-encoding": "identity",
        "user-agent": _AGENT,
    }
    named = {name for name, _ in given}
    if chunked or not isinstance(body, _MEASURED):
        added["transfer-encoding"] = "chunked"
    elif content or method in _WITH_A_BODY:
        added["content-length"] = str(len(content))
    if named & FRAMING:
        named |= FRAMING
    sent = [(name, value) for name, value in added.items() if name not in named] + given
    kept = [(name, value) for name, value in sent if value != SKIP_HEADER]
    return Request(
        method=method,
        origin=origin,
        target=quote(target, safe=_TARGET_SAFE),
        headers=tuple([header for header in kept if header[0] != "authorization"]),
        body=content,
        fragment=fragment,
        authorization=dict(kept).get("authorization"),
        asked=take_asked(),
        waits=waits,
    )


def _require_sendable(method: str, headers: Mapping[Any, Any]) -> None:
    """Refuse what http.client refuses when urllib3 writes a request, as it does."""
    if _can_travel(method, "") and all(starmap(_can_travel, headers.items())):
        return
    connection = HTTPConnection("")  # it connects no sooner than it sends
    connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)


def _can_travel(name: Any, value: Any) -> bool:
    return (
        isinstance(name, str)
        and isinstance(value, str)
        and name.replace("-", "").isalnum()
        and (name + value).isascii()
        and value.isprintable()
    )


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def read_body(body: Any) -> bytes:
    """What would be sent of a body: text, bytes, a file, or their parts."""
    if not body:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if hasattr(body, "read"):
        return read_body(body.read())
    parts: Iterable[Any] = body
    return b"".join(map(read_body, parts))


def to_urllib3(answer: Response, method: str, url: str, **given: Any) -> HTTPResponse:
    """Write a response whose body is still to be read; `given` says how."""
    if answer.stream is not None:
        return _streamed(answer, method, url, **given)
    headers, message = HTTPHeaderDict(), HTTPMessage()
    for name, value in titled(answer.headers):
        headers.add(name, value)
        message.set_raw(name, value)  # as whoever parses an answer does
    has_body = method != "HEAD" and answer.status not in (204, 304)
    return HTTPResponse(
        body=io.BytesIO(answer.body if has_body else b""),
        headers=headers,
        status=answer.status,
        version=11,
        reason=responses.get(answer.status),
        request_method=method,
        request_url=url,
        # Where requests finds cookies.
        original_response=cast("Any", _Original(message)),
        **given,
    )


def _streamed(answer: Response, method: str, url: str, **given: Any) -> HTTPResponse:
    """Write a response whose body is made as it is read, as http.client reads it off a socket."""
    read = ClientResponse(cast("Any", _Socket(answer)), method=method)
    read.begin()
    return HTTPResponse(
        body=read,
        headers=HTTPHeaderDict(read.headers.items()),
        status=read.status,
        version=read.version,
        reason=read.reason,
        request_method=method,
        request_url=url,
        original_response=read,
        **given,
    )


class _Socket(io.RawIOBase):
    """What arrives at a socket: a response, in chunks as they are made."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self._arriving = parts_told(_written(answer), partial(told_by, lambda: _BROKEN))
        self._arrived = b""

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Read of it."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give what has arrived, and wait for more where there is nothing."""
        self._arrived = self._arrived or next(self._arriving, b"")
        size = min(len(buffer), len(self._arrived))
        buffer[:size] = self._arrived[:size]
        self._arrived = self._arrived[size:]
        return size


def _written(answer: Response) -> Iterator[bytes]:
    is_cut = isinstance(answer.stream, CutBody)
    kept = [header for header in answer.headers if is_cut or header[0] not in FRAMING]
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in titled(tuple(kept))]
    if is_cut:  # whoever reads counts, and tells it in words of its own
        yield "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body
        return
    yield "\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode("latin-1")
    yield from map(chunk, filter(None, answer.stream))
    yield chunk(b"")


class _Original:
    """Of http.client's response, what urllib3 and requests ask for."""

    def __init__(self, message: HTTPMessage) -> None:
        self.msg = message

    def isclosed(self) -> bool:
        """There is nothing open."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


def _origin_of(pool: HTTPConnectionPool) -> str:
    scheme = str(pool.scheme)  # each kind of pool has one
    port = "" if pool.port in (None, _DEFAULT_PORTS.get(scheme)) else f":{pool.port}"
    return f"{scheme}://{pool.host}{port}"
