"""The stub, served over a socket, keeps the contract."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient
from pytest_twilio_users.suites.contract import *  # noqa: F403  # all of the suite's tests


@pytest.fixture(scope="module", params=["sync", "async"])
def client(
    request: pytest.FixtureRequest,
    twilio_users: TwilioUsers,
    twilio_users_server: str,
    runner: asyncio.Runner,
) -> Iterator[UsersClient | AsyncUsersClient]:
    """Sends to the server on loopback."""
    credentials = (twilio_users.account_sid, twilio_users.auth_token)
    if request.param == "sync":
        with httpx.Client() as http_client:
            yield UsersClient(*credentials, base_url=twilio_users_server, http_client=http_client)
        return
    http_client = httpx.AsyncClient()
    yield AsyncUsersClient(*credentials, base_url=twilio_users_server, http_client=http_client)
    runner.run(http_client.aclose())
