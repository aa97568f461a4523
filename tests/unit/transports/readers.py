"""Reads a streamed answer by each library: its status first, then part by part."""

import asyncio

import aiohttp
import httpcore
import httpx
import requests
import urllib3

from pytest_twilio_users.transports.asgi import AsgiApp

try:
    import httpx2
except ImportError:
    httpx2 = None

USERS = "https://conversations.twilio.com/v1/Users"


def by_httpx(transport, read):
    """A client of httpx."""
    with httpx.Client(transport=transport).stream("GET", USERS) as response:
        read(response.status_code)
        for part in response.iter_raw():
            read(part)


def by_httpx_async(transport, read):
    """An async client of httpx."""

    async def ask():
        client = httpx.AsyncClient(transport=transport)
        async with client, client.stream("GET", USERS) as response:
            read(response.status_code)
            async for part in response.aiter_raw():
                read(part)

    asyncio.run(ask())


def by_httpx2(_, read):
    """A client of httpx2."""
    with httpx2.Client(verify=False) as client, client.stream("GET", USERS) as response:
        read(response.status_code)
        for part in response.iter_raw():
            read(part)


def by_httpx2_async(_, read):
    """An async client of httpx2."""

    async def ask():
        async with (
            httpx2.AsyncClient(verify=False) as client,
            client.stream("GET", USERS) as response,
        ):
            read(response.status_code)
            async for part in response.aiter_raw():
                read(part)

    asyncio.run(ask())


def by_httpcore(_, read):
    """A pool of httpcore."""
    with httpcore.ConnectionPool() as pool, pool.stream("GET", USERS) as response:
        read(response.status)
        for part in response.iter_stream():
            read(part)


def by_httpcore_async(_, read):
    """An async pool of httpcore."""

    async def ask():
        async with (
            httpcore.AsyncConnectionPool() as pool,
            pool.stream("GET", USERS) as response,
        ):
            read(response.status)
            async for part in response.aiter_stream():
                read(part)

    asyncio.run(ask())


def by_requests(_, read):
    """requests, which makes its own errors of urllib3's."""
    with requests.get(USERS, stream=True, timeout=5) as response:
        read(response.status_code)
        for part in response.iter_content(None):
            read(part)


def by_urllib3(_, read):
    """urllib3 alone."""
    response = urllib3.PoolManager().request("GET", USERS, preload_content=False)
    read(response.status)
    for part in response.stream():
        read(part)


def by_aiohttp(_, read):
    """A session of aiohttp."""

    async def ask():
        async with aiohttp.ClientSession() as session, session.get(USERS) as response:
            read(response.status)
            async for part, _ in response.content.iter_chunks():
                read(part)

    asyncio.run(ask())


def by_asgi(transport, read):
    """An ASGI application, which has the server break off."""

    async def ask():
        scope = {
            "type": "http",
            "scheme": "https",
            "method": "GET",
            "path": "/v1/Users",
            "query_string": b"",
            "headers": [(b"host", b"conversations.twilio.com")],
        }

        messages = [{"type": "http.request"}]

        async def receive():
            return messages.pop() if messages else await asyncio.Event().wait()

        async def send(message):
            part = message.get("status", message.get("body"))
            if part:
                read(part)

        await AsgiApp(transport.answer_message_async)(scope, receive, send)

    asyncio.run(ask())


READERS = [
    *(by_httpx, by_httpx_async, by_httpcore, by_httpcore_async),
    *(by_requests, by_urllib3, by_aiohttp, by_asgi),
    *((by_httpx2, by_httpx2_async) if httpx2 else ()),
]
