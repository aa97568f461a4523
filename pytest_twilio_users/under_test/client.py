"""A client under test, asked through its adapter."""

import asyncio
import inspect
from collections.abc import AsyncIterable, Awaitable, Coroutine, Iterable
from typing import Any

from pytest_twilio_users.adapters import ClientAdapter, UsersClientAdapter
from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.contract.operations import Action, known_action, operation_name
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.under_test.users import read_user

Client = ClientAdapter | UsersClient | AsyncUsersClient
"""What can be put to the test: a client of the kit, or any other's adapter."""


class ClientUnderTest:
    """A client that is asked through its adapter, sync and async alike.

    An async client runs in one event loop, until it is closed.
    """

    def __init__(self, client: Client) -> None:
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
        answer = self._call(operation, *service, *arguments, **parameters)
        if action is Action.DELETE:
            return None
        if action is not Action.LIST:
            return read_user(operation, answer)
        users = self._await(_collect(answer)) if isinstance(answer, AsyncIterable) else answer
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

    def _call(self, operation: str, *arguments: str, **parameters: Any) -> Any:
        """Call a method of the adapter; one that is async is awaited."""
        answer = getattr(self.adapter, operation)(*arguments, **parameters)
        return self._await(answer) if inspect.isawaitable(answer) else answer

    def _await(self, awaitable: Awaitable[Any]) -> Any:
        if _in_event_loop():
            if isinstance(awaitable, Coroutine):
                awaitable.close()  # else Python warns that nobody awaited it
            raise InvalidArgument(
                "An async client is asked in an event loop of its own, and there is one running"
                " already. Write this test as a plain function: def, not async def."
            )
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(_awaiting(awaitable))


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _awaiting(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _collect(users: AsyncIterable[Any]) -> list[Any]:
    return [user async for user in users]
