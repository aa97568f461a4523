"""Creates a user by each library, with timeouts in the library's own form."""

import asyncio
import ssl

import httpx
import pytest
from versions import is_older, since

from docs.fault_errors import ANSWER, COLUMNS, FAULT_ERRORS, SENDS, USER
from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.wire.codec import encode_credentials

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read them takes long
ACCOUNT = "AC" + "a" * 32, "correct-horse-battery-staple"
FORM = {"Identity": "ada"}
LOGIN = {"Authorization": encode_credentials(*ACCOUNT)}


def _by_httpx(origin, connect, read, library=httpx):
    timeout = library.Timeout(read, connect=connect)
    with library.Client(
        auth=ACCOUNT, timeout=timeout, trust_env=False, verify=NO_CERTIFICATES
    ) as client:
        return client.post(f"{origin}/v1/Users", data=FORM)


async def _by_httpx_async(origin, connect, read, library=httpx):
    timeout = library.Timeout(read, connect=connect)
    async with library.AsyncClient(
        auth=ACCOUNT, timeout=timeout, trust_env=False, verify=NO_CERTIFICATES
    ) as client:
        return await client.post(f"{origin}/v1/Users", data=FORM)


def _by_httpx2(origin, connect, read):
    import httpx2

    return _by_httpx(origin, connect, read, httpx2)


async def _by_httpx2_async(origin, connect, read):
    import httpx2

    return await _by_httpx_async(origin, connect, read, httpx2)


def _by_kit(origin, connect, read):
    with (
        httpx.Client(
            timeout=httpx.Timeout(read, connect=connect), trust_env=False, verify=NO_CERTIFICATES
        ) as http,
        UsersClient(*ACCOUNT, base_url=origin, http_client=http) as client,
    ):
        return client.create_user("ada")


async def _by_kit_async(origin, connect, read):
    async with (
        httpx.AsyncClient(
            timeout=httpx.Timeout(read, connect=connect), trust_env=False, verify=NO_CERTIFICATES
        ) as http,
        AsyncUsersClient(*ACCOUNT, base_url=origin, http_client=http) as client,
    ):
        return await client.create_user("ada")


def _by_requests(origin, connect, read):
    import requests

    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{origin}/v1/Users", data=FORM, auth=ACCOUNT, timeout=(connect, read))


def _by_urllib3(origin, connect, read, total=None):
    import urllib3

    timeout = urllib3.Timeout(connect=connect, read=read, total=total)
    with urllib3.PoolManager(timeout=timeout, retries=False) as pools:
        headers = urllib3.make_headers(basic_auth=":".join(ACCOUNT))
        return pools.request(
            "POST", f"{origin}/v1/Users", fields=FORM, headers=headers, encode_multipart=False
        )


def _by_urllib3_in_total(origin, connect, read):
    return _by_urllib3(origin, None, None, min(connect, read))


async def _by_aiohttp(origin, connect, read):
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
    async with (
        aiohttp.ClientSession(timeout=limits) as session,
        session.post(f"{origin}/v1/Users", data=FORM, headers=LOGIN) as response,
    ):
        return await response.read()


async def _by_aiohttp_in_total(origin, connect, read):
    import aiohttp

    limits = aiohttp.ClientTimeout(total=min(connect, read))
    async with (
        aiohttp.ClientSession(timeout=limits) as session,
        session.post(f"{origin}/v1/Users", data=FORM, headers=LOGIN) as response,
    ):
        return await response.read()


def _by_sdk(origin, connect, read):
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(
        *ACCOUNT, http_client=TwilioHttpClient(pool_connections=False, timeout=min(connect, read))
    )
    client.conversations.base_url = origin
    return client.conversations.v1.users.create(identity="ada")


async def _by_sdk_async(origin, connect, read):
    """The SDK's async client hands no timeout on: it is set around the call."""
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.rest import Client

    async with AsyncTwilioHttpClient() as http:
        client = Client(*ACCOUNT, http_client=http)
        client.conversations.base_url = origin
        async with asyncio.timeout(min(connect, read)):
            return await client.conversations.v1.users.create_async(identity="ada")


WAYS = {
    "httpx": _by_httpx,
    "httpx async": _by_httpx_async,
    "httpx2": _by_httpx2,
    "httpx2 async": _by_httpx2_async,
    "kit": _by_kit,
    "kit async": _by_kit_async,
    "requests": _by_requests,
    "urllib3": _by_urllib3,
    "urllib3 in total": _by_urllib3_in_total,
    "aiohttp": _by_aiohttp,
    "aiohttp in total": _by_aiohttp_in_total,
    "sdk": _by_sdk,
    "sdk async": _by_sdk_async,
}


EACH_WAY = pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[since("twilio", "8.0")] if way == "sdk async" else [])
        for way in WAYS
    ],
)
"""A test for each of them."""

COLUMN_OF = {
    **dict.fromkeys(("httpx", "httpx async", "httpx2", "httpx2 async"), COLUMNS[0]),
    "requests": "requests",
    **dict.fromkeys(("urllib3", "urllib3 in total"), "urllib3"),
    **dict.fromkeys(("aiohttp", "aiohttp in total"), "aiohttp"),
    **dict.fromkeys(("kit", "kit async"), "the kit's client"),
    **dict.fromkeys(("sdk", "sdk async"), "Twilio's SDK"),
}
IN_TOTAL = ("aiohttp in total", "sdk async")
"""What sets one limit for all, whose end tells nothing; the SDK's async client sets none."""
TIMED = ("connect_timeout", "read_timeout", "slow")


def documented_error(way, name):
    """The name of the class that the documents tell for a way and a fault; None if no error."""
    told = FAULT_ERRORS[name][COLUMN_OF[way]]
    if told == SENDS:
        told = FAULT_ERRORS[name]["aiohttp" if way == "sdk async" else "requests"]
    if way in IN_TOTAL and name in TIMED:
        told = "`TimeoutError`"
    return None if told in (ANSWER, USER) else told.strip("`").rpartition(".")[2]


def skip_what_older_libraries_do(way, name):
    """The documents tell of the newest ones."""
    if way in ("requests", "sdk") and name == "body_cut" and is_older("urllib3", "2"):
        pytest.skip("urllib3 1 takes a body that is cut for a whole one")
    if way == "sdk" and name == "empty_body" and is_older("twilio", "9"):
        pytest.skip("Twilio's SDK read an empty body as JSON")


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
