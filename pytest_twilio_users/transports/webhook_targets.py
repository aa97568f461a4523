"""How a webhook gets to an application: in this process, or by a socket on loopback."""

import inspect
import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from traceback import format_exception
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from anyio import CancelScope, move_on_after

from pytest_twilio_users.contract.arguments import (
    as_text,
    refused,
    require_flag,
    require_sendable,
)
from pytest_twilio_users.contract.hosts import is_loopback
from pytest_twilio_users.contract.webhooks import EVENTS, SECONDS
from pytest_twilio_users.errors import InvalidArgument, KitError, brief, known_names
from pytest_twilio_users.transports.asgi import ASGIApplication, ASGIMessage
from pytest_twilio_users.transports.event_loops import wait_for
from pytest_twilio_users.transports.httpx_messages import read_response
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.webhook import Webhook

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ANY_URL = "https://app.example/hooks"
"""Where an event is said to go if nobody says where."""

NO_ANSWER = f"no answer in {SECONDS:g} s"

_KINDS = (
    "an ASGI or WSGI application, a function of the webhook, or a URL on loopback such as"
    " http://127.0.0.1:8000/hooks"
)
_LONGEST = 65_536
"""How many bytes of an answer over a socket are read."""

_FRAMES = 3
"""How many lines of an application, the innermost, are shown where it raised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What came of a delivery: an answer or none, and where the application raised."""

    response: Response | None = None
    error: str = ""
    traceback: str = ""


Send = Callable[[Webhook], Delivered]
"""Delivers a webhook, and waits for the answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where events are delivered: how, and the URL that is signed, by which token.

    `raise_app_exceptions` tells whether what the application raises fails the test.
    """

    send: Send
    url: str
    auth_token: str = field(repr=False)
    events: Collection[str]
    raise_app_exceptions: bool


def find_target(
    target: Any,
    *,
    url: object,
    auth_token: str,
    events: object,
    raise_app_exceptions: bool = True,
    on_loopback: bool = True,
) -> Target:
    """The target that is meant.

    Raises:
        InvalidArgument: there is none, or something else that was given can't be meant.
    """
    address = as_text(target)
    if address is not None:
        address = _require_address(address, on_loopback=on_loopback)
        send: Send = partial(_post, address)
    else:
        by = _way_into(target)
        if url is None and by is not _call:
            raise InvalidArgument(
                f"deliver_to({brief(target)}): url= is missing: where Twilio would reach the"
                f" application, such as url={ANY_URL!r}."
            )
        send = partial(by, target)
    return Target(
        send=send,
        url=_require_url((address or ANY_URL) if url is None else url, name="url"),
        auth_token=auth_token,
        events=_require_events(events),
        raise_app_exceptions=require_flag(raise_app_exceptions, name="raise_app_exceptions"),
    )


def require_token(given: object, *, own: str) -> str:
    """The token that signs: the one given, or else the account's own.

    Raises:
        InvalidArgument: there is none.
    """
    token = own if given is None else require_sendable(given, name="auth_token", hide=True)
    if not token:
        told = "not known: give auth_token" if given is None else "empty"
        raise InvalidArgument(f"The token that signs webhooks is {told}.")
    return token


def _require_events(events: object) -> Collection[str]:
    if events is None:
        return EVENTS.keys()
    if isinstance(events, str | bytes) or not isinstance(events, Iterable):
        raise refused(events, name="events", allowed=f"a list of {', '.join(EVENTS)}")
    names = [(name, as_text(name) or "") for name in events]
    for name, text in names:
        if text not in EVENTS:
            raise InvalidArgument(
                f"{brief(name)} is no event about users.{known_names(text, EVENTS)}"
            )
    return {text for _, text in names}


_Way = Callable[[Any, Webhook], Delivered]


def _way_into(target: Any) -> _Way:
    """By how many arguments it takes: the webhook; environ, start_response; or ASGI's three."""
    ways: tuple[_Way, ...] = (_call, _call_wsgi, _call_asgi)
    if callable(target) and not isinstance(target, type):
        try:
            signature = inspect.signature(target)
        except (TypeError, ValueError):  # some can't be looked into, such as a list's `append`
            return _call
        for number, way in enumerate(ways, start=1):
            try:
                signature.bind(*range(number))
            except TypeError:
                continue
            return way
    hint = ""
    if callable(getattr(target, "post", None)) and not isinstance(target, type):
        hint = (
            " Of a test client: lambda hook: client.post(path, content=hook.body,"
            " headers=hook.headers)."
        )
    raise InvalidArgument(f"deliver_to({brief(target)}): expected {_KINDS}.{hint}")


def _require_url(url: object, *, name: str) -> str:
    """The URL as applications see it: with a path, without what clients leave out."""
    allowed = f"http or https, a host, perhaps a path and a query, such as {ANY_URL}"
    try:
        read = httpx.URL(as_text(url) or "")
    except httpx.InvalidURL:
        read = httpx.URL("")
    plain = read.scheme in ("http", "https") and read.host and not read.userinfo
    if not plain or "#" in str(read):
        raise refused(url, name=name, allowed=allowed, hide=bool(read.userinfo))
    return str(read.copy_with(raw_path=read.raw_path))


def _require_address(text: str, *, on_loopback: bool) -> str:
    url = _require_url(text, name="target")
    parts = urlsplit(url)
    if parts.scheme == "http" and (is_loopback(parts.hostname or "") or not on_loopback):
        return url
    where = ", to loopback alone" if on_loopback else ""
    raise InvalidArgument(
        f"Webhooks are delivered by http{where}, such as http://127.0.0.1:8000/hooks; found"
        f" {text!r}."
    )


def _request(hook: Webhook) -> httpx.Request:
    return httpx.Request("POST", hook.url, content=hook.body, headers=hook.headers)


def _failed(error: Exception, response: Response | None = None) -> Delivered:
    """Where an application raises, its server answers 500."""
    where = "".join(format_exception(error, limit=-_FRAMES)).rstrip()
    return Delivered(response=response or Response(status=500), error=_told(error), traceback=where)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _call(function: Callable[[Webhook], Any], hook: Webhook) -> Delivered:
    try:
        answer = function(hook)
        if inspect.isawaitable(answer):
            awaited = answer

            async def wait() -> Any:
                with move_on_after(SECONDS):
                    return await awaited
                return _SILENT

            answer = wait_for(wait)
        return _read_answer(answer, function)
    except Exception as error:
        return _failed(error)


_SILENT = object()


def _read_answer(answer: Any, function: object) -> Delivered:
    """Of a status, of anything with a `status_code`, or of None, which accepts."""
    if answer is _SILENT:
        return Delivered(error=NO_ANSWER)
    status = getattr(answer, "status_code", 200 if answer is None else answer)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise KitError(
            f"{brief(function)} answered {brief(answer)}: give None, a status from 100 to 599, or"
            " a response with a status_code."
        )
    body = getattr(answer, "content", b"")
    return Delivered(response=Response(status=status, body=body if type(body) is bytes else b""))


def _call_wsgi(app: Any, hook: Webhook) -> Delivered:
    try:
        answer = httpx.WSGITransport(app, raise_app_exceptions=False).handle_request(_request(hook))
        body = answer.read()
        answer.close()
    except Exception as error:
        return _failed(error)
    return Delivered(response=read_response(answer, body))


def _call_asgi(app: ASGIApplication, hook: Webhook) -> Delivered:
    raised: list[Exception] = []

    async def ask() -> Delivered:
        with move_on_after(SECONDS) as limit:
            noting = _until_answered(app, limit, raised)
            transport = httpx.ASGITransport(cast("Any", noting), raise_app_exceptions=False)
            answer = await transport.handle_async_request(_request(hook))
            return Delivered(response=read_response(answer, await answer.aread()))
        return Delivered(error=NO_ANSWER)

    try:
        delivered = wait_for(ask)
    except Exception as error:  # such as httpx's own, of an application that did not answer
        return _failed(error)
    return _failed(raised[0], delivered.response) if raised else delivered


def _until_answered(
    app: ASGIApplication, limit: CancelScope, raised: list[Exception]
) -> ASGIApplication:
    """Limit the time to the answer: what an application does afterwards takes as long as it may."""

    async def noting(scope: ASGIMessage, receive: Any, send: Any) -> None:
        async def noting_end(message: ASGIMessage) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                limit.deadline = math.inf

        try:
            await app(scope, receive, noting_end)
        except Exception as error:
            raised.append(error)
            raise

    return noting


def _post(address: str, hook: Webhook) -> Delivered:
    """Send it by a socket: past whatever catches or mocks the requests of HTTP libraries."""
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
    except (OSError, HTTPException) as error:
        return Delivered(error=_told(error))
    finally:
        connection.close()
