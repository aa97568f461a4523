"""Coroutines, by the plugin that anyio brings along."""

import anyio
import app
import made
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
async def crew(anyio_backend, twilio_users):
    with made.making() as mine:
        await app.sign_up_async("crew")
        mine.signed_up("crew")
        yield
        made.look(twilio_users, by=mine)


@pytest.mark.parametrize("number", range(2))
async def test_crew(twilio_users, crew, number):
    made.look(twilio_users)
    async with anyio.create_task_group() as tasks:
        for each in range(5):
            tasks.start_soon(app.sign_up_async, f"task-{each}")
    await twilio_users.async_client.delete_user("crew")
    assert len(twilio_users.users()) == 4 + sum(len(each.users) for each in made.ALIVE)
    twilio_users.wait(3600)


@pytest.mark.ends("failed")
async def test_fails(twilio_users, crew):
    made.look(twilio_users)
    await app.sign_up_async("mess")
    raise ValueError("as it is meant")
