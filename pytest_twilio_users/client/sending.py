"""What a client sends its requests with: httpx, or a library with its interface, such as httpx2."""

import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

import httpx

from pytest_twilio_users.contract.arguments import given_or_set, is_empty, refused, require_sendable
from pytest_twilio_users.contract.hosts import origin_at, require_base_url
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import InvalidArgument, set_or_not
from pytest_twilio_users.wire.codec import encode, encode_credentials
from pytest_twilio_users.wire.messages import Headers, Request, Secret

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class _Sender(Protocol):
    def build_request(self, method: str, url: str, *, content: bytes, headers: Headers) -> Any:
        """Make a request, with the client's own headers and cookies."""

    def send(self, request: Any, *, auth: Callable[[Any], Any]) -> Any:
        """Send such a request, on which `auth` puts the credentials."""


@runtime_checkable
class HttpClient(_Sender, Protocol):
    """An `httpx.Client`, an `httpx2.Client`, or any object with this interface."""

    def close(self) -> None:
        """Close the connections."""


@runtime_checkable
class AsyncHttpClient(_Sender, Protocol):
    """An `httpx.AsyncClient`, an `httpx2.AsyncClient`, or any object with this interface."""

    async def aclose(self) -> None:
        """Close the connections."""


HttpT = TypeVar("HttpT", HttpClient, AsyncHttpClient)


class NoCookies(httpx.Cookies):
    """A cookie jar that stays empty: these operations need no cookies."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave the answer's cookies where they are."""


class _Cookieless:
    @property
    def cookies(self) -> httpx.Cookies:
        """None, ever."""
        return NoCookies()

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        """Keep none."""


class CookielessClient(_Cookieless, httpx.Client):
    """An `httpx.Client` that keeps no cookies."""


class CookielessAsyncClient(_Cookieless, httpx.AsyncClient):
    """An `httpx.AsyncClient` that keeps no cookies."""


class Connection(Generic[HttpT]):
    """Where a client sends requests, with which credentials, by what."""

    username = ""
    """Who asks: the SID of an account, or of a key."""

    origin = ""
    """Where: scheme and host."""

    _lent: ClassVar[type]
    """What may be lent, to send the requests."""

    _open: Callable[..., HttpT]
    """Opens what sends them, where nothing was lent."""

    def __init__(
        self,
        account_sid: str | None = None,
        auth_token: str | None = None,
        *,
        api_key_sid: str | None = None,
        api_key_secret: str | None = None,
        region: str | None = None,
        edge: str | None = None,
        base_url: str | None = None,
        http_client: HttpT | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Set up the client; nothing is sent.

        Args:
            account_sid, auth_token: the credentials. By default TWILIO_ACCOUNT_SID and
                TWILIO_AUTH_TOKEN in the environment, as in Twilio's SDKs.
            api_key_sid, api_key_secret: an API key, instead of the account's own credentials.
            region, edge: as in Twilio's SDKs. By default TWILIO_REGION and TWILIO_EDGE.
            base_url: scheme and host to send to, instead of Twilio's.
            http_client: the client of httpx or httpx2 that sends the requests. You close it.
            environ: where the names above are looked up. By default the process's environment.

        Raises:
            InvalidArgument: there are no credentials, or a value is not allowed: credentials
                that are no text or empty, a colon in a SID, a region or an edge that is more
                than a name, a base_url that is no URL of a host, an http_client of the other kind.
        """
        environ = os.environ if environ is None else environ
        if not isinstance(environ, Mapping):
            raise refused(environ, name="environ", allowed="a mapping of names", hide=True)
        account = _username(account_sid, name="account_sid", environ=environ)
        token = _secret(auth_token, name="auth_token", environ=environ)
        key = _username(api_key_sid, name="api_key_sid", environ={})
        secret = _secret(api_key_secret, name="api_key_secret", environ={})
        if secret and not key:
            raise InvalidArgument("api_key_secret belongs to an api_key_sid: give both.")
        username, password = (key, secret) if key else (account, token)
        if not username or not password:
            raise InvalidArgument(
                f"No credentials: the account or key SID is {set_or_not(username)}, its token or"
                f" secret is {set_or_not(password)}. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
                " in the environment, or give account_sid and auth_token, or api_key_sid and"
                " api_key_secret."
            )
        self.username = username
        self.origin = origin_at(region=region, edge=edge, environ=environ)
        if base_url is not None:
            self.origin = require_base_url(base_url, name="base_url")
        if not isinstance(http_client, self._lent | None) or isinstance(http_client, type):
            allowed = (
                "for UsersClient a Client of httpx or httpx2, for AsyncUsersClient an AsyncClient"
            )
            raise refused(http_client, name="http_client", allowed=allowed, hide=True)
        self._authorization = encode_credentials(username, password)
        self._http: HttpT | None = http_client
        self._own: HttpT | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.username} at {self.origin}>"

    def _request(self, operation: str, arguments: Mapping[str, Any]) -> Request:
        if "chat_service_sid" in arguments:
            sid = arguments["chat_service_sid"]
            require_sid(SidKind.SERVICE, sid, name="chat_service_sid")
        return encode(OPERATIONS[operation], arguments, origin=self.origin)

    def _send(self, request: Request) -> Any:
        """Hand a request to what sends it; the answer is httpx's, or reads like it."""
        http = self._http
        if http is None:
            http = self._http = self._own = self._open()
        built = http.build_request(
            request.method,
            request.origin + request.target,
            headers=request.headers,
            content=request.body,
        )
        return http.send(built, auth=self._authenticate)

    def _authenticate(self, request: Any) -> Any:
        # As the request's auth, so that it goes before credentials that a lent client has.
        request.headers["Authorization"] = self._authorization
        return request


def _username(value: str | None, *, name: str, environ: Mapping[str, str]) -> str:
    """Who asks; an empty text where nobody is named."""
    name, found = _credential(value, name=name, environ=environ)
    text = "" if found is None else require_sendable(found, name=name)
    if ":" in text:
        raise refused(text, name=name, allowed="text without ':', where HTTP Basic ends it")
    return text


def _secret(value: str | None, *, name: str, environ: Mapping[str, str]) -> Secret:
    """A credential that nobody is to see; an empty text where there is none."""
    name, found = _credential(value, name=name, environ=environ)
    return Secret("" if found is None else require_sendable(found, name=name, hide=True))


def _credential(
    value: str | None, *, name: str, environ: Mapping[str, str]
) -> tuple[str, object | None]:
    if is_empty(value):  # else another account's would take its place
        raise InvalidArgument(f"{name} is empty; is a variable unset?")
    return given_or_set(value, name=name, environ=environ)
