"""Catches the requests of every client of httpx or httpx2 that go to Twilio's Conversations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, raw_headers
from pytest_twilio_users.transports.told_errors import errors_of, parts_told, parts_told_async

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    import httpx2

    from pytest_twilio_users.transports.httpx_transport import BackendTransport
    from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class HttpxCatch(Catch):
    """While started, httpx's network transports hand these requests to a backend."""

    module = "httpx"
    last = False  # httpcore lies beneath

    def __init__(
        self, transport: BackendTransport, *, look: Callable[[], None] = lambda: None
    ) -> None:
        """Catch by a transport; `look` is called at each request."""
        super().__init__(transport)
        self._look = look

    def targets(self) -> Iterable[Target]:
        """The two network transports of httpx."""
        return _transports_of(httpx, self._answer, self._answer_async)

    def _answer(self, _: object, request: httpx.Request) -> httpx.Response | None:
        self._look()
        return self._transport.answer(request)

    async def _answer_async(self, _: object, request: httpx.Request) -> httpx.Response | None:
        self._look()
        return await self._transport.answer_async(request)


class Httpx2Catch(Catch):
    """While started, httpx2's network transports hand these requests to a backend.

    What comes back is httpx2's, errors included. An author's override knows httpx
    only: a function is given httpx's request.
    """

    module = "httpx2"
    last = False  # httpcore2 lies beneath

    def targets(self) -> Iterable[Target]:
        """The two network transports of httpx2."""
        import httpx2

        if cast("object", httpx) is httpx2:
            return ()  # `httpx2.alias_httpx()`: the catch of httpx has them
        return _transports_of(httpx2, self._answer, self._answer_async)

    def _answer(self, _: object, request: httpx2.Request) -> httpx2.Response | None:
        request.read()
        telling = _telling(request)
        with telling():
            response = self._transport.answer_message(_message(request))
        if response is None:
            return None
        return _to_httpx2(response, response.stream and parts_told(response.stream, telling))

    async def _answer_async(self, _: object, request: httpx2.Request) -> httpx2.Response | None:
        await request.aread()
        telling = _telling(request)
        with telling():
            response = await self._transport.answer_message_async(_message(request))
        if response is None:
            return None
        return _to_httpx2(response, response.stream and parts_told_async(response.stream, telling))


def is_for_twilio(_: object, request: Any) -> bool:
    """Whether a request of httpx or of httpx2 is for Twilio's Conversations."""
    return HOST.fullmatch(request.url.host) is not None


def _transports_of(
    library: Any, answer: Callable[..., Any], answer_async: Callable[..., Any]
) -> Iterable[Target]:
    return (
        Target(
            owner=library.HTTPTransport,
            name="handle_request",
            is_caught=is_for_twilio,
            answer=answer,
        ),
        Target(
            owner=library.AsyncHTTPTransport,
            name="handle_async_request",
            is_caught=is_for_twilio,
            answer=answer_async,
        ),
    )


def _telling(request: httpx2.Request) -> Callable[[], AbstractContextManager[None]]:
    """Has what overrides raise told as errors of httpx2."""
    import httpx2

    return partial(errors_of, httpx2, request)


def _message(request: httpx2.Request) -> Request:
    return from_httpx_request(cast("httpx.Request", request))  # what is read of it is the same


def _to_httpx2(response: Response, parts: Any) -> httpx2.Response:
    """Write a response whose body is still to be read, as from the network; or its parts."""
    import httpx2

    headers = raw_headers(response.headers)
    if parts is not None:
        return httpx2.Response(response.status, headers=headers, content=parts)
    stream = httpx2.ByteStream(response.body)
    return httpx2.Response(response.status, headers=headers, stream=stream)
