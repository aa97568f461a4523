"""Catches the requests of every httpx2 client in the process that go to Twilio's Conversations."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import httpx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target, bound
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, raw_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import httpx2

    from pytest_twilio_users.transports.httpx_transport import BackendTransport
    from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Httpx2Catch(Catch):
    """While started, httpx2's network transports hand these requests to a backend.

    What comes back is httpx2's, errors included. An author's override knows httpx
    only: a function is given httpx's request.
    """

    module = "httpx2"

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def targets(self) -> Iterable[Target]:
        """The two network transports of httpx2."""
        import httpx2

        if cast("object", httpx) is httpx2:
            return ()  # `httpx2.alias_httpx()`: the catch of httpx has them
        return (
            (httpx2.HTTPTransport, "handle_request", self._wrap),
            (httpx2.AsyncHTTPTransport, "handle_async_request", self._wrap_async),
        )

    def _catches(self, request: httpx2.Request) -> bool:
        # A patch that somebody restored after `stop` must not catch.
        return self.started and HOST.fullmatch(request.url.host) is not None

    def _wrap(self, beneath: Callable[..., httpx2.Response]) -> Callable[..., httpx2.Response]:
        @wraps(beneath)
        def handle_request(
            transport: httpx2.HTTPTransport, request: httpx2.Request
        ) -> httpx2.Response:
            send: Callable[[httpx2.Request], httpx2.Response] = bound(beneath, transport)
            if not self._catches(request):
                return send(request)
            request.read()
            with _errors_of_httpx2(request):
                response = self._transport.answer_message(_message(request))
            return send(request) if response is None else _to_httpx2(response)

        return handle_request

    def _wrap_async(self, beneath: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(beneath)
        async def handle_async_request(
            transport: httpx2.AsyncHTTPTransport, request: httpx2.Request
        ) -> httpx2.Response:
            if not self._catches(request):
                return cast("httpx2.Response", await bound(beneath, transport)(request))
            await request.aread()
            with _errors_of_httpx2(request):
                response = await self._transport.answer_message_async(_message(request))
            return (
                await bound(beneath, transport)(request)
                if response is None
                else _to_httpx2(response)
            )

        return handle_async_request


def _message(request: httpx2.Request) -> Request:
    return from_httpx_request(cast("httpx.Request", request))  # what is read of it is the same


def _to_httpx2(response: Response) -> httpx2.Response:
    """Write a response whose body is still to be read, as from the network."""
    import httpx2

    return httpx2.Response(
        response.status,
        headers=raw_headers(response.headers),
        stream=httpx2.ByteStream(response.body),
    )


@contextmanager
def _errors_of_httpx2(request: httpx2.Request) -> Iterator[None]:
    """Raise httpx's errors, which overrides raise, as httpx2's of the same name."""
    try:
        yield
    except Exception as error:
        name = next((k.__name__ for k in type(error).__mro__ if k.__module__ == "httpx"), None)
        if name is None:
            raise
        raise _translated(error, name, request) from error.__cause__


def _translated(error: Exception, name: str, request: httpx2.Request) -> Exception:
    import httpx2

    kind: type[Exception] = getattr(httpx2, name)
    # Not by its constructor: the errors take different arguments.
    translated = kind.__new__(kind, *error.args)
    vars(translated).update(vars(error))
    if isinstance(translated, httpx2.HTTPError):
        translated.request = request
    return translated.with_traceback(error.__traceback__)
