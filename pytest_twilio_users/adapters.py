# ruff: noqa: D102  # what each operation does stands once, in the protocol
"""How the kit asks any client: the ten operations as an adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypedDict, Unpack

from pytest_twilio_users.client import AsyncUsersClient, UsersClient


class WebhookInput(TypedDict, total=False):
    """What delete takes besides the user."""

    x_twilio_webhook_enabled: bool


class UserInput(WebhookInput, total=False):
    """What create and update take besides the user."""

    attributes: Mapping[str, Any]
    friendly_name: str
    role_sid: str


class ListInput(TypedDict, total=False):
    """What list takes: how many users in all, and how many to ask for at a time."""

    limit: int
    page_size: int


class ClientAdapter(Protocol):
    """The ten operations of a client under test, as the kit asks for them.

    Only keywords that have a value are given; pass them on. What comes back is
    an object with Twilio's field names as attributes, or a mapping with them as
    keys; fields that the client does not show may be missing. List gives all
    users, over all pages, as an iterable. Delete's result is not looked at.

    The methods may be coroutine functions, and list may give an async iterable.
    A refusal of Twilio is an exception with `status` and `code`. An operation
    that the client does not have raises NotImplementedError; its tests are skipped.
    """

    def create_user(self, identity: str, /, **parameters: Unpack[UserInput]) -> object:
        """Create a user in the account's default service."""
        ...

    def create_service_user(
        self, chat_service_sid: str, identity: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        """Create a user in a service."""
        ...

    def fetch_user(self, sid: str, /) -> object:
        """Fetch a user of the default service by SID or identity."""
        ...

    def fetch_service_user(self, chat_service_sid: str, sid: str, /) -> object:
        """Fetch a user of a service by SID or identity."""
        ...

    def update_user(self, sid: str, /, **parameters: Unpack[UserInput]) -> object:
        """Update a user of the default service."""
        ...

    def update_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        """Update a user of a service."""
        ...

    def delete_user(self, sid: str, /, **parameters: Unpack[WebhookInput]) -> object:
        """Delete a user of the default service."""
        ...

    def delete_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[WebhookInput]
    ) -> object:
        """Delete a user of a service."""
        ...

    def list_user(self, **parameters: Unpack[ListInput]) -> object:
        """List the users of the default service, over all pages."""
        ...

    def list_service_user(
        self, chat_service_sid: str, /, **parameters: Unpack[ListInput]
    ) -> object:
        """List the users of a service, over all pages."""
        ...


class UsersClientAdapter(ClientAdapter):
    """The adapter of the kit's own clients, sync and async."""

    def __init__(self, client: UsersClient | AsyncUsersClient) -> None:
        self._client = client

    def create_user(self, identity: str, /, **parameters: Unpack[UserInput]) -> object:
        return self._client.create_user(identity, **parameters)

    def create_service_user(
        self, chat_service_sid: str, identity: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        return self._client.create_service_user(chat_service_sid, identity, **parameters)

    def fetch_user(self, sid: str, /) -> object:
        return self._client.fetch_user(sid)

    def fetch_service_user(self, chat_service_sid: str, sid: str, /) -> object:
        return self._client.fetch_service_user(chat_service_sid, sid)

    def update_user(self, sid: str, /, **parameters: Unpack[UserInput]) -> object:
        return self._client.update_user(sid, **parameters)

    def update_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        return self._client.update_service_user(chat_service_sid, sid, **parameters)

    def delete_user(self, sid: str, /, **parameters: Unpack[WebhookInput]) -> object:
        return self._client.delete_user(sid, **parameters)

    def delete_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[WebhookInput]
    ) -> object:
        return self._client.delete_service_user(chat_service_sid, sid, **parameters)

    def list_user(self, **parameters: Unpack[ListInput]) -> object:
        return self._client.iter_users(**parameters)

    def list_service_user(
        self, chat_service_sid: str, /, **parameters: Unpack[ListInput]
    ) -> object:
        return self._client.iter_service_users(chat_service_sid, **parameters)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """How a client tells that Twilio said no; None where it does not tell."""

    status: object
    code: object

    @classmethod
    def from_error(cls, error: Exception) -> Self:
        """Read the error that a client raised."""
        return cls(status=getattr(error, "status", None), code=getattr(error, "code", None))
