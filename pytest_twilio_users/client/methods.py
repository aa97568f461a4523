"""The ten operations as methods, whatever sends their requests."""

import base64
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pytest_twilio_users.client.sending import AsyncHttpClient, HttpClient
from pytest_twilio_users.contract.hosts import origin_at
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import InvalidArgument, set_or_not
from pytest_twilio_users.wire.codec import encode
from pytest_twilio_users.wire.messages import Request, Secret

Attributes = Mapping[str, Any] | str
"""A mapping, sent as JSON, or the JSON text itself."""

WebhookEnabled = bool | str
"""True, False, "true" or "false"."""

# Python's types can't say "a user, or what awaits to one". So each kind of result has a variable.
HttpT = TypeVar("HttpT", HttpClient, AsyncHttpClient)
UserT = TypeVar("UserT")
PageT = TypeVar("PageT")
NoneT = TypeVar("NoneT")


class Operations(ABC, Generic[HttpT, UserT, PageT, NoneT]):
    """The ten operations. What they give back is a value, or for the async client awaits to one."""

    _open: Callable[[], HttpT]
    """Opens what sends the requests, where nothing was lent."""

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
                f"No credentials: the account or key SID is {set_or_not(username)}, its token or"
                f" secret {set_or_not(password)}. Give account_sid and auth_token, or"
                " api_key_sid and api_key_secret, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
            )
        self.username = username
        self.origin = (
            base_url
            or origin_at(
                region=region or environ.get("TWILIO_REGION"),
                edge=edge or environ.get("TWILIO_EDGE"),
            )
        ).rstrip("/")
        login = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._authorization = Secret(f"Basic {login}")
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

    def _request(self, operation: str, arguments: Mapping[str, Any]) -> Request:
        if "chat_service_sid" in arguments:
            sid = arguments["chat_service_sid"]
            require_sid(SidKind.SERVICE, sid, name="chat_service_sid")
        return encode(OPERATIONS[operation], arguments, origin=self.origin)

    def _http(self) -> HttpT:
        if self._lent is not None:
            return self._lent
        if self._own is None:
            self._own = self._open()
        return self._own

    def _dispatch(self, request: Request) -> Any:
        """Hand a request to what sends it; the answer is httpx's, or reads like it."""
        http = self._http()
        built = http.build_request(
            request.method,
            request.origin + request.target,
            headers=request.headers,
            content=request.body or None,
        )
        return http.send(built, auth=self._authenticate)

    def _authenticate(self, request: Any) -> Any:
        # As the request's auth, so that it goes before credentials that a lent client has.
        request.headers["Authorization"] = self._authorization
        return request
