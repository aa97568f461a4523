"""The stub, asked by httpx2 clients that know nothing of the kit, keeps the contract."""

import asyncio
from collections.abc import Iterator

import pytest

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient
from pytest_twilio_users.suites.contract import *  # noqa: F403  # all of the suite's tests

httpx2 = pytest.importorskip("httpx2")


@pytest.fixture(scope="module", params=["sync", "async"])
def client(
    request: pytest.FixtureRequest, twilio_users: TwilioUsers, runner: asyncio.Runner
) -> Iterator[UsersClient | AsyncUsersClient]:
    """Sends by a plain client of httpx2, whose requests the kit catches."""
    credentials = (twilio_users.account_sid, twilio_users.auth_token)
    twilio = "https://conversations.twilio.com"
    if request.param == "sync":
        with httpx2.Client() as http_client:
            yield UsersClient(*credentials, base_url=twilio, http_client=http_client)
        return
    http_client = httpx2.AsyncClient()
    yield AsyncUsersClient(*credentials, base_url=twilio, http_client=http_client)
    runner.run(http_client.aclose())
