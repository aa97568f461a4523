"""Creates a user by each library, with timeouts in the library's own form."""

import asyncio

import httpx

from pytest_twilio_users.client import AsyncUsersClient, UsersClient

ACCOUNT = "AC" + "a" * 32, "correct-horse-battery-staple"
FORM = {"Identity": "ada"}


def ask_httpx(origin, connect, read, library=httpx):
    timeout = library.Timeout(read, connect=connect)
    with library.Client(auth=ACCOUNT, timeout=timeout, trust_env=False, verify=False) as client:
        return client.post(f"{origin}/v1/Users", data=FORM)


async def ask_httpx_async(origin, connect, read, library=httpx):
    timeout = library.Timeout(read, connect=connect)
    async with library.AsyncClient(
        auth=ACCOUNT, timeout=timeout, trust_env=False, verify=False
    ) as client:
        return await client.post(f"{origin}/v1/Users", data=FORM)


def ask_httpx2(origin, connect, read):
    import httpx2

    return ask_httpx(origin, connect, read, httpx2)


async def ask_httpx2_async(origin, connect, read):
    import httpx2

    return await ask_httpx_async(origin, connect, read, httpx2)


def ask_kit(origin, connect, read):
    with (
        httpx.Client(
            timeout=httpx.Timeout(read, connect=connect), trust_env=False, verify=False
        ) as http,
        UsersClient(*ACCOUNT, base_url=origin, http_client=http) as client,
    ):
        return client.create_user("ada")


async def ask_kit_async(origin, connect, read):
    async with (
        httpx.AsyncClient(
            timeout=httpx.Timeout(read, connect=connect), trust_env=False, verify=False
        ) as http,
        AsyncUsersClient(*ACCOUNT, base_url=origin, http_client=http) as client,
    ):
        return await client.create_user("ada")


def ask_requests(origin, connect, read):
    import requests

    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{origin}/v1/Users", data=FORM, auth=ACCOUNT, timeout=(connect, read))


def ask_urllib3(origin, connect, read, total=None):
    import urllib3

    timeout = urllib3.Timeout(connect=connect, read=read, total=total)
    with urllib3.PoolManager(timeout=timeout, retries=False) as pools:
        headers = urllib3.make_headers(basic_auth=":".join(ACCOUNT))
        return pools.request(
            "POST", f"{origin}/v1/Users", fields=FORM, headers=headers, encode_multipart=False
        )


def ask_urllib3_in_total(origin, connect, read):
    return ask_urllib3(origin, None, None, min(connect, read))


async def ask_aiohttp(origin, connect, read):
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
    async with (
        aiohttp.ClientSession(timeout=limits, auth=aiohttp.BasicAuth(*ACCOUNT)) as session,
        session.post(f"{origin}/v1/Users", data=FORM) as response,
    ):
        return await response.read()


async def ask_aiohttp_in_total(origin, connect, read):
    import aiohttp

    limits = aiohttp.ClientTimeout(total=min(connect, read))
    async with (
        aiohttp.ClientSession(timeout=limits, auth=aiohttp.BasicAuth(*ACCOUNT)) as session,
        session.post(f"{origin}/v1/Users", data=FORM) as response,
    ):
        return await response.read()


def ask_sdk(origin, connect, read):
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(
        *ACCOUNT, http_client=TwilioHttpClient(pool_connections=False, timeout=(connect, read))
    )
    client.conversations.base_url = origin
    return client.conversations.v1.users.create(identity="ada")


async def ask_sdk_async(origin, connect, read):
    """The SDK's async client hands no timeout on: it is set around the call."""
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.rest import Client

    async with AsyncTwilioHttpClient() as http:
        client = Client(*ACCOUNT, http_client=http)
        client.conversations.base_url = origin
        async with asyncio.timeout(min(connect, read)):
            return await client.conversations.v1.users.create_async(identity="ada")


WAYS = {
    "httpx": ask_httpx,
    "httpx async": ask_httpx_async,
    "httpx2": ask_httpx2,
    "httpx2 async": ask_httpx2_async,
    "kit": ask_kit,
    "kit async": ask_kit_async,
    "requests": ask_requests,
    "urllib3": ask_urllib3,
    "urllib3 in total": ask_urllib3_in_total,
    "aiohttp": ask_aiohttp,
    "aiohttp in total": ask_aiohttp_in_total,
    "sdk": ask_sdk,
    "sdk async": ask_sdk_async,
}


def error_of(way, origin, *, connect, read):
    """What a library raises, which waits so many seconds."""
    ask = WAYS[way]
    try:
        asked = ask(origin, connect, read)
        if asyncio.iscoroutine(asked):
            asyncio.run(asked)
    except Exception as error:
        return error
    return None
