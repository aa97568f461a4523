"""Sends a webhook to an application, in this process or by a socket."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from traceback import format_exception
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from pytest_twilio_users.contract.webhooks import SECONDS
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.transports.asgi import ASGIApplication, ASGIMessage
from pytest_twilio_users.transports.event_loops import GivenUp, wait_for
from pytest_twilio_users.transports.httpx_messages import read_response
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.webhook import Webhook

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

NO_ANSWER = f"no answer in {SECONDS:g} s"

_LONGEST = 65_536
"""How many bytes of an answer over a socket are read."""

_FRAMES = 3
"""How many lines of an application, the innermost, are shown where it raised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """The result of a delivery: an answer or None, and where the application raised."""

    response: Response | None = None
    error: str = ""
    traceback: str = ""


def _request(hook: Webhook) -> httpx.Request:
    return httpx.Request("POST", hook.url, content=hook.body, headers=hook.headers)


def _failed(error: Exception, response: Response | None = None) -> Delivered:
    """Where an application raises, its server answers 500."""
    own = _of_application(error.__traceback__)
    where = "".join(format_exception(type(error), error, own, limit=-_FRAMES)).rstrip()
    return Delivered(response=response or Response(status=500), error=_told(error), traceback=where)


def _of_application(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback without the kit's own lines."""
    frames = []
    while traceback is not None:
        frames.append(traceback)
        traceback = traceback.tb_next
    own = None
    for each in reversed(frames):
        if "__tracebackhide__" not in each.tb_frame.f_globals:
            own = TracebackType(own, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return own


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def call(function: Callable[[Webhook], Any], hook: Webhook) -> Delivered:
    """Call a function, and await what it gives if that can be awaited."""
    try:
        answer = function(hook)
        if inspect.isawaitable(answer):
            awaited = answer

            async def wait() -> Any:
                return await awaited

            answer = wait_for(wait, seconds=SECONDS)
        return _read_answer(answer, function)
    except GivenUp:
        return Delivered(error=NO_ANSWER)
    except Exception as error:
        return _failed(error)


def _read_answer(answer: Any, function: object) -> Delivered:
    """Of a status, of anything with a `status_code`, or of None, which accepts."""
    status = getattr(answer, "status_code", 200 if answer is None else answer)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise KitError(
            f"{brief(function)} returned {brief(answer)}. Return None, a status from 100 to 599,"
            " or a response with a status_code."
        )
    bodies = (getattr(answer, name, b"") for name in ("content", "data"))  # the latter is Flask's
    body = next((body for body in bodies if body and isinstance(body, bytes)), b"")
    return Delivered(response=Response(status=status, body=body))


def call_wsgi(app: Any, hook: Webhook) -> Delivered:
    """Ask a WSGI application, in this thread."""
    try:
        answer = httpx.WSGITransport(app, raise_app_exceptions=False).handle_request(_request(hook))
        body = answer.read()
        answer.close()
    except Exception as error:
        return _failed(error)
    return Delivered(response=read_response(answer, body))


def call_asgi(app: ASGIApplication, hook: Webhook) -> Delivered:
    """Ask an ASGI application, without its lifespan."""
    raised: list[Exception] = []

    async def noting(scope: ASGIMessage, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            raised.append(error)
            raise

    async def ask() -> Delivered:
        transport = httpx.ASGITransport(cast("Any", noting), raise_app_exceptions=False)
        answer = await transport.handle_async_request(_request(hook))
        return Delivered(response=read_response(answer, await answer.aread()))

    try:
        delivered = wait_for(ask, seconds=SECONDS)
    except GivenUp:
        return Delivered(error=NO_ANSWER)
    except Exception as error:  # such as httpx's own, of an application that did not answer
        return _failed(error)
    return _failed(raised[0], delivered.response) if raised else delivered


def post(address: str, hook: Webhook) -> Delivered:
    """Send it to a URL by a socket: past whatever catches or mocks what HTTP libraries send."""
    parts = urlsplit(address)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    asked = httpx.URL(hook.url)
    headers = {**hook.headers, "Host": asked.netloc.decode("ascii")}
    if asked.scheme == "https":  # as a proxy in front of the application says it
        headers["X-Forwarded-Proto"] = "https"
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", target, body=hook.body, headers=headers)
        answer = connection.getresponse()
        return Delivered(response=Response(status=answer.status, body=answer.read(_LONGEST)))
    except TimeoutError:
        return Delivered(error=NO_ANSWER)
    except (OSError, HTTPException, UnicodeError) as error:  # the latter of what no host is called
        return Delivered(error=_told(error))
    finally:
        connection.close()
