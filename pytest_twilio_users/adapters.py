"""How the kit asks any client: the ten operations as an adapter, and what comes back read alike."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterable, Awaitable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypedDict, Unpack

from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import Action, known_action, operation_name
from pytest_twilio_users.errors import InvalidArgument

SeenUser = dict[str, Any]
"""A user as a client shows it: those of Twilio's fields that it shows, by Twilio's names."""


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


class UsersClientAdapter:
    """The adapter of the kit's own clients, sync and async."""

    def __init__(self, client: UsersClient | AsyncUsersClient) -> None:
        self._client = client

    def create_user(self, identity: str, /, **parameters: Unpack[UserInput]) -> object:
        """Create a user in the account's default service."""
        return self._client.create_user(identity, **parameters)

    def create_service_user(
        self, chat_service_sid: str, identity: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        """Create a user in a service."""
        return self._client.create_service_user(chat_service_sid, identity, **parameters)

    def fetch_user(self, sid: str, /) -> object:
        """Fetch a user of the default service by SID or identity."""
        return self._client.fetch_user(sid)

    def fetch_service_user(self, chat_service_sid: str, sid: str, /) -> object:
        """Fetch a user of a service by SID or identity."""
        return self._client.fetch_service_user(chat_service_sid, sid)

    def update_user(self, sid: str, /, **parameters: Unpack[UserInput]) -> object:
        """Update a user of the default service."""
        return self._client.update_user(sid, **parameters)

    def update_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[UserInput]
    ) -> object:
        """Update a user of a service."""
        return self._client.update_service_user(chat_service_sid, sid, **parameters)

    def delete_user(self, sid: str, /, **parameters: Unpack[WebhookInput]) -> object:
        """Delete a user of the default service."""
        return self._client.delete_user(sid, **parameters)

    def delete_service_user(
        self, chat_service_sid: str, sid: str, /, **parameters: Unpack[WebhookInput]
    ) -> object:
        """Delete a user of a service."""
        return self._client.delete_service_user(chat_service_sid, sid, **parameters)

    def list_user(self, **parameters: Unpack[ListInput]) -> object:
        """List the users of the default service, over all pages."""
        return self._client.iter_users(**parameters)

    def list_service_user(
        self, chat_service_sid: str, /, **parameters: Unpack[ListInput]
    ) -> object:
        """List the users of a service, over all pages."""
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


class ClientUnderTest:
    """A client that is asked through its adapter, sync and async alike.

    A context manager: an async client runs in one event loop, closed at the end.
    """

    def __init__(self, client: ClientAdapter | UsersClient | AsyncUsersClient) -> None:
        if isinstance(client, UsersClient | AsyncUsersClient):
            client = UsersClientAdapter(client)
        self.adapter: ClientAdapter = client
        self._runner: asyncio.Runner | None = None

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
        result = getattr(self.adapter, operation)(*service, *arguments, **parameters)
        if inspect.isawaitable(result):
            result = self._run(result)
        if action is Action.DELETE:
            return None
        if action is not Action.LIST:
            return read_user(operation, result)
        users = self._run(_collect(result)) if isinstance(result, AsyncIterable) else result
        if not isinstance(users, Iterable):
            raise InvalidArgument(
                f"The adapter's {operation} gave {users!r}. Give the users, over all pages, as a"
                " list or an iterator, sync or async."
            )
        return [read_user(operation, user) for user in users]

    def close(self) -> None:
        """Close the event loop, if the client needed one."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, awaitable: Awaitable[Any]) -> Any:
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            getattr(awaitable, "close", bool)()  # else Python warns that nobody awaited it
            raise InvalidArgument(
                "An async client is asked in an event loop of its own, and there is one running"
                " already. Write this test as a plain function: def, not async def."
            )
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(_awaiting(awaitable))


async def _awaiting(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _collect(users: AsyncIterable[Any]) -> list[Any]:
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
            f"The adapter's {operation} gave {answer!r}. Give an object with Twilio's field names"
            " as attributes, or a mapping with them as keys: sid and identity at least."
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
    if kind is Kind.JSON_OBJECT and isinstance(seen, str):
        seen = _decoded(seen)
    if kind is Kind.JSON_OBJECT:
        return _same(json.loads(answered), seen)
    if kind is Kind.BOOLEAN:
        return answered is seen
    if kind is Kind.DATE_TIME and isinstance(seen, datetime):
        return seen.tzinfo is not None and seen == datetime.fromisoformat(answered)
    return bool(answered == seen)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which false is no number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
