"""The stub, asked by httpx2 clients that know nothing of the kit, keeps the contract."""

import asyncio
from collections.abc import Iterator

import pytest
from contract.sending_by import sending_by

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient
from pytest_twilio_users.suites.contract import *  # noqa: F403  # all of the suite's tests

httpx2 = pytest.importorskip("httpx2")


@pytest.fixture(scope="module", params=["sync", "async"])
def client(
    request: pytest.FixtureRequest, twilio_users: TwilioUsers, runner: asyncio.Runner
) -> Iterator[UsersClient | AsyncUsersClient]:
    """Sends by a plain client of httpx2, whose requests the kit catches."""
    http_client = httpx2.Client() if request.param == "sync" else httpx2.AsyncClient()
    with sending_by(http_client, twilio_users, runner) as client:
        yield client
