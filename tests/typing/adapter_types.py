"""Which classes type checkers take for an adapter."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Unpack, assert_type

from pytest_twilio_users import AsyncUsersClient, User, UsersClient
from pytest_twilio_users.adapters import (
    ClientAdapter,
    ListInput,
    UserInput,
    UsersClientAdapter,
    WebhookInput,
)
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine


class PassesOn:
    """Keyword arguments as they come."""

    def create_user(self, identity: str, **parameters: Any) -> dict[str, Any]:
        return {"sid": "", "identity": identity, **parameters}

    def create_service_user(self, chat_service_sid: str, identity: str, **parameters: Any) -> User:
        raise NotImplementedError

    def fetch_user(self, sid: str) -> Mapping[str, Any]:
        raise NotImplementedError

    async def fetch_service_user(self, chat_service_sid: str, sid: str) -> User:
        raise NotImplementedError

    def update_user(self, sid: str, **parameters: Unpack[UserInput]) -> object:
        raise NotImplementedError

    def update_service_user(self, chat_service_sid: str, sid: str, **parameters: Any) -> object:
        raise NotImplementedError

    def delete_user(self, sid: str, **parameters: Unpack[WebhookInput]) -> None:
        raise NotImplementedError

    def delete_service_user(self, chat_service_sid: str, sid: str, **parameters: Any) -> None:
        raise NotImplementedError

    def list_user(self, **parameters: Unpack[ListInput]) -> Iterator[User]:
        raise NotImplementedError

    def list_service_user(self, chat_service_sid: str, **parameters: Any) -> AsyncIterator[User]:
        raise NotImplementedError


class LacksDelete:
    """Two operations are not enough."""

    def create_user(self, identity: str, **parameters: Any) -> object:
        raise NotImplementedError


def an_adapter_may_be_sync_async_and_show_users_its_own_way() -> None:
    adapter: ClientAdapter = PassesOn()
    run_state_machine(adapter, services=[None])
    run_state_machine(PassesOn)


def the_kits_clients_need_no_adapter(client: UsersClient, asynchronous: AsyncUsersClient) -> None:
    run_state_machine(client)
    run_state_machine(asynchronous)
    adapter: ClientAdapter = UsersClientAdapter(asynchronous)
    assert_type(UsersClientAdapter(client).fetch_user("ada"), object)
    run_state_machine(adapter, machine=UsersStateMachine)


def an_adapter_has_all_ten_operations() -> None:
    adapter: ClientAdapter = LacksDelete()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    run_state_machine(adapter)
