"""Whatever ends a request is noted, whichever library sends it."""

import asyncio

import aiohttp
import httpx
import pytest
from unit.transports.readers import READERS, USERS, httpx2

from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.httpcore_catch import HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

MISSPELT = {"identiti": "ada"}


class GivenUp(BaseException):
    """What pytest, a signal or a framework may raise through a client."""


@pytest.fixture
def caught(transport, starting):
    """Requests of each library reach the stub."""
    catches = (HttpcoreCatch, Httpx2Catch, Urllib3Catch, AiohttpCatch)
    starting(*(catch(transport) for catch in catches))


async def by_httpx(transport):
    """Httpx."""
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post(USERS, data=MISSPELT)


async def by_httpx2(_):
    """httpx2."""
    async with httpx2.AsyncClient(verify=False) as client:
        await client.post(USERS, data=MISSPELT)


async def by_aiohttp(_):
    """Aiohttp."""
    async with aiohttp.ClientSession() as session, session.post(USERS, data=MISSPELT):
        pass


async def by_asgi(transport):
    """An ASGI application in the same process."""
    served = httpx.ASGITransport(AsgiApp(transport.answer_message_async))
    async with httpx.AsyncClient(transport=served) as client:
        await client.post(USERS, data=MISSPELT)


@pytest.mark.usefixtures("caught")
@pytest.mark.parametrize("send", [by_httpx, by_aiohttp, by_asgi, *([by_httpx2] if httpx2 else [])])
def test_a_request_that_is_cancelled_is_noted(routes, transport, journal, send):
    """With what it got wrong; it counts as a call."""

    async def sleep(_):
        asked.set()
        await asyncio.sleep(60)

    async def ask():
        task = asyncio.create_task(send(transport))
        async with asyncio.timeout(5):
            await asked.wait()
        task.cancel()
        await task

    asked = asyncio.Event()
    routes["create_user"].mock(side_effect=sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(ask())

    assert str(journal) == (
        "1. create_user: POST /v1/Users (identiti='ada') -> no response (CancelledError)\n"
        "   error form.identiti: found a parameter that Twilio ignores; allowed: Identity,"
        " FriendlyName, Attributes, RoleSid. Did you mean 'Identity'?"
    )
    assert routes["create_user"].call_count == 1


@pytest.mark.usefixtures("caught")
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("how", ["instance", "class", "function", "list"])
def test_what_a_side_effect_raises_is_noted(routes, transport, journal, reader, how):
    """Be it no exception that anybody catches; it reaches the application as it is."""

    def fail(_):
        raise GivenUp

    effects = {"instance": GivenUp(), "class": GivenUp, "function": fail, "list": [GivenUp]}
    routes["list_user"].mock(side_effect=effects[how])

    with pytest.raises(GivenUp):
        reader(transport, str)

    assert str(journal) == "1. list_user: GET /v1/Users -> no response (GivenUp)"


def test_what_ends_the_backend_is_noted(transport_to, journal):
    """Also where no override is."""

    class Interrupted:
        """A backend that is interrupted."""

        def handle(self, request):
            """Be interrupted."""
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        httpx.Client(transport=transport_to(Interrupted())).get(USERS)

    assert str(journal) == "1. list_user: GET /v1/Users -> no response (KeyboardInterrupt)"
