"""Twilio's SDK, sync: what requests would send, and what it would have heard."""

import io
from functools import lru_cache
from http.client import responses
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

import httpx
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from twilio.http import HttpClient
from twilio.http.request import Request as SdkRequest
from twilio.http.response import Response as SdkResponse
from urllib3 import HTTPResponse

from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_log import tells
from pytest_twilio_users.transports.sdk_messages import (
    Errors,
    LetPass,
    asked_user,
    is_caught,
    joined,
    title_case,
    told_by,
)
from pytest_twilio_users.wire.codec import JSON_TYPE
from pytest_twilio_users.wire.messages import Headers, Request, Response

if TYPE_CHECKING:
    from twilio.http.http_client import TwilioHttpClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_JSON_TYPES = ("application/json", "application/scim+json")
_JSON = ("content-type", JSON_TYPE)
_PLAIN = frozenset([str, int, bool])
"""Types of values that `urlencode` and requests write alike."""

Items = tuple[tuple[str, str], ...]

ERRORS: Errors = {
    httpx.ConnectTimeout: requests.ConnectTimeout,
    httpx.ReadTimeout: requests.ReadTimeout,
    httpx.ProxyError: requests.exceptions.ProxyError,
    httpx.UnsupportedProtocol: requests.exceptions.InvalidSchema,
    httpx.TransportError: requests.ConnectionError,
    httpx.DecodingError: requests.exceptions.ContentDecodingError,
    httpx.TooManyRedirects: requests.TooManyRedirects,
    httpx.HTTPError: requests.RequestException,
    httpx.InvalidURL: requests.exceptions.InvalidURL,
}
"""Of the timeouts, requests knows two: the others are connections that failed."""


def goes_to_the_network(client: "TwilioHttpClient", url: str) -> bool:
    """Tell whether a client would send this to the network, and not to a fake of its own."""
    session = client.session
    if session is None:
        return True
    if not isinstance(session, requests.Session):
        return False
    return isinstance(_adapter(session, url), HTTPAdapter)


def ask(  # noqa: PLR0917  # the SDK's signature
    transport: BackendTransport,
    client: "TwilioHttpClient",
    method: str,
    url: str,
    params: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float | None = None,
    allow_redirects: bool = False,  # noqa: FBT001, FBT002  # the same
) -> SdkResponse:
    """Answer as `TwilioHttpClient.request` does, its log and what it keeps for tests included.

    Raises:
        LetPass: an override lets the request pass.
        ValueError: the timeout is not positive.
        requests.RequestException: an override's side effect raised httpx's counterpart.
    """
    if timeout is None:
        timeout = client.timeout
    elif timeout <= 0:
        raise ValueError(timeout)
    is_json = (headers or {}).get("Content-Type") in _JSON_TYPES
    message = {
        "method": method.upper(),
        "url": url,
        "params": params,
        "headers": headers,
        "auth": auth,
        "hooks": client.request_hooks,
        "json" if is_json else "data": data,
    }
    told = tells(client)
    if told:
        client.log_request(message)
    client._test_only_last_response = None  # noqa: SLF001  # as the SDK's own code does
    client._test_only_last_request = SdkRequest(**message)  # noqa: SLF001  # the same
    written = None if transport.is_routed else _plain_request(client, message)
    if written is None:
        response = _ask_by_session(transport, client, message, timeout, allow_redirects)
    else:
        answer = transport.backend.handle(written)
        response = SdkResponse(answer.status, _text(answer), HeardHeaders(answer.headers))
        if told:
            client.log_response(answer.status, cast("requests.Response", response))
    client._test_only_last_response = response  # noqa: SLF001  # the same
    return response


class HeardHeaders(CaseInsensitiveDict[str]):
    """The headers of an answer, put where requests keeps them, and not one by one."""

    def __init__(self, headers: Headers) -> None:
        store = {name: (title_case[name], line) for name, line in joined(headers).items()}
        self._store = cast("Any", store)  # an OrderedDict takes twice as long to make


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


def _plain_request(client: "TwilioHttpClient", message: dict[str, Any]) -> Request | None:
    """Write a request without requests where it says nothing unusual, to the same letter."""
    auth = message["auth"]
    params, data = _pairs(message["params"]), _pairs(message.get("data"))
    if (
        params is None
        or data is None
        or "json" in message
        or type(auth) is not tuple
        or not _is_plain(client)
    ):
        return None
    method, url = message["method"], message["url"]
    origin, target, fragment = _target(url, params)
    body = urlencode(data).encode() if data else b""
    session_headers = tuple(cast("requests.Session", client.session).headers.lower_items())
    headers = tuple((message["headers"] or {}).items())
    template, authorization = _frame(method, origin, session_headers, headers, auth, bool(body))
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


def _is_plain(client: "TwilioHttpClient") -> bool:
    """Tell whether nobody taught the client or its session anything."""
    session = client.session
    return (
        type(session) is requests.Session
        and type(client).log_response is HttpClient.log_response
        and not any(client.request_hooks.values())
        and not any(session.hooks.values())
        and not session.auth
        and not session.params
        and not len(session.cookies)  # a jar is never falsy
    )


def _pairs(values: Any) -> Items | None:
    """The parameters that are sent, or None where it takes requests to tell."""
    if not values:
        return ()
    if type(values) is not dict:
        return None
    given = [(name, value) for name, value in values.items() if value is not None]
    if not given or any(type(value) not in _PLAIN for _, value in given):
        return None
    return tuple([(name, str(value)) for name, value in given])


@lru_cache(maxsize=1024)
def _target(url: str, params: Items) -> tuple[str, str, str]:
    """The origin, the target and the fragment, as requests writes them."""
    prepared = requests.PreparedRequest()
    prepared.prepare_method("GET")
    prepared.prepare_headers(None)
    prepared.prepare_url(url, list(params))
    written = from_prepared(prepared)
    return written.origin, written.target, written.fragment


@lru_cache(maxsize=64)
def _frame(  # noqa: PLR0917  # lru_cache asks by position
    method: str,
    origin: str,
    session_headers: Items,
    headers: Items,
    auth: tuple[str, str],
    has_body: bool,  # noqa: FBT001  # the same
) -> tuple[Headers, str | None]:
    """The headers of all requests of this kind, and their credentials, as requests writes them."""
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


def _ask_by_session(
    transport: BackendTransport,
    client: "TwilioHttpClient",
    message: dict[str, Any],
    timeout: float | None,
    allow_redirects: bool,  # noqa: FBT001  # handed on
) -> SdkResponse:
    """Answer by requests itself, which knows hooks, cookies and redirects."""
    session = client.session or requests.Session()
    prepared = session.prepare_request(requests.Request(**message))
    settings = session.merge_environment_settings(str(prepared.url), client.proxy, None, None, None)
    caught = _caught_session(session, transport, message["url"])
    response = caught.send(prepared, allow_redirects=allow_redirects, timeout=timeout, **settings)
    client.log_response(response.status_code, response)
    return SdkResponse(int(response.status_code), response.text, response.headers)


def _caught_session(
    session: requests.Session, transport: BackendTransport, first_url: str
) -> requests.Session:
    """The same session, whose requests to Twilio's Conversations go to a backend."""
    adapter = _BackendAdapter(transport, asked=asked_user(first_url))

    def get_adapter(url: str) -> BaseAdapter:
        # A redirect may lead elsewhere. The handle's own client asks a backend for any host.
        ours = is_caught(url) or not is_caught(first_url)
        return adapter if ours else session.get_adapter(url)

    # Not by its constructor, which an application's own session may have given other parameters.
    caught = object.__new__(type(session))
    vars(caught).update(vars(session), get_adapter=get_adapter)
    return caught


def _adapter(session: requests.Session, url: str) -> BaseAdapter | None:
    """What the application mounted, whoever patched `Session.get_adapter`."""
    address = url.lower()
    for prefix, adapter in session.adapters.items():
        if address.startswith(prefix):
            return adapter
    return None


class _BackendAdapter(BaseAdapter):
    """Asks a backend for one request of the SDK, and where that leads."""

    def __init__(self, transport: BackendTransport, *, asked: str | None) -> None:
        super().__init__()
        self._transport = transport
        self._asked = asked

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer a request.

        Raises:
            LetPass: an override lets it pass.
        """
        message = from_prepared(request, asked=self._asked)
        self._asked = None  # a redirect is Twilio's wish
        with told_by(ERRORS):
            answer = self._transport.answer_message(message)
        if answer is None:
            raise LetPass
        return to_requests_response(answer, request)

    def close(self) -> None:
        """Leave nothing open."""


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


def _text(answer: Response) -> str:
    if _JSON in answer.headers or not answer.body:
        return answer.body.decode(errors="replace")
    return to_requests_response(answer, requests.PreparedRequest()).text
