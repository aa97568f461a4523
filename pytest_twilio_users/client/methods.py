"""The ten operations as methods, whatever sends their requests."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from pytest_twilio_users.client.sending import Connection, HttpT

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Text = str | int | UUID
"""Text, or an int or UUID that is sent as text."""

Attributes = Mapping[str, Any] | str
"""A mapping, sent as JSON, or the JSON text itself."""

WebhookEnabled = bool | str
"""True, False, "true" or "false"."""

# Python's types can't say "a user, or what awaits to one". So each kind of result has a variable.
UserT = TypeVar("UserT")
PageT = TypeVar("PageT")
NoneT = TypeVar("NoneT")
IteratorT = TypeVar("IteratorT")


class Operations(ABC, Connection[HttpT], Generic[HttpT, UserT, PageT, NoneT, IteratorT]):
    """The ten operations. What they give back is a value, or for the async client awaits to one."""

    def create_service_user(
        self,
        chat_service_sid: str,
        identity: Text,
        *,
        attributes: Attributes | None = None,
        friendly_name: Text | None = None,
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
        identity: Text,
        *,
        attributes: Attributes | None = None,
        friendly_name: Text | None = None,
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
        sid: Text,
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
        self, sid: Text, *, x_twilio_webhook_enabled: WebhookEnabled | None = None
    ) -> NoneT:
        """Delete a user of the account's default service: DELETE /v1/Users/{Sid}.

        Arguments and errors are those of `delete_service_user`.
        """
        return self._nothing(
            "delete_user", sid=sid, x_twilio_webhook_enabled=x_twilio_webhook_enabled
        )

    def fetch_service_user(self, chat_service_sid: str, sid: Text) -> UserT:
        """Fetch a user of a service: GET /v1/Services/{ChatServiceSid}/Users/{Sid}.

        Args:
            chat_service_sid: the service (IS…).
            sid: the user's SID (US…) or its identity.

        Raises:
            TwilioApiError: Twilio refused; 404 and 20404 if there is no such user.
            InvalidArgument: `sid` is empty, or `chat_service_sid` no service's.
        """
        return self._user("fetch_service_user", chat_service_sid=chat_service_sid, sid=sid)

    def fetch_user(self, sid: Text) -> UserT:
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
            page: the page number that Twilio puts into `meta`. It selects no page: the token does.
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
        sid: Text,
        *,
        attributes: Attributes | None = None,
        friendly_name: Text | None = None,
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
        sid: Text,
        *,
        attributes: Attributes | None = None,
        friendly_name: Text | None = None,
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

    def iter_users(self, *, limit: int | None = None, page_size: int | None = None) -> IteratorT:
        """Iterate over the users of the account's default service. Pages are fetched as needed.

        Args:
            limit: how many users at most; all by default.
            page_size: how many to ask for at a time.

        Raises:
            TwilioApiError: Twilio refused a page.
            ForeignPageLink: a page links to another host; the client did not follow the link.
        """
        return self._iterate("list_user", limit, page_size=page_size)

    def iter_service_users(
        self, chat_service_sid: str, *, limit: int | None = None, page_size: int | None = None
    ) -> IteratorT:
        """Iterate over the users of a service. Arguments and errors are those of `iter_users`."""
        return self._iterate(
            "list_service_user", limit, chat_service_sid=chat_service_sid, page_size=page_size
        )

    @abstractmethod
    def _user(self, operation: str, **arguments: Any) -> UserT: ...
    @abstractmethod
    def _page(self, operation: str, **arguments: Any) -> PageT: ...
    @abstractmethod
    def _nothing(self, operation: str, **arguments: Any) -> NoneT: ...
    @abstractmethod
    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> IteratorT: ...
