"""The stub, served over a socket, keeps the contract."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from contract.sending_by import sending_by

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
    http_client = httpx.Client() if request.param == "sync" else httpx.AsyncClient()
    with sending_by(http_client, twilio_users, runner, base_url=twilio_users_server) as client:
        yield client
