"""Coroutines, and an async fixture of the module."""

import asyncio

import app
import made
import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def crew(twilio_users):
    with made.making() as mine:
        await app.sign_up_async("crew")
        mine.signed_up("crew")
        yield
        made.look(twilio_users, by=mine)


@pytest_asyncio.fixture(loop_scope="module")
async def grace(twilio_users):
    with made.making(wide=False) as mine:
        await app.sign_up_async("grace")
        mine.signed_up("grace")
        yield
        await app.sign_up_async("after grace")


@pytest.mark.parametrize("number", range(2))
async def test_crew(twilio_users, crew, grace, mess, number):
    made.look(twilio_users)
    await asyncio.gather(*(app.sign_up_async(f"task-{each}") for each in range(5)))
    mess()


@pytest.mark.ends("failed")
async def test_fails(twilio_users, crew):
    made.look(twilio_users)
    await app.sign_up_async("mess")
    raise ValueError("as it is meant")


@pytest.mark.ends("failed")
async def test_is_cancelled(twilio_users, crew):
    made.look(twilio_users)
    await app.sign_up_async("mess")
    raise asyncio.CancelledError
