"""transports/aiohttp_connection.py: bodies that are made as aiohttp takes them."""

import asyncio
import io
import itertools

import aiohttp
import httpx
import pytest

from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch

USERS = "https://conversations.twilio.com/v1/Users"
PART = b"a" * 65_536


class GivenUp(BaseException):
    """What pytest, a signal or a framework may raise."""


@pytest.fixture
def ask(run, transport, starting, routes):
    """Asks for a body, and gives what `read` reads of the answer in at most five seconds."""

    async def ask(body, read):
        routes["list_user"].mock(return_value=httpx.Response(200, content=body))
        async with asyncio.timeout(5), aiohttp.ClientSession() as session:
            async with session.get(USERS) as answer:
                found = await read(answer)
            await asyncio.sleep(0)  # what makes the body ends
            return found

    starting(AiohttpCatch(transport))
    return lambda body, read=aiohttp.ClientResponse.read: run(ask(body, read))


@pytest.mark.parametrize(
    "error",
    [GivenUp(), pytest.fail.Exception("no"), asyncio.CancelledError(), KeyError()],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("parts", [[], [b"part"], [PART] * 9], ids=["none", "one", "many"])
def test_whatever_breaks_a_body_off_reaches_who_reads(ask, journal, error, parts):
    """Be it no error that anybody catches."""

    def body():
        yield from parts
        raise error

    with pytest.raises(type(error)) as raised:
        ask(body())

    assert raised.value is error
    assert str(journal).endswith(f"-> 200, broken off ({type(error).__name__})")


@pytest.mark.parametrize("part", [PART, b"a" * 1_000], ids=["large", "small"])
def test_no_more_is_made_than_aiohttps_buffer_holds(ask, part):
    """Until somebody reads on."""
    made = []

    async def read(answer):
        await answer.content.readany()
        many = -1
        while many < len(made):
            many = len(made)
            for _ in range(100):
                await asyncio.sleep(0)
        await answer.content.readany()
        for _ in range(100):
            await asyncio.sleep(0)
        return many

    def body():
        for _ in range(100_000):
            made.append(part)
            yield part

    many = ask(body(), read)

    assert many * len(part) < 2_000_000
    assert many < len(made) < 100_000


def test_a_large_body_arrives_whole(ask):
    """However often it waits."""
    assert ask(itertools.repeat(PART, 100)) == PART * 100


def test_who_leaves_a_body_without_end_breaks_nothing_off(ask, journal):
    """It ends; what was made of it is noted."""

    async def read(answer):
        return await answer.content.readexactly(4)

    assert ask(itertools.repeat(PART), read) == b"aaaa"
    assert str(journal) == "1. list_user: GET /v1/Users -> 200"
    assert journal.last.response.body.startswith(PART)


def test_a_large_request_arrives_whole(run, transport_to, saying, starting):
    """As much as somebody may send."""
    backend = saying()
    starting(AiohttpCatch(transport_to(backend)))

    async def send():
        async with (
            aiohttp.ClientSession() as session,
            session.post(USERS, data=io.BytesIO(PART * 100)),
        ):
            pass

    run(asyncio.wait_for(send(), 5))

    assert backend.heard[0].body == PART * 100
