"""Catches requests in httpcore, the layer beneath httpx."""

from __future__ import annotations

import sys
from itertools import starmap
from typing import TYPE_CHECKING, Any

import httpx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target
from pytest_twilio_users.transports.httpx_messages import (
    raw_headers,
    read_header,
    require_sendable,
    waits_of,
)
from pytest_twilio_users.transports.told_errors import parts_told, parts_told_async, told_by
from pytest_twilio_users.wire.messages import Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    import httpcore

    from pytest_twilio_users.transports.told_errors import Errors
    from pytest_twilio_users.wire.messages import Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_NAMES = (
    *("ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout", "ConnectError"),
    *("ReadError", "WriteError", "ProxyError", "UnsupportedProtocol"),
    *("LocalProtocolError", "RemoteProtocolError"),
)
"""Errors that httpx and httpcore call alike."""


class HttpcoreCatch(Catch):
    """While started, httpcore's pools of connections ask a backend.

    The catch of httpx comes first, and costs less. Here arrives what a wrapper of httpx's
    own method passes on, and what others send by httpcore.
    """

    module = "httpcore"

    def targets(self) -> Iterable[Target]:
        """The two methods that send, for all kinds of proxies, too."""
        library = sys.modules[self.module]
        return (
            Target(
                owner=library.ConnectionPool,
                name="handle_request",
                is_caught=_is_for_twilio,
                answer=self._answer,
            ),
            Target(
                owner=library.AsyncConnectionPool,
                name="handle_async_request",
                is_caught=_is_for_twilio,
                answer=self._answer_async,
            ),
        )

    def _answer(self, _: object, request: httpcore.Request) -> httpcore.Response | None:
        body = b"".join(request.stream)  # type: ignore[arg-type]  # of a sync request
        with self._telling():
            answer = self._transport.answer_message(_message(request, body))
        if answer is None:
            return None
        return self._written(answer, answer.stream and parts_told(answer.stream, self._telling))

    async def _answer_async(self, _: object, request: httpcore.Request) -> httpcore.Response | None:
        body = b"".join([part async for part in request.stream])  # type: ignore[union-attr]
        with self._telling():
            answer = await self._transport.answer_message_async(_message(request, body))
        if answer is None:
            return None
        stream = answer.stream
        return self._written(answer, stream and parts_told_async(stream, self._telling))

    def _written(self, answer: Response, parts: Any) -> httpcore.Response:
        library: Any = sys.modules[self.module]
        headers = raw_headers(answer.headers)
        response: httpcore.Response = library.Response(
            answer.status, headers=headers, content=parts or answer.body
        )
        return response

    def _telling(self) -> AbstractContextManager[None]:
        return told_by(self._errors, own_words=False)

    def _errors(self) -> Errors:
        library = sys.modules[self.module]
        return {getattr(httpx, name): getattr(library, name) for name in _NAMES}


class Httpcore2Catch(HttpcoreCatch):
    """The same for the layer beneath httpx2."""

    module = "httpcore2"


def _is_for_twilio(_: object, request: httpcore.Request) -> bool:
    return HOST.fullmatch(request.url.host.decode("ascii", "replace")) is not None


def _message(request: httpcore.Request, body: bytes) -> Request:
    require_sendable(request.method, request.url.target, request.headers)
    origin = request.url.origin
    port = "" if origin.port == _DEFAULT_PORTS.get(origin.scheme) else f":{origin.port}"
    headers = [*starmap(read_header, request.headers)]
    return Request(
        method=request.method.decode("ascii"),
        origin=f"{origin.scheme.decode()}://{origin.host.decode()}{port}",
        target=request.url.target.decode("latin-1"),
        headers=tuple([header for header in headers if header[0] != "authorization"]),
        body=body,
        authorization=dict(headers).get("authorization"),
        waits=waits_of(request),
    )


_DEFAULT_PORTS = {b"http": 80, b"https": 443}
