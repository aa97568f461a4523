# ruff: noqa: D102  # what each operation does stands once, in the protocol
"""How the kit asks any client: the ten operations as an adapter."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterable, Awaitable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self, TypedDict, Unpack

from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import OPERATIONS, Action, known_action, operation_name
from pytest_twilio_users.errors import InvalidArgument, brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


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
        if not isinstance(client, UsersClient | AsyncUsersClient):
            raise refused(client, name="client", allowed="a UsersClient, an AsyncUsersClient")
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


SeenUser = dict[str, Any]
"""A user as a client shows it: those of Twilio's fields that it shows, by Twilio's names."""

Client = ClientAdapter | UsersClient | AsyncUsersClient
"""What can be put to the test: a client of the kit, or any other's adapter."""


def is_client(value: object) -> bool:
    """Tell whether a value has operations, or says itself that it does not have one."""
    try:
        return not isinstance(value, type) and any(hasattr(value, name) for name in OPERATIONS)
    except NotImplementedError:
        return True


class ClientUnderTest:
    """A client that is asked through its adapter, sync and async alike.

    An async client runs in one event loop, until it is closed.
    """

    def __init__(self, client: Client) -> None:
        if not is_client(client):
            raise InvalidArgument(
                f"{brief(client)} is no client: give one of the kit's, or an adapter with"
                " create_user and the other operations."
            )
        if isinstance(client, UsersClient | AsyncUsersClient):
            client = UsersClientAdapter(client)
        self.adapter: ClientAdapter = client
        self._runner = asyncio.Runner()  # its loop is made when it first runs something

    def ask(
        self, action: Action, service_sid: str | None, *arguments: str, **parameters: Any
    ) -> Any:
        """Ask for an operation; what the client raises is raised.

        Args:
            action: what to do.
            service_sid: the service; None is the account's default one.
            arguments, parameters: what the adapter's method takes besides.

        Returns:
            A `SeenUser` for create, fetch and update, a list of them for list,
            None for delete.
        """
        action = known_action(action)
        service = () if service_sid is None else (service_sid,)
        operation = operation_name(action, in_service=bool(service))
        answer = self._call(operation, *service, *arguments, **parameters)
        if action is Action.DELETE:
            return None
        if action is not Action.LIST:
            return read_user(operation, answer)
        users = self._await(_collected(answer)) if isinstance(answer, AsyncIterable) else answer
        if not isinstance(users, Iterable):
            raise InvalidArgument(
                f"The adapter's {operation} gave {brief(users)}. Give the users, over all pages, as"
                " a list or an iterator, sync or async."
            )
        return [read_user(operation, user) for user in users]

    def close(self) -> None:
        """Close the event loop, if the client needed one."""
        self._runner.close()
        self._runner = asyncio.Runner()

    def _call(self, operation: str, *arguments: str, **parameters: Any) -> Any:
        """Call a method of the adapter; one that is async is awaited."""
        answer = getattr(self.adapter, operation)(*arguments, **parameters)
        return self._await(answer) if inspect.isawaitable(answer) else answer

    def _await(self, answer: Awaitable[Any]) -> Any:
        if _in_event_loop():
            if isinstance(answer, Coroutine):
                answer.close()  # else Python warns that nobody awaited it
            raise InvalidArgument(
                "An async client is asked in an event loop of its own, and there is one running"
                " already. Write this test as a plain function: def, not async def."
            )
        return self._runner.run(_awaited(answer))


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _awaited(answer: Awaitable[Any]) -> Any:
    return await answer


async def _collected(users: AsyncIterable[Any]) -> list[Any]:
    return [user async for user in users]


def read_user(operation: str, answer: object) -> SeenUser:
    """Read a user from what an adapter gave back.

    Raises:
        InvalidArgument: it shows neither SID nor identity.
    """
    if isinstance(answer, Mapping):
        seen = {name: answer[name] for name in USER_FIELDS if name in answer}
    else:
        seen = {name: getattr(answer, name) for name in USER_FIELDS if hasattr(answer, name)}
    if "sid" not in seen or "identity" not in seen:
        raise InvalidArgument(
            f"The adapter's {operation} gave {brief(answer)}. Give an object with Twilio's field"
            " names as attributes, or a mapping with them as keys: sid and identity at least."
        )
    return seen


def shows(name: str, answered: Any, seen: Any) -> bool:
    """Tell whether a client shows a field as it was answered.

    Attributes may be shown as text or as an object, date-times as text or with
    a time zone, and what is null as something empty.

    Args:
        name: the field's.
        answered: its value in Twilio's JSON.
        seen: its value in what the client gave back.
    """
    if answered is None:
        return seen in (None, "", {})
    kind = USER_FIELDS[name].kind
    if kind is Kind.JSON_OBJECT:
        if isinstance(seen, str):
            with suppress(ValueError):  # text that is no JSON says something else
                seen = json.loads(seen)
        return _same(json.loads(answered), seen)
    if kind is Kind.BOOLEAN:
        return answered is seen
    if kind is Kind.DATE_TIME and isinstance(seen, datetime):
        return seen.tzinfo is not None and seen == datetime.fromisoformat(answered)
    return bool(answered == seen)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which false is no number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
