"""What becomes of each library's requests: answered, or refused before they leave."""

import pytest

from pytest_twilio_users.transports.guard import ANSWERED
from pytest_twilio_users.transports.libraries import LIBRARIES, Fate

IMPORTS = """
    import asyncio

    import httpx
    import pytest
    from pytest_twilio_users.errors import NoNetwork

    HOST = "conversations.twilio.com"
    URL = f"https://{HOST}/v1/Users"
    PLAIN = f"http://{HOST}:8080/v1/Users"
    PROXY = "http://127.0.0.1:9"
    LOGIN = ("AC" + 32 * "a", "a secret of the application")
    BASIC = {"Authorization": httpx.BasicAuth(*LOGIN)._auth_header}
    FORM = {"Identity": "zo\\u00eb", "FriendlyName": "Zoe & co"}

    FORMS = {"headers": BASIC, "fields": FORM, "encode_multipart": False}

    def check(twilio_users, status):
        assert status == 201
        [user] = twilio_users.users()
        assert (user.identity, user.friendly_name) == ("zo\\u00eb", "Zoe & co")
        assert twilio_users.journal.operations == ["create_user"]

    def by_aiohttp(**given):
        import aiohttp

        async def send():
            async with aiohttp.ClientSession(**given.pop("session", {})) as session:
                async with session.post(URL, data=FORM, headers=BASIC, **given) as answer:
                    return answer.status

        return asyncio.run(send())

    def by_httpcore():
        form = httpx.Request("POST", URL, data=FORM)
        headers = {**form.headers, **BASIC}
        return httpcore.request("POST", URL, content=form.content, headers=headers).status

    async def by(client):
        async with client:
            return (await client.post(URL, auth=LOGIN, data=FORM)).status_code
    """

ANSWERS = {
    "requests": ("requests", "requests.post(URL, data=FORM, auth=LOGIN).status_code"),
    "requests-http": ("requests", "requests.post(PLAIN, data=FORM, auth=LOGIN).status_code"),
    "requests-session": ("requests", "mounted().post(URL, data=FORM, auth=LOGIN).status_code"),
    "requests-adapter-that-wraps": (
        "requests",
        "mounted(Wrapping()).post(URL, data=FORM, auth=LOGIN).status_code",
    ),
    "requests-proxy": (
        "requests",
        "requests.post(URL, data=FORM, auth=LOGIN, proxies={'https': PROXY}).status_code",
    ),
    "requests-http-proxy": (
        "requests",
        "requests.post(PLAIN, data=FORM, auth=LOGIN, proxies={'http': PROXY}).status_code",
    ),
    "urllib3": ("urllib3", "urllib3.PoolManager().request('POST', URL, **FORMS).status"),
    "urllib3-proxy": (
        "urllib3",
        "urllib3.ProxyManager(PROXY).request('POST', URL, **FORMS).status",
    ),
    "urllib3-pool": (
        "urllib3",
        "urllib3.HTTPSConnectionPool(HOST).request('POST', '/v1/Users', **FORMS).status",
    ),
    "aiohttp": ("aiohttp", "by_aiohttp()"),
    "aiohttp-proxy": ("aiohttp", "by_aiohttp(proxy=PROXY)"),
    "httpx-proxy": (
        "httpx",
        "httpx.Client(proxy=PROXY).post(URL, auth=LOGIN, data=FORM).status_code",
    ),
    "httpx-async-proxy": ("httpx", "asyncio.run(by(httpx.AsyncClient(proxy=PROXY)))"),
    "httpx2-proxy": (
        "httpx2",
        "httpx2.Client(proxy=PROXY).post(URL, auth=LOGIN, data=FORM).status_code",
    ),
    "httpx-aiohttp": (
        "httpx_aiohttp",
        "asyncio.run(by(httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport())))",
    ),
    "httpcore": ("httpcore", "by_httpcore()"),
}
HELP = """
    def mounted(adapter=None):
        session = requests.Session()
        session.mount("https://", adapter or requests.adapters.HTTPAdapter(max_retries=3))
        return session

    if hasattr(LIBRARY, "adapters"):
        class Wrapping(requests.adapters.HTTPAdapter):
            def send(self, request, **given):
                request.headers["X-Seen"] = "wrapped"
                return super().send(request, **given)
    """


@pytest.mark.parametrize(("library", "send"), ANSWERS.values(), ids=ANSWERS)
def test_a_request_is_answered(suite, library, send):
    """Without a word of the kit in the application, and by no proxy past it."""
    pytest.importorskip(library)
    suite.run(
        f"""{IMPORTS}
    import {library}
    {HELP.replace("LIBRARY", library)}

    def test_it(twilio_users):
        check(twilio_users, {send})
        """
    ).result.assert_outcomes(passed=1)


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests", "aiohttp"])
def test_a_proxy_of_the_environment_opens_no_way_around(suite, monkeypatch, library):
    """Whatever a library reads of it."""
    pytest.importorskip(library)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    send = f"{library}.post(URL, data=FORM, auth=LOGIN).status_code"
    if library == "aiohttp":
        send = "by_aiohttp(session={'trust_env': True})"
    suite.run(
        f"""{IMPORTS}
    import {library}

    def test_it(twilio_users):
        check(twilio_users, {send})
        """
    ).result.assert_outcomes(passed=1)


REFUSALS = {
    "curl_cffi": ("curl_cffi", "curl_cffi.requests.get(URL)"),
    "curl_cffi-async": ("curl_cffi", "asyncio.run(by_curl())"),
    "pycurl": ("pycurl", "pycurl.Curl().setopt(pycurl.URL, URL)"),
    "pycurl-bytes": ("pycurl", "pycurl.Curl().setopt(pycurl.URL, URL.encode())"),
    "uvloop": ("uvloop", "uvloop.run(asyncio.open_connection(HOST, 443))"),
    "uvloop-names": ("uvloop", "uvloop.run(look_up())"),
}


@pytest.mark.parametrize(("library", "send"), REFUSALS.values(), ids=REFUSALS)
def test_a_library_that_looks_names_up_by_itself_is_refused(suite, library, send):
    """Python hears nothing of it."""
    pytest.importorskip(library)
    suite.run(
        f"""{IMPORTS}
    async def by_curl():
        async with curl_cffi.requests.AsyncSession() as session:
            await session.get(URL)

    async def look_up():
        await asyncio.get_running_loop().getaddrinfo(HOST, 443)

    def test_it(twilio_users):
        import {library}
        globals()["{library}"] = {library}
        with pytest.raises(NoNetwork, match="tried to connect to conversations.twilio.com in"):
            {send}
        """
    ).result.assert_outcomes(passed=1)


def test_a_session_that_keeps_connections_is_refused_before_it_uses_one(suite):
    """Niquests looks no name up for a connection that is open. Here is what it is called by."""
    suite.write(
        niquests="""
        class Session:
            def send(self, request, **given):
                return "sent"

        class AsyncSession:
            async def send(self, request, **given):
                return "sent"
        """
    )
    suite.run(
        f"""{IMPORTS}
    from types import SimpleNamespace

    import niquests

    def test_it(twilio_users):
        request = SimpleNamespace(url=URL)
        with pytest.raises(NoNetwork):
            niquests.Session().send(request, stream=True)
        with pytest.raises(NoNetwork):
            asyncio.run(niquests.AsyncSession().send(request))
        request.url = "https://api.example.com/"
        assert niquests.Session().send(request) == "sent"
        """
    ).result.assert_outcomes(passed=1)


OWN_CLIENTS = """
    import requests
    from twilio.http import HttpClient
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response
    from twilio.rest import Client

    class ByRequests(TwilioHttpClient):
        def __init__(self):
            super().__init__()
            self.own = requests.Session()

        def request(self, method, url, params=None, data=None, headers=None, auth=None, **_):
            answer = self.own.request(
                method, url, params=params, data=data, headers=headers, auth=auth
            )
            return Response(answer.status_code, answer.text, answer.headers)

    class ByUrllib(HttpClient):
        def __init__(self):
            pass

        def request(self, method, url, **_):
            import urllib.request
            return urllib.request.urlopen(url)

    def users(http_client):
        return Client(*LOGIN, http_client=http_client).conversations.v1.users
    """


def test_a_client_of_ones_own_for_the_sdk_is_answered_where_it_sends(suite):
    """As Twilio's documents teach to write it; or it is refused there."""
    suite.run(
        f"""{IMPORTS}{OWN_CLIENTS}
    def test_answered(twilio_users):
        users(ByRequests()).create(identity="zo\\u00eb", friendly_name="Zoe & co")
        check(twilio_users, 201)

    def test_refused(twilio_users):
        with pytest.raises(NoNetwork, match="^urllib tried to connect"):
            users(ByUrllib()).list()
        """
    ).result.assert_outcomes(passed=2)


def test_the_error_names_all_that_are_answered():
    """In the order of the table; what is only beneath another need not be told."""
    named = ANSWERED.replace(" and ", ", ").split(", ")
    told = [library.name for library in LIBRARIES if library.fate is Fate.ANSWERED]
    assert sorted(named) == sorted(set(told) - {"httpcore"})
