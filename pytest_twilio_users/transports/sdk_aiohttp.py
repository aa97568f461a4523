"""Answers Twilio's SDK, async, as aiohttp would."""

import asyncio
import codecs
import errno
from email.message import Message
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import httpx
from aiohttp_retry import RetryClient
from multidict import CIMultiDict, CIMultiDictProxy
from twilio.http.response import Response as SdkResponse
from yarl import URL

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_messages import (
    Errors,
    LetPass,
    asked_user,
    note_request,
    title_case,
    told_by,
)
from pytest_twilio_users.wire.messages import Request, Response

if TYPE_CHECKING:
    from twilio.http.async_http_client import AsyncTwilioHttpClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def _not_connected(text: str) -> aiohttp.ClientConnectorError:
    # Of the connection's key, the error asks for these.
    key = SimpleNamespace(host="conversations.twilio.com", port=443, ssl=True)
    return aiohttp.ClientConnectorError(cast("Any", key), OSError(errno.ECONNREFUSED, text))


ERRORS: Errors = {
    httpx.TimeoutException: asyncio.TimeoutError,
    httpx.ConnectError: _not_connected,
    httpx.RemoteProtocolError: aiohttp.ServerDisconnectedError,
    httpx.NetworkError: lambda text: aiohttp.ClientOSError(errno.ECONNRESET, text),
    httpx.InvalidURL: aiohttp.InvalidURL,
    httpx.HTTPError: aiohttp.ClientError,
}
"""The SDK sets aiohttp's total timeout, which does not tell what it waited for."""


def goes_to_the_network(client: "AsyncTwilioHttpClient") -> bool:
    """Tell whether a client would ask the network, and not a fake of its own."""
    return client.session is None or isinstance(
        client.session, (aiohttp.ClientSession, RetryClient)
    )


async def ask(  # noqa: PLR0917  # the SDK's signature
    transport: BackendTransport,
    client: "AsyncTwilioHttpClient",
    method: str,
    url: str,
    params: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float | None = None,
    allow_redirects: bool = False,  # noqa: FBT001, FBT002  # the same
) -> SdkResponse | None:
    """Answer as `AsyncTwilioHttpClient.request` does, its log and what it keeps for tests included.

    None means that an override lets the request pass to the network.

    Raises:
        ValueError: the timeout is not positive.
        aiohttp.ClientError, TimeoutError: an override's side effect raised httpx's counterpart.
    """
    if timeout is not None and timeout <= 0:
        raise ValueError(timeout)
    message = {
        "method": method.upper(),
        "url": url,
        "params": params,
        "data": data,
        "headers": headers,
        "auth": _basic_auth(auth),
        "timeout": timeout,
        "allow_redirects": allow_redirects,
    }
    is_heard = note_request(client, message)
    try:
        heard = await _session(client.session, transport).request(**message)
    except LetPass:
        return None
    except _Complaint as told_once:
        raise told_once.complaint from None
    if is_heard:
        client.log_response(heard.status, heard)
    response = SdkResponse(heard.status, await heard.text(), heard.headers)
    client._test_only_last_response = response  # noqa: SLF001  # as the SDK's own code does
    return response


class _Complaint(BaseException):
    """A complaint of the kit on its way past code that retries on errors."""

    def __init__(self, complaint: KitError) -> None:
        self.complaint = complaint


class BackendSession:
    """Of aiohttp's session, what the SDK and its retries ask for; a backend answers."""

    def __init__(self, transport: BackendTransport, session: aiohttp.ClientSession | None) -> None:
        self._transport = transport
        self._session = session

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: aiohttp.BasicAuth | None = None,
        **_: Any,
    ) -> "_Heard":
        """Answer a request.

        Raises:
            LetPass: an override lets it pass.
            RuntimeError: the application's session is closed.
        """
        sent = CIMultiDict(headers or {})
        cookies = None
        session = self._session
        if session is not None:
            if session.closed:
                raise RuntimeError("Session is closed")
            sent = CIMultiDict(session.headers)
            sent.update(headers or {})
            auth = auth or session.auth
            cookies = session.cookie_jar.filter_cookies(URL(url))
        if auth is not None:
            sent["Authorization"] = auth.encode()
        written = aiohttp.ClientRequest(
            method,
            URL(url),
            params=params,
            headers=sent,
            data=data,
            cookies=cookies,
            loop=asyncio.get_running_loop(),
        )
        message = await _from_aiohttp(written, asked=asked_user(url))
        try:
            with told_by(ERRORS):
                answer = await self._transport.answer_message_async(message)
        except KitError as complaint:
            raise _Complaint(complaint) from None
        if answer is None:
            raise LetPass
        return _Heard(method, answer)


def _session(session: Any, transport: BackendTransport) -> Any:
    """The session that the SDK would ask, with its retries, before a backend."""
    if isinstance(session, RetryClient):
        beneath = BackendSession(transport, session._client)  # noqa: SLF001  # no other way to it
        return RetryClient(client_session=cast("Any", beneath), retry_options=session.retry_options)
    return BackendSession(transport, session)


def _basic_auth(auth: tuple[str, str] | None) -> aiohttp.BasicAuth | None:
    """The credentials as the SDK gives them to aiohttp, less aiohttp's warning of its future."""
    if auth is None:
        return None
    return tuple.__new__(aiohttp.BasicAuth, (*auth, "latin1"))


async def _from_aiohttp(request: aiohttp.ClientRequest, *, asked: str | None) -> Request:
    """Read a request as aiohttp would write it."""
    url = request.url
    headers = [(name.lower(), value) for name, value in request.headers.items()]
    body = _Body()
    if request.body:
        await request.body.write(cast("Any", body))
    return Request(
        method=request.method,
        origin=f"{url.scheme}://{url.raw_authority}",
        target=url.raw_path_qs,
        headers=tuple([header for header in headers if header[0] != "authorization"]),
        body=bytes(body),
        fragment=request.original_url.raw_fragment,
        authorization=request.headers.get("Authorization"),
        asked=asked,
    )


class _Body(bytearray):
    """Takes what a payload of aiohttp writes."""

    async def write(self, part: bytes) -> None:
        """Take a part."""
        self.extend(part)


class _Heard:
    """Of aiohttp's response, what the SDK, its log and its retries ask for."""

    def __init__(self, method: str, answer: Response) -> None:
        self.method = method
        self.status = answer.status
        self.ok = answer.status < 400
        self.headers = CIMultiDictProxy(
            CIMultiDict([(title_case[name], value) for name, value in answer.headers])
        )
        self._body = answer.body

    async def read(self) -> bytes:
        """The body."""
        return self._body

    async def text(self) -> str:
        """The body as text.

        Raises:
            UnicodeDecodeError: it is no text in the encoding that it is said to have.
        """
        return self._body.decode(_encoding(self.headers.get("Content-Type", "")))


def _encoding(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type
    try:
        return codecs.lookup(message.get_content_charset("utf-8")).name
    except LookupError:
        return "utf-8"
