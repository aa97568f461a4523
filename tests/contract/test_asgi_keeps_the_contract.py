"""The stub, asked through its ASGI application, keeps the contract."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from contract.sending_by import sending_by

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient
from pytest_twilio_users.suites.contract import *  # noqa: F403  # all of the suite's tests
from pytest_twilio_users.suites.contract_tests import users_under_test

ADDRESS = "http://no-network.invalid:8080"


@pytest.fixture(scope="module")
def client(
    twilio_users: TwilioUsers, runner: asyncio.Runner
) -> Iterator[UsersClient | AsyncUsersClient]:
    """Sends into the application; it is async alone, as ASGI is."""
    http_client = httpx.AsyncClient(transport=httpx.ASGITransport(twilio_users.asgi_app))
    with sending_by(http_client, twilio_users, runner, base_url=ADDRESS) as client:
        yield client


@pytest.fixture(autouse=True)
def raw_messages_take_the_same_way(
    monkeypatch: pytest.MonkeyPatch, twilio_users: TwilioUsers
) -> None:
    """What the suite sends besides its client goes into the application, too."""
    transport = httpx.ASGITransport(twilio_users.asgi_app)

    async def send(method: str, arguments: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, **arguments)

    monkeypatch.setattr(users_under_test, "_send", send)
