"""What a library refuses to write it refuses on the way to a backend, too."""

import asyncio

import aiohttp
import httpcore
import httpx
import httpx2
import pytest
import requests
import urllib3
from versions import since

from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.httpcore_catch import HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch, HttpxCatch
from pytest_twilio_users.transports.httpx_messages import require_sendable
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

TWILIO = "https://conversations.twilio.com"
FORM = b"Identity=ada"


def by_httpx(url, method, headers):
    """By its client."""
    with httpx.Client(verify=False) as client:  # noqa: S501  # no certificates to load
        return client.request(method, url, headers=headers, content=FORM)


def by_async_httpx(url, method, headers):
    """By its async client."""

    async def send():
        async with httpx.AsyncClient(verify=False) as client:  # noqa: S501  # no certificates to load
            return await client.request(method, url, headers=headers, content=FORM)

    return asyncio.run(send())


def by_httpx2(url, method, headers):
    """By its client."""
    with httpx2.Client(verify=False) as client:  # no certificates to load
        return client.request(method, url, headers=headers, content=FORM)


def by_httpcore(url, method, headers):
    """By its pool of connections."""
    with httpcore.ConnectionPool() as pool:
        return pool.request(method, url, headers=[*headers.items()], content=FORM)


def by_requests(url, method, headers):
    """By a session of one request."""
    return requests.request(method, url, headers=headers, data=FORM, timeout=5)


def by_urllib3(url, method, headers):
    """By its manager of pools."""
    with urllib3.PoolManager() as manager:
        return manager.request(method, url, headers=headers, body=FORM)


def by_aiohttp(url, method, headers):
    """By its session."""

    async def send():
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, data=FORM) as answer,
        ):
            await answer.read()

    return asyncio.run(send())


LIBRARIES = {
    "httpx": (by_httpx, HttpxCatch),
    "async httpx": (by_async_httpx, HttpxCatch),
    "httpx2": (by_httpx2, Httpx2Catch),
    "httpcore": (by_httpcore, HttpcoreCatch),
    "requests": (by_requests, Urllib3Catch),
    "urllib3": (by_urllib3, Urllib3Catch),
    "aiohttp": (by_aiohttp, AiohttpCatch),
}
HEADERS = {
    "a switch": {"X-Twilio-Webhook-Enabled": True},
    "nothing": {"X-A": None},
    "a number": {"X-A": 1},
    "bytes": {"X-A": b"1"},
    "a line more": {"X-A": "1\r\nX-B: 2"},
    "a line more, of bytes": {"X-A": b"1\r\nX-B: 2"},
    "the end of a line": {"Authorization": "Basic QUM6dG9rZW4=\n"},
    "a null character": {"X-A": "1\0"},
    "white space before": {"X-A": " 1"},
    "no Latin": {"X-A": "\N{SNOWMAN}"},
    "nothing to read": {"X-A": ""},
    "a space in a name": {"X A": "1"},
    "a colon in a name": {"X:A": "1"},
    "no name": {"": "1"},
    "a name of no ASCII": {"X-\u00c4": "1"},
}


def outcome(send, url, method, headers):
    """What comes of a request: the error, or that there is none."""
    try:
        send(f"{url}/v1/Users", method, headers)
    except Exception as error:
        return type(error), str(error)
    return None


@pytest.fixture
def sent_alike(loopback, transport_to, saying, starting):
    """Sends twice, on a real socket and to a backend, and proves that the same comes of it."""

    def sent_alike(library, method, headers):
        send, catch = LIBRARIES[library]
        really = outcome(send, loopback.origin, method, headers)
        backend = saying()
        starting(catch(transport_to(backend)))
        assert outcome(send, TWILIO, method, headers) == really
        assert bool(backend.heard) is (really is None)

    return sent_alike


def test_a_method_that_is_only_odd_is_sent():
    """HTTP knows methods of more than letters."""
    require_sendable(b"M-SEARCH", b"/v1/Users", [(b"Host", b"conversations.twilio.com")])


SENT_BY_AIOHTTP = {"a space in a name", "no name", "a name of no ASCII"}
"""What aiohttp writes all the same."""

SINCE_3_14 = ("aiohttp", "a null character")
"""What it writes no more."""


@pytest.mark.parametrize(
    ("library", "what"),
    [
        pytest.param(
            library,
            what,
            marks=since("aiohttp", "3.14") if (library, what) == SINCE_3_14 else (),
            id=f"{library}-{what}",
        )
        for library in LIBRARIES
        for what in HEADERS
        if library != "aiohttp" or what not in SENT_BY_AIOHTTP
    ],
)
def test_a_header_is_refused_as_on_a_socket(sent_alike, library, what):
    """With the library's own error, and nothing reaches the backend; or it is sent by both."""
    sent_alike(library, "POST", HEADERS[what])


@pytest.mark.parametrize("library", sorted(LIBRARIES.keys() - {"aiohttp"}))
def test_a_method_is_refused_as_on_a_socket(sent_alike, library):
    """With the library's own error."""
    sent_alike(library, "PO ST", {})


@pytest.mark.parametrize("what", sorted(SENT_BY_AIOHTTP))
def test_what_aiohttp_writes_and_nobody_can_read_is_a_bad_request(
    transport_to, saying, starting, what
):
    """Servers say so at once; nobody waits for the end of a body."""

    async def parts():
        yield b"Identity="
        yield b"ada"

    async def send():
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{TWILIO}/v1/Users", headers=HEADERS[what], data=parts()) as answer,
        ):
            return answer

    backend = saying()
    starting(AiohttpCatch(transport_to(backend)))
    answer = asyncio.run(send())
    assert (answer.status, answer.reason, backend.heard) == (400, "Bad Request", [])
