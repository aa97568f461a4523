"""What type checkers know of the client and the models. Never run: mypy and pyright read it."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, assert_type
from uuid import uuid4

import httpx

from pytest_twilio_users import (
    AsyncUsersClient,
    PageMeta,
    TwilioApiError,
    User,
    UserPage,
    UsersClient,
)


def the_sync_client_gives_values(client: UsersClient) -> None:
    assert_type(client.create_user("ada", attributes={"born": 1815}), User)
    assert_type(client.update_service_user("IS…", "ada", friendly_name="Ada"), User)
    assert_type(client.list_user(page_size=10), UserPage)
    assert_type(client.iter_users(limit=3), Iterator[User])
    client.delete_user("ada")


def text_may_be_a_number_or_a_uuid(client: UsersClient) -> None:
    client.create_user(7, friendly_name=uuid4())
    client.fetch_service_user("IS…", uuid4())
    client.fetch_user(b"ada")  # type: ignore[arg-type]  # it is decoded by who knows how
    client.list_service_user(7)  # type: ignore[arg-type]  # no SID is a number


async def the_async_client_gives_what_is_awaited(client: AsyncUsersClient) -> None:
    assert_type(await client.create_user("ada", attributes="{}"), User)
    assert_type(await client.fetch_service_user("IS…", "ada"), User)
    assert_type(await client.list_service_user("IS…"), UserPage)
    assert_type(client.iter_service_users("IS…"), AsyncIterator[User])
    await client.delete_user("ada")


def a_lent_client_is_of_the_same_kind() -> None:
    UsersClient(http_client=httpx.Client())
    UsersClient(http_client=httpx.AsyncClient())  # type: ignore[arg-type]  # sync takes sync
    AsyncUsersClient(http_client=httpx.Client())  # type: ignore[arg-type]  # async takes async


def a_misspelt_argument_is_an_error(client: UsersClient) -> None:
    client.create_user("ada", friendlyName="Ada")  # type: ignore[call-arg]  # it is called friendly_name
    client.fetch_user()  # type: ignore[call-arg]  # it has to say whom


def a_user_tells_what_can_be_none(user: User, meta: PageMeta) -> None:
    assert_type(user.sid, str)
    assert_type(user.friendly_name, str | None)
    assert_type(user.is_online, bool | None)
    assert_type(user.date_created, datetime)
    assert_type(user.parsed_attributes, dict[str, Any])
    assert_type(meta.next_page_token, str | None)
    user.sid = "US…"  # type: ignore[misc]  # models are frozen


class Agent(User):
    """A user of an author's class."""


def a_subclass_gives_its_own(answer: dict[str, Any]) -> None:
    assert_type(Agent.from_dict(answer), Agent)


def a_page_is_walked(page: UserPage) -> None:
    for user in page:
        assert_type(user, User)


def a_refusal_tells_its_code(error: TwilioApiError) -> None:
    assert_type(error.status, int)
    assert_type(error.code, int | None)
    assert_type(error.response, httpx.Response)
