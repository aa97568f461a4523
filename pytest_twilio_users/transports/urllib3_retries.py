"""Answers urllib3, as often as its `Retry` has it ask."""

import sys
from collections.abc import Callable
from errno import ECONNREFUSED, ECONNRESET
from functools import partial
from http.client import RemoteDisconnected
from socket import getdefaulttimeout
from typing import Any

import httpx
from urllib3 import exceptions
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import HTTPResponse
from urllib3.util.retry import Retry

from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.told_errors import (
    Errors,
    because_of,
    network_says,
    told_by,
)
from pytest_twilio_users.transports.urllib3_messages import from_urllib3, to_urllib3
from pytest_twilio_users.wire.messages import Timeouts

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


_DISCONNECTED = "Remote end closed connection without response"


def answer(  # noqa: PLR0917  # urllib3's signature
    transport: BackendTransport,
    pool: HTTPConnectionPool,
    method: str,
    url: str,
    body: Any = None,
    headers: Any = None,
    retries: Any = None,
    redirect: bool = True,  # noqa: FBT001, FBT002  # urllib3's signature
    assert_same_host: bool = True,  # noqa: ARG001, FBT001, FBT002  # urllib3's signature
    timeout: Any = ...,
    *_: Any,
    chunked: bool = False,
    preload_content: bool = True,
    decode_content: bool = True,
    **__: Any,
) -> HTTPResponse | None:
    """Answer as a pool's `urlopen` does; None means that an override lets the request pass.

    For as long as `Retry` would sleep, time passes for the stub.

    Raises:
        urllib3.exceptions.HTTPError: an override's side effect raised httpx's counterpart,
            and `Retry` allows no more attempts.
    """
    left = Retry.from_int(retries, redirect=redirect, default=pool.retries)
    headers = pool.headers if headers is None else headers
    waits = partial(_timeouts_of, pool, timeout)
    request = from_urllib3(pool, method, url, body, headers, chunked=chunked, waits=waits)
    while True:
        try:
            with told_by(lambda: _errors_of(pool, url, waits)):
                answered = transport.answer_message(request)
            if answered is None:
                return None
            response = to_urllib3(
                answered,
                method,
                url,
                preload_content=preload_content,
                decode_content=decode_content,
                retries=left,
                pool=pool,  # which errors name
            )
        except exceptions.HTTPError as error:
            left = left.increment(
                method, url, error=error, _pool=pool, _stacktrace=error.__traceback__
            )
            transport.let_pass(left.get_backoff_time())
            request = request.again()
            continue
        if not left.is_retry(method, answered.status, answered.header("retry-after") is not None):
            return response
        try:
            left = left.increment(method, url, response=response, _pool=pool)
        except exceptions.MaxRetryError:
            if left.raise_on_status:
                raise
            return response
        after = left.get_retry_after(response) if left.respect_retry_after_header else None
        transport.let_pass(after or left.get_backoff_time())
        request = request.again()


def _timeouts_of(pool: Any, timeout: Any) -> Timeouts:
    """What urllib3's own objects or numbers say, or else the pool does."""
    given = pool.timeout if timeout is ... else pool._get_timeout(timeout)  # noqa: SLF001  # it knows who said nothing
    return Timeouts(
        connect=_seconds(given.connect_timeout),
        read=_seconds(given._read),  # noqa: SLF001  # `read_timeout` says less each time
        total=_seconds(given.total),
    )


def _seconds(value: Any) -> float | None:
    """A number of seconds; what was not given is as for all sockets."""
    return value if value is None or isinstance(value, int | float) else getdefaulttimeout()


def _errors_of(pool: Any, url: str, waits: Callable[[], Timeouts]) -> Errors:
    """How urllib3 tells what a network does. requests makes its own errors of these."""

    def no_time_to_connect(text: str) -> Exception:
        own = f"Connection to {pool.host} timed out. (connect timeout={waits().to_connect})"
        error = exceptions.ConnectTimeoutError(_connection(pool), text or own)
        return because_of(error, TimeoutError("timed out"))

    def no_time_to_read(text: str) -> Exception:
        own = f"Read timed out. (read timeout={waits().to_read})"
        error = exceptions.ReadTimeoutError(pool, url, text or own)
        return because_of(error, TimeoutError("timed out"))

    def not_connected(text: str) -> Exception:
        reason = network_says(ECONNREFUSED, "")
        own = f"Failed to establish a new connection: {reason}"
        return because_of(exceptions.NewConnectionError(_connection(pool), text or own), reason)

    def aborted(reason: Exception) -> Exception:
        return exceptions.ProtocolError("Connection aborted.", reason)

    known: dict[str, Callable[[str], Exception]] = {
        "ConnectTimeout": no_time_to_connect,
        "ReadTimeout": no_time_to_read,
        "ConnectError": not_connected,
        "ProxyError": lambda text: exceptions.ProxyError(text, OSError(text)),
        "SSLError": exceptions.SSLError,
        "RemoteProtocolError": lambda text: aborted(RemoteDisconnected(text or _DISCONNECTED)),
        "NetworkError": lambda text: aborted(network_says(ECONNRESET, text)),
        "HTTPError": exceptions.ProtocolError,
    }
    # An author may raise those of requests, too, which it would take for a broken connection.
    told_alike = [httpx, getattr(sys.modules.get("requests"), "exceptions", None)]
    return {
        getattr(library, name): tell
        for library in told_alike
        for name, tell in known.items()
        if hasattr(library, name)
    }


def _connection(pool: Any) -> Any:
    """The connection that errors name; it connects no sooner than it sends."""
    return pool.ConnectionCls(host=pool.host, port=pool.port)
