"""Turns the result of an author's route into an answer."""

import inspect
from typing import Any

import httpx

from pytest_twilio_users.backends.observed import Note
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.transports.effects import is_response
from pytest_twilio_users.transports.httpx_messages import read_response
from pytest_twilio_users.transports.streams import AuthorsStream, NotedStream, body_of, in_turn
from pytest_twilio_users.wire.messages import Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def at_once(found: Any, request: httpx.Request) -> Any:
    """What an author's route has for a sync client.

    Raises:
        KitError: it is to be awaited.
    """
    if inspect.isawaitable(found):
        if inspect.iscoroutine(found):
            found.close()  # else Python warns that nobody awaited it
        raise KitError(
            f"{asked(request)}: the route's side effect is async, and the client that"
            " asks is sync. Give it a plain function."
        )
    return found


async def awaited(found: Any) -> Any:
    """The same for an async client, whichever it is."""
    return await found if inspect.isawaitable(found) else found


def given(
    found: Any, request: httpx.Request, note: Note, *, to_async: bool
) -> httpx.Response | None:
    """Note what an override gave; a response is for the client, its body still to be read.

    Raises:
        KitError: the author can't have meant it, or the client can't read it.
    """
    if isinstance(found, httpx.Request):
        note(None, error="passed through")
        return None
    body = _body_of(found, request, to_async=to_async)
    stream: httpx.ByteStream | NotedStream
    if isinstance(body, bytes):
        note(read_response(found, body))
        stream = httpx.ByteStream(body)
    else:
        note(read_response(found, b""))

        def end(read: bytes, error: str) -> None:
            note.end_body(read_response(found, read).body, error=error)

        stream = NotedStream(body, on_end=end)
    return httpx.Response(
        found.status_code, headers=found.headers.raw, stream=stream, extensions=found.extensions
    )


def read_whole(found: Any, request: httpx.Request) -> Response | None:
    """Read what an override gave to its end, as a fault is to change it; None if it gave nothing.

    Raises:
        KitError: the author can't have meant it, or the client can't read it.
    """
    if found is None:
        return None
    return read_response(found, b"".join(_parts(found, request, to_async=False)))


async def read_whole_async(found: Any, request: httpx.Request) -> Response | None:
    """The same for async callers."""
    if found is None:
        return None
    parts = _parts(found, request, to_async=True)
    return read_response(found, b"".join([part async for part in in_turn(parts)]))


def _parts(found: Any, request: httpx.Request, *, to_async: bool) -> Any:
    if isinstance(found, httpx.Request):
        raise KitError(
            f"{asked(request)} has both a pass-through and a planned fault. Keep only one of them."
        )
    body = _body_of(found, request, to_async=to_async)
    return (body,) if isinstance(body, bytes) else body.parts


def _body_of(found: Any, request: httpx.Request, *, to_async: bool) -> bytes | AuthorsStream:
    """The body of what an override gave.

    Raises:
        KitError: that is no response, or the client can't read it.
    """
    if not is_response(found):
        raise KitError(
            f"{asked(request)}: the route's side effect returned {brief(found)}. Return an"
            " httpx.Response, or None to leave the request to the stub."
        )
    body = body_of(found)
    if isinstance(body, AuthorsStream) and body.is_async and not to_async:
        raise KitError(
            f"{asked(request)}: the body of the route's response is async, and the client that"
            " asks is sync. Give it bytes, or a plain iterator of them."
        )
    return body


def asked(request: httpx.Request) -> str:
    """What a request asks for, in short."""
    return f"{request.method} {request.url.path}"


def nowhere_to_pass(
    asked: str, *, client: str = "the kit's own client", own: str = "client"
) -> KitError:
    """What a client without a network behind it says where an override lets a request pass."""
    return KitError(
        f"A route lets {asked} pass through, but {client} has no network behind it in stub mode."
        f" Send it from a {own} of your own."
    )
