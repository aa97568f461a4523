"""transports/sdk_catch.py and what it leads to: the requests of Twilio's SDK, sync and async."""

import asyncio
import inspect
import logging
import sys

import aiohttp
import httpx
import pytest
import requests
from aiohttp_retry import RetryClient
from requests.adapters import BaseAdapter, HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client

from pytest_twilio_users import transports
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_async_client import async_sdk_client
from pytest_twilio_users.transports.sdk_catch import AsyncSdkCatch, SdkCatch
from pytest_twilio_users.transports.sdk_client import sdk_client
from pytest_twilio_users.wire.messages import Response

LOGIN = ("AC" + "a" * 32, "a-secret")
USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.twilio.com/2010-04-01/Accounts.json"


class Sdk:
    """One flavour of the SDK's HTTP client; what it gives is awaited at once."""

    def __init__(self, runner):
        self.is_async = runner is not None
        self._runner = runner
        self.kind = AsyncTwilioHttpClient if self.is_async else TwilioHttpClient

    def catch(self, transport):
        """A catch of this flavour."""
        return (AsyncSdkCatch if self.is_async else SdkCatch)(transport)

    def own(self, transport):
        """The handle's own client of this flavour."""
        return (async_sdk_client if self.is_async else sdk_client)(transport, *LOGIN)

    def http(self, **named):
        """Open an HTTP client of the SDK."""

        async def make():
            return self.kind(**named)

        return self._runner.run(make()) if self.is_async else self.kind(**named)

    def close(self, client):
        """Close what is open."""
        if self.is_async:
            self._runner.run(client.close())

    def run(self, result):
        """Await a result that can be awaited."""
        return self._runner.run(result) if inspect.iscoroutine(result) else result

    def request(self, client, method="GET", url=USERS, **message):
        """Send a request."""
        return self.run(client.request(method, url, **{"auth": LOGIN, **message}))


@pytest.fixture(params=["sync", "async"])
def sdk(request):
    """Sync, then async: the same proof for both."""
    if request.param == "sync":
        yield Sdk(None)
        return
    with asyncio.Runner() as runner:
        yield Sdk(runner)


@pytest.fixture
def sent(sdk, monkeypatch):
    """What was sent to the network, which is cut off and answers 299."""
    sent = []

    def request(client, method, url, *args, **given):
        sent.append(url)
        client._test_only_last_response = SdkResponse(299, "from the network", {})
        return client._test_only_last_response

    async def request_async(*args, **given):
        return request(*args, **given)

    monkeypatch.setattr(sdk.kind, "request", request_async if sdk.is_async else request)
    return sent


@pytest.fixture
def catching(sdk, sent, transport_to):
    """Makes started catches before a backend; all stop in the end."""
    made = []

    def catching(backend, router=None):
        made.append(sdk.catch(transport_to(backend, router)))
        made[-1].start()
        return made[-1]

    yield catching
    for catch in made:
        catch.stop()


@pytest.fixture
def http(sdk):
    """An HTTP client of the SDK."""
    client = sdk.http()
    yield client
    sdk.close(client)


@pytest.fixture
def caught(catching, stub, routes):
    """A catch before the stub, and the routes that override it."""
    return catching(stub, routes)


@pytest.fixture
def plainly_caught(catching, stub):
    """A catch before the stub, and no routes that anybody looks at."""
    return catching(stub)


class Saying:
    """A backend that answers with what it was given."""

    def __init__(self, **answer):
        self.answer = Response(**answer)

    def handle(self, request):
        """Answer a request."""
        return self.answer


class TestCatch:
    """A catch works between start and stop, for Twilio's Conversations."""

    def test_requests_are_caught(self, plainly_caught, sdk, http, sent):
        """Also those of a client that was opened before."""
        assert (sdk.request(http).status_code, sent) == (200, [])

    def test_other_products_go_where_they_went(self, plainly_caught, sdk, http, sent):
        """The same client sends messages, and makes calls."""
        assert sdk.request(http, url=OTHER).text == "from the network"
        assert sent == [OTHER]

    def test_what_can_not_be_loaded_is_told(self, monkeypatch, sdk, transport_to):
        """An SDK that the kit does not get on with is not taken for a missing one."""
        name = "sdk_aiohttp" if sdk.is_async else "sdk_requests"
        monkeypatch.delattr(transports, name)
        monkeypatch.setitem(sys.modules, f"pytest_twilio_users.transports.{name}", None)
        with pytest.raises(ImportError, match=name):
            sdk.catch(transport_to(None)).start()

    def test_libraries_that_a_test_replaces_are_in_nobodys_way(
        self, monkeypatch, plainly_caught, sdk, http, sent
    ):
        """What answers was loaded with the catch, and knows the classes that the SDK knows."""
        beneath = "aiohttp" if sdk.is_async else "requests"
        for name in [name for name in sys.modules if name.partition(".")[0] == beneath]:
            monkeypatch.delitem(sys.modules, name)
        assert (sdk.request(http).status_code, sent) == (200, [])

    def test_nothing_is_caught_after_stop(self, plainly_caught, sdk, http):
        """The network is back, even if somebody restores the patch."""
        patch = sdk.kind.request
        plainly_caught.stop()
        assert sdk.request(http).status_code == 299
        assert sdk.run(patch(http, "GET", USERS)).status_code == 299

    def test_the_url_may_be_named(self, plainly_caught, sdk, http):
        """As in the SDK's own signature."""
        assert sdk.run(http.request(method="GET", url=USERS, auth=LOGIN)).status_code == 200

    def test_an_unanswered_request_fails(self, plainly_caught, sdk, http, sent):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            sdk.request(http, url="https://conversations.twilio.com/v1/Roles")
        assert sent == []

    def test_plain_http_is_caught(self, plainly_caught, sdk, http):
        """As it is for httpx."""
        assert sdk.request(http, url=USERS.replace("https", "http")).status_code == 200

    def test_a_client_without_a_pool_is_caught(self, plainly_caught, sdk):
        """It would open a session for each request."""
        assert sdk.request(sdk.http(pool_connections=False)).status_code == 200

    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_the_applications_own_fake_is_left_alone(self, plainly_caught, sdk, http, sent):
        """An adapter that never reaches for the network is not caught, nor a mock of a session."""

        class Fake(BaseAdapter):
            """Fakes Twilio."""

        http.session.mount("https://conversations", Fake())
        assert sdk.request(http).status_code == 299
        http.session = object()
        assert sdk.request(http).status_code == 299

    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_a_session_without_an_adapter_is_left_alone(self, plainly_caught, sdk, http):
        """It has its own error."""
        http.session.adapters.clear()
        assert sdk.request(http).status_code == 299

    @pytest.mark.parametrize("sdk", ["async"], indirect=True)
    def test_the_applications_own_async_fake_is_left_alone(self, plainly_caught, sdk):
        """A session that is not aiohttp's."""
        client = sdk.http(pool_connections=False)
        client.session = object()
        assert sdk.request(client).status_code == 299


class TestAnswers:
    """What the SDK is told is what it would have heard."""

    @pytest.mark.parametrize("routed", [False, True])
    def test_an_answer_is_the_sdks(self, request, sdk, http, routed):
        """Status, text, and headers of any case."""
        request.getfixturevalue("caught" if routed else "plainly_caught")
        answer = sdk.request(http)
        assert isinstance(answer, SdkResponse)
        assert (answer.status_code, answer.ok) == (200, True)
        assert '"users": []' in answer.text
        assert answer.headers["content-type"] == answer.headers["CONTENT-TYPE"]
        assert dict(answer.headers)["Twilio-Request-Id"].startswith("RQ")

    @pytest.mark.parametrize("routed", [False, True])
    @pytest.mark.parametrize(
        ("kind", "body", "text"),
        [
            ("text/html; charset=latin-1", "é".encode("latin-1"), "é"),
            ("text/html; charset=utf-8", "é".encode(), "é"),
            ("application/json", "é".encode(), "é"),
            ("application/json; charset=no-such", "é".encode(), "é"),
        ],
    )
    def test_text_is_read_in_its_encoding(  # noqa: PLR0917  # fixtures and a case
        self, catching, sdk, http, routes, routed, kind, body, text
    ):
        """A proxy's page may be in any."""
        backend = Saying(status=502, headers=(("content-type", kind),), body=body)
        catching(backend, routes if routed else None)
        assert sdk.request(http).text == text

    def test_headers_that_come_twice_are_kept(self, catching, sdk, http):
        """In one line, or as two."""
        catching(Saying(status=200, headers=(("x-a", "1"), ("x-a", "2"))))
        headers = sdk.request(http).headers
        assert (headers.getall("X-A") if sdk.is_async else headers["X-A"].split(", ")) == ["1", "2"]

    def test_what_the_client_keeps_for_tests_is_there(self, plainly_caught, sdk, http):
        """The last request and the last response."""
        answer = sdk.request(http, params={"PageSize": 3})
        assert http._test_only_last_response is answer
        assert http._test_only_last_request.params == {"PageSize": 3}
        assert http._test_only_last_request.url == USERS

    def test_it_logs_as_the_sdk_does(self, plainly_caught, sdk, http, caplog):
        """Requests and responses, and no credentials."""
        http.logger = logging.getLogger("of the application")
        with caplog.at_level(logging.INFO):
            sdk.request(http, headers={"Accept": "application/json"})
        assert f"GET Request: {USERS}" in caplog.messages
        assert "Response Status Code: 200" in caplog.messages
        assert LOGIN[1] not in caplog.text

    def test_a_log_of_the_applications_own_is_called(self, plainly_caught, sdk, http):
        """A subclass may have one."""
        told = []

        class Telling(sdk.kind):
            """Tells."""

            def log_response(self, status_code, response):
                """Tell."""
                told.append((status_code, response.headers["Content-Type"]))

        http.__class__ = Telling
        sdk.request(http)
        assert told == [(200, "application/json; charset=utf-8")]

    @pytest.mark.parametrize("timeout", [0, -1])
    def test_a_timeout_must_be_positive(self, plainly_caught, sdk, http, timeout):
        """As the SDK says."""
        with pytest.raises(ValueError, match=str(timeout)):
            sdk.request(http, timeout=timeout)

    def test_a_timeout_that_is_positive_is_not_waited_for(self, plainly_caught, sdk, http):
        """Nothing sleeps."""
        assert sdk.request(http, timeout=5).status_code == 200


class TestOverrides:
    """What an author has a route do."""

    def test_a_refusal_is_an_answer(self, caught, sdk, http, routes):
        """With Twilio's code in it."""
        routes["list_user"].refuse("too_many_requests")
        answer = sdk.request(http)
        assert (answer.status_code, '"code": 20429' in answer.text) == (429, True)

    def test_a_request_may_pass(self, caught, sdk, http, routes, sent):
        """To whatever lies beneath."""
        routes["list_user"].pass_through()
        assert sdk.request(http).text == "from the network"
        assert sent == [USERS]

    @pytest.mark.parametrize(
        ("error", "sync_error", "async_error"),
        [
            (httpx.ConnectError, requests.ConnectionError, aiohttp.ClientConnectorError),
            (httpx.ConnectTimeout, requests.ConnectTimeout, TimeoutError),
            (httpx.ReadTimeout, requests.ReadTimeout, TimeoutError),
            (httpx.WriteTimeout, requests.ConnectionError, TimeoutError),
            (httpx.ReadError, requests.ConnectionError, aiohttp.ClientOSError),
            (httpx.RemoteProtocolError, requests.ConnectionError, aiohttp.ServerDisconnectedError),
            (httpx.ProxyError, requests.exceptions.ProxyError, aiohttp.ClientError),
            (httpx.TooManyRedirects, requests.TooManyRedirects, aiohttp.ClientError),
            (httpx.InvalidURL, requests.exceptions.InvalidURL, aiohttp.InvalidURL),
        ],
    )
    def test_errors_are_those_of_the_library(  # noqa: PLR0917  # fixtures and a case
        self, caught, sdk, http, routes, error, sync_error, async_error
    ):
        """What an application catches is what it would have to catch."""
        routes["list_user"].mock(side_effect=error("broken"))
        with pytest.raises(async_error if sdk.is_async else sync_error) as raised:
            sdk.request(http)
        assert type(raised.value) is (async_error if sdk.is_async else sync_error)
        assert "broken" in str(raised.value)
        assert isinstance(raised.value.__cause__, error)

    def test_other_errors_are_left_alone(self, caught, sdk, http, routes):
        """The author may raise the library's own."""
        routes["list_user"].mock(side_effect=requests.exceptions.SSLError("expired"))
        with pytest.raises(requests.exceptions.SSLError, match="expired"):
            sdk.request(http)


@pytest.mark.parametrize("sdk", ["sync"], indirect=True)
class TestSession:
    """What an application put around requests."""

    def test_hooks_are_called(self, plainly_caught, sdk):
        """With a response of requests, as from the network."""
        seen = []
        hooks = {"response": [lambda answer, **_: seen.append((answer.url, answer.json()))]}
        sdk.request(sdk.http(request_hooks=hooks))
        [(url, body)] = seen
        assert (url, body["users"]) == (USERS, [])

    def test_a_session_of_the_applications_own_sends(self, plainly_caught, sdk, http):
        """A subclass, with whatever its constructor took."""

        class Session(requests.Session):
            """Counts."""

            def __init__(self, counted):
                super().__init__()
                self.counted = counted

            def send(self, request, **named):
                """Count."""
                self.counted.append(request.url)
                return super().send(request, **named)

        http.session = Session([])
        assert sdk.request(http).status_code == 200
        assert http.session.counted == [USERS]

    def test_a_redirect_is_followed_only_if_asked_for(self, caught, sdk, http, routes, monkeypatch):
        """Within Twilio's Conversations to the stub, elsewhere where it would go."""
        away = httpx.Response(307, headers={"location": "https://example.com/"})
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(side_effect=[away, home, away])
        beyond = requests.Response()
        beyond.status_code = 299
        beyond._content = b""
        monkeypatch.setattr(HTTPAdapter, "send", lambda *_, **__: beyond)

        assert sdk.request(http).status_code == 307
        assert sdk.request(http, allow_redirects=True).status_code == 404
        assert sdk.request(http, allow_redirects=True).status_code == 299

    def test_its_adapter_can_be_closed(self, plainly_caught, sdk, http):
        """A hook may close what it finds."""
        hooks = {"response": [lambda answer, **_: answer.close()]}
        assert sdk.request(sdk.http(request_hooks=hooks)).status_code == 200


@pytest.mark.parametrize("sdk", ["async"], indirect=True)
class TestAsyncSession:
    """What an application put around aiohttp."""

    def test_a_closed_session_asks_nothing(self, plainly_caught, sdk, http):
        """As aiohttp says."""
        sdk.close(http)
        with pytest.raises(RuntimeError, match="Session is closed"):
            sdk.request(http)

    def test_retries_retry(self, caught, sdk, routes, monkeypatch):
        """As often as the application said, and after its own pauses."""
        monkeypatch.setattr(asyncio, "sleep", no_pause)
        routes["list_user"].refuse("unavailable", times=2)
        client = sdk.http(max_retries=3)
        assert isinstance(client.session, RetryClient)
        assert sdk.request(client).status_code == 200
        assert routes["list_user"].call_count == 3
        sdk.close(client)

    def test_a_request_that_may_pass_is_not_retried(self, caught, sdk, routes, sent):
        """It is no error."""
        routes["list_user"].pass_through()
        client = sdk.http(max_retries=3)
        assert sdk.request(client).status_code == 299
        assert routes["list_user"].call_count == 1
        sdk.close(client)

    def test_a_complaint_of_the_kit_is_not_retried(self, plainly_caught, sdk, journal):
        """The mistake is the author's, and is told once."""
        client = sdk.http(max_retries=3)
        with pytest.raises(UnansweredRequest):
            sdk.request(client, url=USERS + "/a/b")
        assert len(journal) == 1
        sdk.close(client)

    def test_an_answer_has_what_a_judge_of_retries_asks_for(self, caught, sdk):
        """Such as one that looks into the body."""
        judged = []

        async def judge(answer):
            judged.append((answer.method, answer.ok, await answer.read()))
            return True

        client = sdk.http(max_retries=1)
        client.session.retry_options.evaluate_response_callback = judge
        client.session.retry_options.attempts = 2
        assert sdk.request(client).status_code == 200
        assert judged[0][:2] == ("GET", True)
        assert b'"users": []' in judged[0][2]
        sdk.close(client)


async def no_pause(*_):
    """Pause for no time."""


class TestOwnClient:
    """The handle's own client of the SDK: no catch, no network."""

    def test_it_asks_the_backend(self, sdk, transport):
        """On the extension point that the SDK has for it."""
        users = sdk.own(transport).conversations.v1.users
        create = users.create_async if sdk.is_async else users.create
        assert sdk.run(create(identity="ada")).identity == "ada"

    def test_a_refusal_is_the_sdks_error(self, sdk, transport):
        """With status and code."""
        user = sdk.own(transport).conversations.v1.users("nobody")
        with pytest.raises(TwilioRestException) as refused:
            sdk.run(user.fetch_async() if sdk.is_async else user.fetch())
        assert (refused.value.status, refused.value.code) == (404, 20404)

    def test_other_hosts_are_not_reached(self, sdk, transport):
        """It has no network: what no operation answers is a mistake."""
        with pytest.raises(UnansweredRequest):
            sdk.request(sdk.own(transport).http_client, url=OTHER)

    def test_nothing_may_pass(self, sdk, transport, routes):
        """There is no network behind it."""
        routes["list_user"].pass_through()
        name = "twilio_users_async_sdk" if sdk.is_async else "twilio_users_sdk"
        with pytest.raises(KitError) as complaint:
            sdk.request(sdk.own(transport).http_client)
        assert str(complaint.value) == (
            f"GET /v1/Users may pass through, but {name} has no network behind it in stub mode."
            " Send it from a twilio.rest.Client of your own."
        )

    def test_the_environment_does_not_move_it(self, sdk, transport, monkeypatch):
        """Twilio's names of the environment are the application's."""
        monkeypatch.setenv("TWILIO_REGION", "ie1")
        monkeypatch.setenv("TWILIO_EDGE", "dublin")
        client = sdk.own(transport)
        assert client.get_hostname(USERS) == USERS


def test_edge_and_region_are_in_the_origin(stub, journal):
    """The SDK puts them there."""
    observed = ObservedBackend(stub, journals=lambda: [journal], strict=lambda: True)
    client = sdk_client(BackendTransport(observed, router=lambda: None), *LOGIN)
    client.region, client.edge = "ie1", "dublin"
    client.conversations.v1.users.list(limit=1)
    assert journal.last.request.origin == "https://conversations.dublin.ie1.twilio.com"


def test_any_client_of_the_sdk_has_the_patched_class():
    """A `twilio.rest.Client` without an HTTP client of its own."""
    assert type(Client(*LOGIN).http_client) is TwilioHttpClient
