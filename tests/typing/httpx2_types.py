"""What type checkers know of lent clients of httpx2. Never run: mypy and pyright read it."""

from typing import assert_type

import httpx
import httpx2

from pytest_twilio_users import AsyncUsersClient, User, UsersClient


def a_lent_client_may_be_of_httpx2() -> None:
    assert_type(UsersClient(http_client=httpx2.Client()).fetch_user("ada"), User)
    UsersClient(http_client=httpx2.AsyncClient())  # type: ignore[arg-type]  # sync takes sync
    UsersClient(http_client="httpx2")  # type: ignore[arg-type]  # a name is no client


async def an_async_one_as_well() -> None:
    users = AsyncUsersClient(http_client=httpx2.AsyncClient())
    assert_type(await users.fetch_user("ada"), User)
    AsyncUsersClient(http_client=httpx2.Client())  # type: ignore[arg-type]  # async takes async


def either_may_be_lent(http_client: httpx.Client | httpx2.Client) -> None:
    UsersClient(http_client=http_client)
