# ruff: noqa: D102  # what each operation does stands once, in the protocol
"""How the kit calls any client: an adapter with the ten operations."""

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
    """The keyword arguments of delete."""

    x_twilio_webhook_enabled: bool


class UserInput(WebhookInput, total=False):
    """The keyword arguments of create and update."""

    attributes: Mapping[str, Any]
    friendly_name: str
    role_sid: str


class ListInput(TypedDict, total=False):
    """The keyword arguments of list: how many users in all, and how many on a page."""

    limit: int
    page_size: int


class ClientAdapter(Protocol):
    """The ten operations of a client under test, as the kit calls them.

    The kit passes only keywords that have a value; pass them on to the client.

    Create, fetch and update return a user: an object with Twilio's field names as
    attributes, or a mapping with them as keys. Fields that the client does not show may
    be missing. List returns an iterable of all users of all pages. The kit ignores what
    delete returns.

    The methods may be coroutine functions, and list may return an async iterable.
    If Twilio refuses, raise an exception with `status` and `code`. If the client does not
    have an operation, raise NotImplementedError: its tests are skipped.
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
    """The refusal that a client's exception shows. What it does not show is None."""

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
    """Tell whether a value has an operation. One that raises NotImplementedError counts."""
    try:
        return not isinstance(value, type) and any(hasattr(value, name) for name in OPERATIONS)
    except NotImplementedError:
        return True


class ClientUnderTest:
    """A client that the kit calls through its adapter, sync or async.

    An async client runs in one event loop until it is closed.
    """

    def __init__(self, client: Client) -> None:
        if not is_client(client):
            raise InvalidArgument(
                f"{brief(client)} is not a client: give one of the kit's, or an adapter with"
                " create_user and the other operations."
            )
        if isinstance(client, UsersClient | AsyncUsersClient):
            client = UsersClientAdapter(client)
        self.adapter: ClientAdapter = client
        self._runner = asyncio.Runner()  # its loop is made when it first runs something

    def ask(
        self, action: Action, service_sid: str | None, *arguments: str, **parameters: Any
    ) -> Any:
        """Call an operation of the client. Its exceptions pass through.

        Args:
            action: what to do.
            service_sid: the service; None is the account's default one.
            arguments, parameters: the other arguments of the adapter's method.

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
                f"The adapter's {operation} returned {brief(users)}. Return the users of all"
                " pages, as a list or an iterator (sync or async)."
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
                "The kit runs an async client in its own event loop, but an event loop is"
                " already running. Write this test as a plain function: def, not async def."
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
    """Read a user from what an adapter returned.

    Raises:
        InvalidArgument: it shows neither SID nor identity.
    """
    if isinstance(answer, Mapping):
        seen = {name: answer[name] for name in USER_FIELDS if name in answer}
    else:
        seen = {name: getattr(answer, name) for name in USER_FIELDS if hasattr(answer, name)}
    if "sid" not in seen or "identity" not in seen:
        raise InvalidArgument(
            f"The adapter's {operation} returned {brief(answer)}. Return an object with Twilio's"
            " field names as attributes, or a mapping with them as keys. It needs at least sid"
            " and identity."
        )
    return seen


def shows(name: str, answered: Any, seen: Any) -> bool:
    """Tell whether a client shows a field with the value that Twilio answered.

    Attributes may be shown as text or as an object, date-times as text or with
    a time zone, and what is null as something empty.

    Args:
        name: the field's.
        answered: its value in Twilio's JSON.
        seen: its value in what the client returned.
    """
    if answered is None:
        return seen in (None, "", {})
    kind = USER_FIELDS[name].kind
    if kind is Kind.JSON_OBJECT:
        if isinstance(seen, str):
            with suppress(ValueError):  # text that is not JSON says something else
                seen = json.loads(seen)
        return _same(json.loads(answered), seen)
    if kind is Kind.BOOLEAN:
        return answered is seen
    if kind is Kind.DATE_TIME and isinstance(seen, datetime):
        return seen == datetime.fromisoformat(answered)
    return bool(answered == seen)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which false is not a number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
