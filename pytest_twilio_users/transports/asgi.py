"""An ASGI application that asks a backend, without a framework."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.real_faults import ClientGone, Peer, break_off, peer_of
from pytest_twilio_users.transports.told_errors import fault_of
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json
from pytest_twilio_users.wire.messages import Request, Response, describe_body

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

MAX_BODY = 1_048_576
"""How many bytes a request's body may have: 64 times the longest attributes."""

_BODY_TOO_LARGE = "Request Entity Too Large"

# ASGI's own words for what a server hands to an application.
ASGIMessage = MutableMapping[str, Any]
ASGIReceive = Callable[[], Awaitable[ASGIMessage]]
ASGISend = Callable[[ASGIMessage], Awaitable[None]]
ASGIApplication = Callable[[ASGIMessage, ASGIReceive, ASGISend], Awaitable[None]]

Answer = Callable[[Request, Peer | None], Awaitable[Response | None]]
"""Answers a request; None lets it pass to the network, which no application has behind it."""

_PATH_SAFE = "/~!$&'()*+,;=:@"
"""What stands in a path as it is, besides letters and digits (RFC 3986)."""


class AsgiApp:
    """Answers by a function: for `httpx.ASGITransport`, a framework to mount it in, or a server.

    A body over 1 MiB is refused before it is read whole. What an author's
    override raises goes up to who runs the application; so does what a planned fault
    raises, unless the server lends it the connection to bring the fault about.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __call__(self, scope: ASGIMessage, receive: ASGIReceive, send: ASGISend) -> None:
        """Speak ASGI 3.

        Raises:
            KitError: it is asked for something else than HTTP, or an override lets
                the request pass.
        """
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            peer = peer_of(scope)
            try:
                await self._answer_http(scope, receive, send, peer)
            except ClientGone:
                return
            except Exception as error:
                fault = None if peer is None else fault_of(error)
                if peer is None or fault is None:
                    raise
                await break_off(peer, fault)
        else:
            raise KitError(f"This application answers only HTTP; found {scope['type']}.")

    async def _answer_http(
        self, scope: ASGIMessage, receive: ASGIReceive, send: ASGISend, peer: Peer | None
    ) -> None:
        response = await self._respond(scope, receive, peer)
        if response is None:
            return
        if response.stream is None:
            await send_response(send, response)
        else:
            await _send_streamed(receive, send, response)

    async def _respond(
        self, scope: ASGIMessage, receive: ASGIReceive, peer: Peer | None
    ) -> Response | None:
        """The response, or None if the client is gone."""
        headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]]
        named = dict(headers)
        length = named.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > MAX_BODY:
            return refuse(413, _BODY_TOO_LARGE)
        body = await _read_body(receive)
        if body is None:
            return None
        if len(body) > MAX_BODY:
            return refuse(413, _BODY_TOO_LARGE)
        request = _read_request(scope, headers, named, body)
        response = await self._answer(request, peer)
        if response is None:
            raise KitError(
                f"A route lets {request.method} {request.path} pass through, but an application"
                " has no network behind it. Let the route answer, or leave the request to the"
                " stub."
            )
        return response


def refuse(status: int, message: str) -> Response:
    """Refuse a request in the form of Twilio's refusals, for a reason that is not Twilio's."""
    code = 20_000 + status  # as Twilio's own for what is general
    more_info = MORE_INFO.format(code=code)
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return json_response(status, body)


def json_response(status: int, body: object) -> Response:
    """Answer with JSON."""
    content = encode_json(body)
    return Response(status=status, headers=describe_body(content, JSON_TYPE), body=content)


async def _read_body(receive: ASGIReceive) -> bytes | None:
    """The body, or as much of it as shows that it is too large; None if the client is gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY or not message.get("more_body", False):
            return bytes(body)


def _read_request(
    scope: ASGIMessage, headers: list[tuple[str, str]], named: dict[str, str], body: bytes
) -> Request:
    raw: bytes | None = scope.get("raw_path")  # the path to the letter, where the server tells it
    path = quote(scope["path"], safe=_PATH_SAFE) if raw is None else raw.decode("latin-1")
    # Where it is mounted is part of the address that was asked, and none of Twilio's path.
    root = scope.get("root_path", "").rstrip("/")
    if root and path.startswith(f"{root}/"):
        path = path[len(root) :]
    query = scope["query_string"].decode("latin-1")
    target, _, fragment = (f"{path}?{query}" if query else path).partition("#")
    return Request(
        method=scope["method"],
        origin=f"{scope.get('scheme', 'http')}://{named.get('host') or _server(scope)}{root}",
        target=target,
        fragment=fragment,
        headers=tuple([header for header in headers if header[0] != "authorization"]),
        body=body,
        authorization=named.get("authorization"),
    )


def _server(scope: ASGIMessage) -> str:
    """The address of the server, for requests without Host (HTTP/1.0)."""
    host, port = scope.get("server") or ("localhost", None)
    return host if port is None else f"{host}:{port}"


async def send_response(send: ASGISend, response: Response) -> None:
    """Answer a request."""
    await _send_head(send, response)
    await send({"type": "http.response.body", "body": response.body})


async def _send_streamed(receive: ASGIReceive, send: ASGISend, response: Response) -> None:
    """Answer with a body that is made as it is sent, as long as the client is there."""
    from anyio import create_task_group  # it brings asyncio, which the plugin starts without

    async def end_with_client() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()

    await _send_head(send, response)
    broken: BaseException | None = None
    try:
        async with create_task_group() as tasks, aclosing(aiter(response.stream)) as parts:
            tasks.start_soon(end_with_client)
            async for part in parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:  # by the task group, of what the body raises
        broken = group.exceptions[0]
    if broken is not None:
        raise broken


async def _send_head(send: ASGISend, response: Response) -> None:
    headers = [_encode_header(header) for header in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})


@lru_cache(maxsize=64)  # most headers of an answer are those of the last one
def _encode_header(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.encode("latin-1"), value.encode("latin-1")


async def _live(receive: ASGIReceive, send: ASGISend) -> None:
    """Start and stop with the server: there is nothing to set up."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
