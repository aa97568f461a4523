"""Answers urllib3, as often as its `Retry` has it ask."""

import sys
from typing import TYPE_CHECKING, Any

import httpx
from urllib3 import exceptions
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import HTTPResponse
from urllib3.util.retry import Retry

from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.told_errors import Errors, told_by
from pytest_twilio_users.transports.urllib3_messages import from_urllib3, to_urllib3

if TYPE_CHECKING:
    from collections.abc import Callable

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def answer(  # noqa: PLR0917  # urllib3's signature
    transport: BackendTransport,
    pool: HTTPConnectionPool,
    method: str,
    url: str,
    body: Any = None,
    headers: Any = None,
    retries: Any = None,
    redirect: bool = True,  # noqa: FBT001, FBT002  # urllib3's signature
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
    request = from_urllib3(pool, method, url, body, headers, chunked=chunked)
    while True:
        try:
            with told_by(_errors_of(pool, url)):
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


def _errors_of(pool: Any, url: str) -> Errors:
    """How urllib3 tells what a network does. requests makes its own errors of these."""
    known: dict[str, Callable[[str], Exception]] = {
        "ConnectTimeout": exceptions.ConnectTimeoutError,
        "ReadTimeout": lambda text: exceptions.ReadTimeoutError(pool, url, text),
        "ConnectError": lambda text: exceptions.NewConnectionError(pool, text),
        "ProxyError": lambda text: exceptions.ProxyError(text, OSError(text)),
        "SSLError": exceptions.SSLError,
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
