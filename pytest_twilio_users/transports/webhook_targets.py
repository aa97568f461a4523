"""The target of webhooks that a test names: an application, a function or a URL."""

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from pytest_twilio_users.contract.arguments import (
    as_text,
    refused,
    require_flag,
    require_sendable,
)
from pytest_twilio_users.contract.hosts import is_loopback
from pytest_twilio_users.contract.webhooks import EVENTS
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.transports.webhook_calls import Delivered, call, call_asgi, call_wsgi, post
from pytest_twilio_users.wire.webhook import Webhook

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ANY_URL = "https://app.example/hooks"
"""The URL of events without a target."""

_KINDS = (
    "an ASGI or WSGI application, a function of the webhook, or a URL on loopback such as"
    " http://127.0.0.1:8000/hooks"
)
Send = Callable[[Webhook], Delivered]
"""Delivers a webhook, and waits for the answer."""

_Way = Callable[[Any, Webhook], Delivered]


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
        InvalidArgument: there is none, or something else that was given is not allowed.
    """
    address = as_text(target)
    if address is not None:
        address = _require_address(address, on_loopback=on_loopback)
        send: Send = partial(post, address)
    else:
        by = _way_into(target)
        if url is None and by is not call:
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
                f"{brief(name)} is not an event about users.{known_names(text, EVENTS)}"
            )
    return {text for _, text in names}


def _way_into(target: Any) -> _Way:
    """By how many arguments it takes: the webhook; environ, start_response; or ASGI's three."""
    ways: tuple[_Way, ...] = (call, call_wsgi, call_asgi)
    if callable(target) and not isinstance(target, type):
        try:
            signature = inspect.signature(target)
        except (TypeError, ValueError):  # some can't be looked into, such as a list's `append`
            return call
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
    except (httpx.InvalidURL, UnicodeEncodeError):  # the latter of half a surrogate pair
        read = httpx.URL("")
    plain = read.scheme in ("http", "https") and read.host and not read.userinfo
    if not plain or "#" in str(read) or (read.port or 0) > 65_535:
        raise refused(url, name=name, allowed=allowed, hide=bool(read.userinfo))
    return str(read.copy_with(raw_path=read.raw_path))


def _require_address(text: str, *, on_loopback: bool) -> str:
    url = _require_url(text, name="target")
    parts = urlsplit(url)
    if parts.scheme == "http" and (is_loopback(parts.hostname or "") or not on_loopback):
        return url
    where = ", to loopback only" if on_loopback else ""
    raise InvalidArgument(
        f"Webhooks are delivered by http{where}, such as http://127.0.0.1:8000/hooks; found"
        f" {text!r}."
    )
