"""Translates messages of requests, the library, to the kit's, or back.

To write a request takes requests several times as long as it takes the stub to answer it.
What it writes for Twilio's SDK is mostly known beforehand: `write_plainly` is a short cut.
"""

import io
from functools import lru_cache
from http.client import responses
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from twilio.http import HttpClient
from urllib3 import HTTPResponse

from pytest_twilio_users.transports.sdk_messages import asked_user, title_case
from pytest_twilio_users.wire.messages import Headers, Request, Response

if TYPE_CHECKING:
    from twilio.http.http_client import TwilioHttpClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Items = tuple[tuple[str, str], ...]

_WRITTEN_ALIKE = frozenset([str, int, bool])
"""Types of values that `urlencode` and requests write alike."""


class HeardHeaders(CaseInsensitiveDict[str]):
    """The headers of an answer, those that came more than once in one line."""

    def __init__(self, headers: Headers) -> None:
        # Put where requests keeps them, as to set them one by one takes far longer.
        store: dict[str, tuple[str, str]] = {}
        for name, value in headers:
            line = f"{store[name][1]}, {value}" if name in store else value
            store[name] = title_case[name], line
        self._store = cast("Any", store)


def to_requests_response(answer: Response, request: requests.PreparedRequest) -> requests.Response:
    """Write a response for requests, its body still to be read."""
    raw = HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=HeardHeaders(answer.headers),
        status=answer.status,
        reason=responses.get(answer.status),
        preload_content=False,
    )
    return HTTPAdapter().build_response(request, raw)


def from_prepared(request: requests.PreparedRequest, *, asked: str | None = None) -> Request:
    """Read a request as its adapter would write it."""
    url = urlsplit(str(request.url))
    host = url.netloc.rpartition("@")[2]
    authorization = None
    headers = [("host", host)]
    for raw_name, raw_value in request.headers.items():
        name = raw_name.lower()
        value = raw_value.decode("latin-1") if isinstance(raw_value, bytes) else raw_value
        if name == "authorization":
            authorization = value
        elif name == "host":
            headers[0] = (name, value)
        else:
            headers.append((name, value))
    body = request.body or b""
    return Request(
        method=str(request.method),
        origin=f"{url.scheme}://{host}",
        target=request.path_url,
        headers=tuple(headers),
        body=body.encode() if isinstance(body, str) else cast("bytes", body),
        fragment=url.fragment,
        authorization=authorization,
        asked=asked,
    )


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
