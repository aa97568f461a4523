"""The ten operations, whatever sends them."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Generic, TypeVar

import httpx

from pytest_twilio_users.client.sending import AsyncHttpClient, HttpClient, basic_auth
from pytest_twilio_users.contract.hosts import origin_at
from pytest_twilio_users.contract.models import UserPage
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import ForeignPageLink, InvalidArgument
from pytest_twilio_users.wire.codec import encode
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Attributes = Mapping[str, Any] | str
"""A mapping, sent as JSON, or the JSON text itself."""

WebhookEnabled = bool | str
"""True, False, "true" or "false"."""

# What no library reads otherwise than it is written.
_PLAIN_LINK = re.compile(r"[A-Za-z0-9:/?&=.,_~%+-]+")

HttpT = TypeVar("HttpT", HttpClient, AsyncHttpClient)
UserT = TypeVar("UserT")
PageT = TypeVar("PageT")
NoneT = TypeVar("NoneT")


class Operations(ABC, Generic[HttpT, UserT, PageT, NoneT]):
    """The ten operations. What they give back is a value, or for the async client awaits to one."""

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
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Set up the client; nothing is sent.

        Args:
            account_sid, auth_token: the credentials; else TWILIO_ACCOUNT_SID and
                TWILIO_AUTH_TOKEN of the environment.
            api_key_sid, api_key_secret: a key's, instead of the account's own.
            region, edge: as Twilio's SDKs take them; else TWILIO_REGION and TWILIO_EDGE.
            base_url: scheme and host to ask instead of Twilio's.
            http_client: what sends the requests, of httpx or httpx2; stays the caller's to close.
            environ: where the names above are read.

        Raises:
            InvalidArgument: there are no credentials.
        """
        if api_key_secret and not api_key_sid:
            raise InvalidArgument("api_key_secret belongs to an api_key_sid: give both.")
        username = api_key_sid or account_sid or environ.get("TWILIO_ACCOUNT_SID")
        password = api_key_secret if api_key_sid else auth_token or environ.get("TWILIO_AUTH_TOKEN")
        if not username or not password:
            raise InvalidArgument(
                f"No credentials: the account or key SID is {_set(username)}, its token or"
                f" secret {_set(password)}. Give account_sid and auth_token, or api_key_sid and"
                " api_key_secret, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
            )
        self.username = username
        self.origin = (
            base_url
            or origin_at(
                region=region or environ.get("TWILIO_REGION"),
                edge=edge or environ.get("TWILIO_EDGE"),
            )
        ).rstrip("/")
        self._auth = basic_auth(username, password)
        self._lent: HttpT | None = http_client
        self._own: HttpT | None = None

    def create_service_user(
        self,
        chat_service_sid: str,
        identity: str,
        *,
        attributes: Attributes | None = None,
        friendly_name: str | None = None,
        role_sid: str | None = None,
        x_twilio_webhook_enabled: WebhookEnabled | None = None,
    ) -> UserT:
        """Create a user in a service: POST /v1/Services/{ChatServiceSid}/Users.

        Args:
            chat_service_sid: the service (IS…).
            identity: the application's name for the user; Twilio takes up to 256 characters.
            attributes: a mapping, sent as JSON, or JSON text; up to 16,384 bytes.
            friendly_name: what people see.
            role_sid: a service-level role (RL…); Twilio fills in the service's default.
            x_twilio_webhook_enabled: whether Twilio calls the service's webhooks.

        Raises:
            TwilioApiError: Twilio refused; 409 and 50201 if the identity is taken.
            InvalidArgument: a value can't be sent.
        """
        return self._user(
            "create_service_user",
            chat_service_sid=chat_service_sid,
            identity=identity,
            attributes=attributes,
            friendly_name=friendly_name,
            role_sid=role_sid,
            x_twilio_webhook_enabled=x_twilio_webhook_enabled,
        )

    def create_user(
        self,
        identity: str,
        *,
        attributes: Attributes | None = None,
        friendly_name: str | None = None,
        role_sid: str | None = None,
        x_twilio_webhook_enabled: WebhookEnabled | None = None,
    ) -> UserT:
        """Create a user in the account's default service: POST /v1/Users.

        Arguments and errors are those of `create_service_user`.
        """
        return self._user(
            "create_user",
            identity=identity,
            attributes=attributes,
            friendly_name=friendly_name,
            role_sid=role_sid,
            x_twilio_webhook_enabled=x_twilio_webhook_enabled,
        )

    def delete_service_user(
        self,
        chat_service_sid: str,
        sid: str,
        *,
        x_twilio_webhook_enabled: WebhookEnabled | None = None,
    ) -> NoneT:
        """Delete a user of a service: DELETE /v1/Services/{ChatServiceSid}/Users/{Sid}.

        Args:
            chat_service_sid: the service (IS…).
            sid: the user's SID (US…) or its identity.
            x_twilio_webhook_enabled: whether Twilio calls the service's webhooks.

        Raises:
            TwilioApiError: Twilio refused; 404 and 20404 if there is no such user.
            InvalidArgument: `sid` is empty, or `chat_service_sid` no service's.
        """
        return self._nothing(
            "delete_service_user",
            chat_service_sid=chat_service_sid,
            sid=sid,
            x_twilio_webhook_enabled=x_twilio_webhook_enabled,
        )

    def delete_user(
        self, sid: str, *, x_twilio_webhook_enabled: WebhookEnabled | None = None
    ) -> NoneT:
        """Delete a user of the account's default service: DELETE /v1/Users/{Sid}.

        Arguments and errors are those of `delete_service_user`.
        """
        return self._nothing(
            "delete_user", sid=sid, x_twilio_webhook_enabled=x_twilio_webhook_enabled
        )

    def fetch_service_user(self, chat_service_sid: str, sid: str) -> UserT:
        """Fetch a user of a service: GET /v1/Services/{ChatServiceSid}/Users/{Sid}.

        Args:
            chat_service_sid: the service (IS…).
            sid: the user's SID (US…) or its identity.

        Raises:
            TwilioApiError: Twilio refused; 404 and 20404 if there is no such user.
            InvalidArgument: `sid` is empty, or `chat_service_sid` no service's.
        """
        return self._user("fetch_service_user", chat_service_sid=chat_service_sid, sid=sid)

    def fetch_user(self, sid: str) -> UserT:
        """Fetch a user of the account's default service: GET /v1/Users/{Sid}.

        Arguments and errors are those of `fetch_service_user`.
        """
        return self._user("fetch_user", sid=sid)

    def list_service_user(
        self,
        chat_service_sid: str,
        *,
        page_size: int | None = None,
        page: int | None = None,
        page_token: str | None = None,
    ) -> PageT:
        """List a page of a service's users: GET /v1/Services/{ChatServiceSid}/Users.

        Args:
            chat_service_sid: the service (IS…).
            page_size: how many users; Twilio's default is 50, its documented maximum 50
                (1000 until 2025-06-12).
            page: echoed by Twilio; without a token it selects nothing.
            page_token: `meta.next_page_token` of the page before.

        Raises:
            TwilioApiError: Twilio refused.
            InvalidArgument: `chat_service_sid` is no service's.
        """
        return self._page(
            "list_service_user",
            chat_service_sid=chat_service_sid,
            page_size=page_size,
            page=page,
            page_token=page_token,
        )

    def list_user(
        self,
        *,
        page_size: int | None = None,
        page: int | None = None,
        page_token: str | None = None,
    ) -> PageT:
        """List a page of the users of the account's default service: GET /v1/Users.

        Arguments and errors are those of `list_service_user`.
        """
        return self._page("list_user", page_size=page_size, page=page, page_token=page_token)

    def update_service_user(
        self,
        chat_service_sid: str,
        sid: str,
        *,
        attributes: Attributes | None = None,
        friendly_name: str | None = None,
        role_sid: str | None = None,
        x_twilio_webhook_enabled: WebhookEnabled | None = None,
    ) -> UserT:
        """Update a user of a service: POST /v1/Services/{ChatServiceSid}/Users/{Sid}.

        Args:
            chat_service_sid: the service (IS…).
            sid: the user's SID (US…) or its identity.
            attributes: a mapping, sent as JSON, or JSON text; replaces what was there.
            friendly_name: what people see.
            role_sid: a service-level role (RL…).
            x_twilio_webhook_enabled: whether Twilio calls the service's webhooks.

        Raises:
            TwilioApiError: Twilio refused; 404 and 20404 if there is no such user.
            InvalidArgument: a value can't be sent.
        """
        return self._user(
            "update_service_user",
            chat_service_sid=chat_service_sid,
            sid=sid,
            attributes=attributes,
            friendly_name=friendly_name,
            role_sid=role_sid,
            x_twilio_webhook_enabled=x_twilio_webhook_enabled,
        )

    def update_user(
        self,
        sid: str,
        *,
        attributes: Attributes | None = None,
        friendly_name: str | None = None,
        role_sid: str | None = None,
        x_twilio_webhook_enabled: WebhookEnabled | None = None,
    ) -> UserT:
        """Update a user of the account's default service: POST /v1/Users/{Sid}.

        Arguments and errors are those of `update_service_user`.
        """
        return self._user(
            "update_user",
            sid=sid,
            attributes=attributes,
            friendly_name=friendly_name,
            role_sid=role_sid,
            x_twilio_webhook_enabled=x_twilio_webhook_enabled,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.username} at {self.origin}>"

    @abstractmethod
    def _user(self, operation: str, **arguments: Any) -> UserT: ...
    @abstractmethod
    def _page(self, operation: str, **arguments: Any) -> PageT: ...
    @abstractmethod
    def _nothing(self, operation: str, **arguments: Any) -> NoneT: ...
    @abstractmethod
    def _open(self) -> HttpT: ...

    def _http(self) -> HttpT:
        if self._lent is not None:
            return self._lent
        if self._own is None:
            self._own = self._open()
        return self._own

    def _request(self, operation: str, arguments: Mapping[str, Any]) -> Request:
        if "chat_service_sid" in arguments:
            sid = arguments["chat_service_sid"]
            require_sid(SidKind.SERVICE, sid, name="chat_service_sid")
        return encode(OPERATIONS[operation], arguments, origin=self.origin)

    def _next_request(self, operation: str, page: UserPage) -> Request | None:
        """The request for the next page, if there is one and it is ours to ask."""
        link = page.meta.next_page_url
        if link is None:
            return None
        if not (link.startswith(f"{self.origin}/v1/") and _PLAIN_LINK.fullmatch(link)):
            link = self._own_link(operation, link)
        scheme, _, rest = link.partition("://")
        host, _, target = rest.partition("/")
        return Request(method="GET", origin=f"{scheme}://{host}", target=f"/{target}")

    def _own_link(self, operation: str, link: str) -> str:
        """The link as httpx spells it, if it leads to where this client talks to."""
        here = httpx.URL(self.origin)
        with suppress(httpx.InvalidURL):
            url = here.join(link)
            if here.join(url.raw_path.decode()) == url:
                return str(url)
        raise ForeignPageLink(
            f"{operation}: the next page is said to be at {link}, but this client talks to"
            f" {self.origin}. It was not followed, as it would take the credentials there."
            " If that host is yours, give it as base_url."
        )

    def _build(self, request: Request) -> Any:
        """The request as the library that sends it has it."""
        return self._http().build_request(
            request.method,
            request.origin + request.target,
            headers=request.headers,
            content=request.body or None,
        )


def _set(secret: str | None) -> str:
    return "set" if secret else "not set"
