"""What works without any extra."""

import asyncio

import httpx
import pytest

from pytest_twilio_users import TwilioApiError, faults

USERS = "https://conversations.twilio.com/v1/Users"


@pytest.fixture
def application(twilio_users):
    """An application's own client."""
    login = twilio_users.account_sid, twilio_users.auth_token
    with httpx.Client(auth=login) as http:
        yield http


def test_an_application_reaches_the_stub(twilio_users, application):
    """It is caught, and its requests are in the journal."""
    assert application.post(USERS, data={"Identity": "ada"}).status_code == 201
    assert [user.identity for user in twilio_users.users()] == ["ada"]
    assert "create_user" in str(twilio_users.journal.explain())


def test_a_refusal_is_planned(twilio_users):
    """By a route of respx."""
    twilio_users.routes["create_user"].refuse("unavailable")
    with pytest.raises(TwilioApiError):
        twilio_users.client.create_user("ada")
    assert twilio_users.routes["create_user"].call_count == 1


def test_a_slow_answer_is_slow_for_async_callers(twilio_users):
    """Time passes on asyncio's loop, by what the core brings."""
    twilio_users.routes["list_user"].fail(faults.slow(3))

    async def ask():
        async with httpx.AsyncClient(timeout=1) as http:
            await http.get(USERS, auth=("AC" + 32 * "0", "token"))

    with pytest.raises(httpx.ReadTimeout):
        asyncio.run(ask())
