"""Answers Twilio's SDK, sync, as requests would."""

from typing import TYPE_CHECKING, Any, cast

import httpx
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from twilio.http.response import Response as SdkResponse

from pytest_twilio_users.contract.hosts import leads_to_twilio
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.requests_messages import (
    HeardHeaders,
    from_prepared,
    to_requests_response,
    write_plainly,
)
from pytest_twilio_users.transports.sdk_messages import (
    Errors,
    LetPass,
    asked_user,
    note_request,
    told_by,
)
from pytest_twilio_users.wire.codec import JSON_TYPE
from pytest_twilio_users.wire.messages import Response

if TYPE_CHECKING:
    from twilio.http.http_client import TwilioHttpClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_JSON_TYPES = ("application/json", "application/scim+json")
_JSON = ("content-type", JSON_TYPE)

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
) -> SdkResponse | None:
    """Answer as `TwilioHttpClient.request` does, its log and what it keeps for tests included.

    None means that an override lets the request pass to the network.

    Raises:
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
    is_heard = note_request(client, message)
    # An author's routes are shown what the session would send, and may answer what it would read.
    written = write_plainly(client, message) if transport.router() is None else None
    if written is None:
        try:
            response = _ask_by_session(transport, client, message, timeout, allow_redirects)
        except LetPass:
            return None
    else:
        answer = transport.backend.handle(written)
        response = SdkResponse(answer.status, _text(answer), HeardHeaders(answer.headers))
        if is_heard:
            client.log_response(answer.status, cast("requests.Response", response))
    client._test_only_last_response = response  # noqa: SLF001  # as the SDK's own code does
    return response


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
        ours = leads_to_twilio(url) or not leads_to_twilio(first_url)
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


def _text(answer: Response) -> str:
    if _JSON in answer.headers or not answer.body:
        return answer.body.decode(errors="replace")
    return to_requests_response(answer, requests.PreparedRequest()).text
