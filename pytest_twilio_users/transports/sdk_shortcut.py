"""A short cut past requests for what Twilio's SDK mostly sends.

To write a request takes requests several times as long as it takes the stub to answer it.
What it writes is known beforehand, unless the application taught it something.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests
from requests.structures import CaseInsensitiveDict
from twilio.http import HttpClient

from pytest_twilio_users.transports.requests_messages import from_prepared
from pytest_twilio_users.transports.sdk_messages import asked_user
from pytest_twilio_users.wire.messages import Headers, Request

if TYPE_CHECKING:
    from twilio.http.http_client import TwilioHttpClient

Items = tuple[tuple[str, str], ...]

_WRITTEN_ALIKE = frozenset([str, int, bool])
"""Types of values that `urlencode` and requests write alike."""


def write_plainly(client: "TwilioHttpClient", message: dict[str, Any]) -> Request | None:
    """Write a message of the SDK as requests would, to the letter; None where it takes requests."""
    session, auth = client.session, message["auth"]
    if not (
        type(session) is requests.Session  # a class of the application's may do anything
        and not session.params  # they would go into the query
        and not len(session.cookies)  # they would make a header; a jar is never falsy
        and not any(session.hooks.values())  # they want a response of requests
        and not any(client.request_hooks.values())
        and type(client).log_response is HttpClient.log_response  # another may want one, too
        and type(auth) is tuple  # without, the session and .netrc may have credentials
        and "json" not in message  # no operation of the ten takes it
    ):
        return None
    params, data = _pairs(message["params"]), _pairs(message["data"])
    if params is None or data is None:
        return None
    method, url = message["method"], message["url"]
    origin, target, fragment = _target(url, params)
    body = urlencode(data).encode() if data else b""
    session_headers = tuple(session.headers.lower_items())
    headers = tuple((message["headers"] or {}).items())
    template, authorization = _head(method, origin, session_headers, headers, auth, bool(body))
    return Request(
        method=method,
        origin=origin,
        target=target,
        headers=_with_length(template, len(body)) if body else template,
        body=body,
        fragment=fragment,
        authorization=authorization,
        asked=asked_user(url),
    )


def _pairs(values: Any) -> Items | None:
    """The parameters that are sent, or None where it takes requests to tell."""
    if not values:
        return ()
    if type(values) is not dict:
        return None
    given = [(name, value) for name, value in values.items() if value is not None]
    if not given or any(type(value) not in _WRITTEN_ALIKE for _, value in given):
        return None
    return tuple([(name, str(value)) for name, value in given])


# requests itself writes what comes again and again; it is asked once.


@lru_cache(maxsize=1024)
def _target(url: str, params: Items) -> tuple[str, str, str]:
    """The origin, the target and the fragment."""
    prepared = requests.PreparedRequest()
    prepared.prepare_method("GET")
    prepared.prepare_headers(None)
    prepared.prepare_url(url, list(params))
    written = from_prepared(prepared)
    return written.origin, written.target, written.fragment


@lru_cache(maxsize=64)
def _head(  # noqa: PLR0917  # lru_cache asks by position
    method: str,
    origin: str,
    session_headers: Items,
    headers: Items,
    auth: tuple[str, str],
    has_body: bool,  # noqa: FBT001  # the same
) -> tuple[Headers, str | None]:
    """The headers of all requests that have these in common, and their credentials."""
    session = requests.Session()
    session.headers = CaseInsensitiveDict(session_headers)
    data = {"any": "thing"} if has_body else None
    asked = requests.Request(method, origin, headers=dict(headers), data=data, auth=auth)
    written = from_prepared(session.prepare_request(asked))
    return written.headers, written.authorization  # a Secret already, and made once


def _with_length(headers: Headers, length: int) -> Headers:
    return tuple(
        [(name, str(length) if name == "content-length" else value) for name, value in headers]
    )
