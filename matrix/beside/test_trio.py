"""Coroutines on asyncio and trio, one backend after the other."""

import app
import made
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


@pytest.fixture(scope="module")
async def crew(anyio_backend, twilio_users):
    with made.making() as mine:
        await app.sign_up_async("crew")
        mine.signed_up("crew")
        yield
        made.look(twilio_users, by=mine)


@pytest.mark.parametrize("number", range(2))
async def test_crew(twilio_users, crew, mess, number):
    made.look(twilio_users)
    await app.sign_up_async("another")
    mess()
