"""transports/sdk_note.py: Twilio's SDK above the libraries that it sends by."""

import asyncio
import inspect
import logging
import sys

import aiohttp
import httpx
import pytest
import requests
from aiohttp_retry import RetryClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client
from unit.transports.sdk_flavours import LOGIN, OTHER, USERS
from versions import since

from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.transports import sdk_note
from pytest_twilio_users.transports.sdk_note import missing_sdk

pytestmark = [
    # The SDK's own.
    pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]


@pytest.fixture
def elsewhere(loopback, urllib3_to_loopback, to_loopback, monkeypatch):
    """Has both libraries find every host on loopback."""
    monkeypatch.setattr(aiohttp.connector, "DefaultResolver", lambda **_: to_loopback())
    return loopback


@pytest.fixture
def catching(sdk, elsewhere, starting, transport_to):
    """Starts a note, and a catch before a backend."""

    def catching(backend, router=None):
        note, catch = sdk.note(), sdk.catch(transport_to(backend, router))
        starting(note, catch)
        return note, catch

    return catching


@pytest.fixture
def http(sdk, elsewhere):
    """An HTTP client of the SDK."""
    client = sdk.http()
    yield client
    sdk.close(client)


@pytest.fixture
def caught(catching, stub, routes):
    """The stub, and the routes that override it."""
    return catching(stub, routes)


@pytest.fixture
def plainly_caught(catching, stub):
    """The stub, and no routes that anybody looks at."""
    return catching(stub)


class TestNotes:
    """Whom a request was made for, to the letter."""

    @pytest.mark.parametrize("user", ["ada@example.com", "a b", "a?b", "a#b", "%41"])
    def test_who_was_asked_for_is_noted(self, plainly_caught, sdk, http, journal, user):
        """Before the library normalises the path."""
        sdk.request(http, url=f"{USERS}/{user}")

        assert journal.last.request.asked == user

    def test_nobody_is_asked_for_by_a_list(self, plainly_caught, sdk, http, journal):
        """It is of all."""
        sdk.request(http)

        assert journal.last.request.asked is None

    def test_a_redirect_asks_for_nobody(self, caught, sdk, http, routes, journal):
        """It was the server's idea."""
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(return_value=home)
        sdk.request(http, allow_redirects=True)

        assert [exchange.request.asked for exchange in journal] == [None] * 2

    def test_a_redirect_of_a_user_asks_for_nobody(self, caught, sdk, http, routes, journal):
        """The first was asked for."""
        home = httpx.Response(307, headers={"location": f"{USERS}/grace"})
        routes["fetch_user"].mock(side_effect=[home, httpx.Response(200)])
        sdk.request(http, url=f"{USERS}/ada", allow_redirects=True)

        assert [exchange.request.asked for exchange in journal] == ["ada", None]

    def test_nothing_is_noted_after_stop(self, plainly_caught, sdk, http, journal):
        """The SDK's method is its own again."""
        note, _ = plainly_caught
        note.stop()
        sdk.request(http, url=f"{USERS}/ada")

        assert journal.last.request.asked is None

    def test_the_method_takes_what_it_took(self, sdk):
        """Mocks ask it which."""
        before = inspect.signature(sdk.kind.request)
        note = sdk.note()
        note.start()
        during = inspect.signature(sdk.kind.request)
        note.stop()

        assert during == before

    def test_the_url_may_be_named(self, plainly_caught, sdk, http):
        """As in the SDK's own signature."""
        assert sdk.run(http.request(method="GET", url=USERS, auth=LOGIN)).status_code == 200


class TestCaught:
    """The SDK's requests are caught where it sends them."""

    def test_requests_are_caught(self, plainly_caught, sdk, http, elsewhere):
        """Also those of a client that was opened before."""
        assert (sdk.request(http).status_code, elsewhere.heard) == (200, [])

    def test_other_products_go_where_they_went(self, plainly_caught, sdk, http, elsewhere):
        """The same client sends messages, and makes calls."""
        url = OTHER.replace("https://api.twilio.com", f"http://api.twilio.com:{elsewhere.port}")

        assert sdk.request(http, url=url).text == "from the network"

    def test_nothing_is_caught_after_stop(self, plainly_caught, sdk, http, there):
        """The network is back."""
        _, catch = plainly_caught
        catch.stop()

        assert sdk.request(http, url=there).status_code == 299

    def test_an_unanswered_request_fails(self, plainly_caught, sdk, http, there, elsewhere):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            sdk.request(http, url=there.replace("Users", "Roles"))
        assert elsewhere.heard == []

    def test_plain_http_is_caught(self, plainly_caught, sdk, http):
        """As it is for httpx."""
        assert sdk.request(http, url=USERS.replace("https", "http")).status_code == 200

    def test_a_client_without_a_pool_is_caught(self, plainly_caught, sdk):
        """It opens a session for each request."""
        assert sdk.request(sdk.http(pool_connections=False)).status_code == 200

    def test_a_clients_proxy_opens_no_way_around(self, plainly_caught, sdk):
        """What is sent through it is caught before."""
        proxy = "http://127.0.0.1:1"
        given = {"proxy_url": proxy} if sdk.is_async else {"proxy": {"https": proxy}}
        client = sdk.http(**given)

        assert sdk.request(client).status_code == 200
        sdk.close(client)

    def test_the_applications_own_fake_is_left_alone(self, plainly_caught, sdk, http):
        """A session that never reaches for the network."""

        class Fake:
            """Fakes a session."""

            closed = True

            def __getattr__(self, name):
                raise LookupError("a fake")

        sdk.close(http)
        http.session = Fake()
        with pytest.raises(LookupError, match=r"^a fake$"):
            sdk.request(http)
        http.session = None


class TestAnswers:
    """What the SDK is told is what it would have heard."""

    @pytest.mark.parametrize("routed", [False, True])
    def test_an_answer_is_the_sdks(  # noqa: PLR0917  # fixtures and a case
        self, catching, stub, sdk, http, routes, routed
    ):
        """Status, text, and headers of any case."""
        catching(stub, routes if routed else None)
        answer = sdk.request(http)

        assert isinstance(answer, SdkResponse)
        assert (answer.status_code, answer.ok) == (200, True)
        assert '"users": []' in answer.text
        assert answer.headers["content-type"] == answer.headers["CONTENT-TYPE"]
        assert dict(answer.headers)["Twilio-Request-Id"].startswith("RQ")

    @pytest.mark.parametrize("routed", [False, True])
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/html; charset=latin-1", "é".encode("latin-1")),
            ("text/html; charset=utf-8", "é".encode()),
            ("application/json", "é".encode()),
        ],
    )
    def test_text_is_read_in_its_encoding(  # noqa: PLR0917  # fixtures and a case
        self, catching, saying, sdk, http, routes, routed, kind, body
    ):
        """A proxy's page may be in any."""
        catching(saying(502, body, content_type=kind), routes if routed else None)

        assert sdk.request(http).text == "é"

    def test_headers_that_come_twice_are_kept(self, catching, always_caught, sdk, http):
        """In one line, or as two."""
        catching(always_caught)
        headers = sdk.request(http).headers

        assert (headers.getall("X-A") if sdk.is_async else headers["X-A"].split(", ")) == ["1", "2"]

    @since("twilio", "8.0")
    def test_what_the_client_keeps_for_tests_is_there(self, plainly_caught, sdk, http):
        """The last request and the last response."""
        answer = sdk.request(http, params={"PageSize": 3})

        assert http._test_only_last_response is answer
        assert http._test_only_last_request.params == {"PageSize": 3}
        assert http._test_only_last_request.url == USERS

    @since("twilio", "8.0")
    def test_it_logs_as_the_sdk_does(self, plainly_caught, sdk, http, caplog):
        """Requests and responses, and no credentials."""
        http.logger = logging.getLogger("of the application")
        with caplog.at_level(logging.INFO):
            sdk.request(http, headers={"Accept": "application/json"})

        assert f"GET Request: {USERS}" in caplog.messages
        assert "Response Status Code: 200" in caplog.messages
        assert LOGIN[1] not in caplog.text

    @since("twilio", "8.0")
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

    @pytest.mark.filterwarnings("ignore:Chaining 'timeout':DeprecationWarning")
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

    def test_a_request_may_pass(self, caught, sdk, http, routes, there):
        """To whatever lies beneath."""
        routes["list_user"].pass_through()

        assert sdk.request(http, url=there).text == "from the network"

    @pytest.mark.parametrize(
        ("error", "sync_error", "async_error"),
        [
            (httpx.ConnectError, requests.ConnectionError, aiohttp.ClientConnectorError),
            (httpx.ConnectTimeout, requests.ConnectTimeout, aiohttp.ConnectionTimeoutError),
            (httpx.ReadTimeout, requests.ReadTimeout, aiohttp.SocketTimeoutError),
            (httpx.ReadError, requests.ConnectionError, aiohttp.ClientOSError),
        ],
    )
    def test_errors_are_those_of_the_library(  # noqa: PLR0917  # fixtures and a case
        self, caught, sdk, http, routes, error, sync_error, async_error
    ):
        """What an application catches is what it would have to catch."""
        told = async_error if sdk.is_async else sync_error
        routes["list_user"].mock(side_effect=error("broken"))
        with pytest.raises(told) as raised:
            sdk.request(http)

        assert type(raised.value) is told
        assert "broken" in str(raised.value)

    def test_a_redirect_is_followed_only_if_asked_for(self, caught, sdk, http, routes):
        """Within Twilio's Conversations to the stub."""
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(return_value=home)
        routes["fetch_user"].respond(204)

        assert sdk.request(http).status_code == 307
        assert sdk.request(http, allow_redirects=True).status_code == 204


class TestSession:
    """What an application put around the library."""

    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_hooks_are_called(self, plainly_caught, sdk):
        """With a response of requests, as from the network."""
        seen = []
        hooks = {"response": [lambda answer, **_: seen.append((answer.url, answer.json()))]}
        client = sdk.http(request_hooks=hooks)
        sdk.request(client)
        sdk.close(client)
        [(url, body)] = seen

        assert (url, body["users"]) == (USERS, [])

    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_what_the_application_taught_its_session_is_sent(
        self, plainly_caught, sdk, http, journal
    ):
        """Headers, parameters, cookies and credentials of the session."""
        http.session.headers["X-Trace"] = b"7"
        http.session.params = {"PageSize": "7"}
        http.session.cookies.set("seen", "1")
        http.session.auth = ("a", "b")
        sdk.request(http, auth=None)
        asked = journal.last.request

        assert asked.target == "/v1/Users?PageSize=7"
        assert (asked.header("x-trace"), asked.header("cookie")) == ("7", "seen=1")
        assert asked.authorization == "Basic YTpi"

    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_retries_retry(self, caught, sdk, routes):
        """As often as the application said."""
        routes["list_user"].mock(side_effect=[httpx.ConnectError("no")] * 2 + [None])
        client = sdk.http(max_retries=2)

        assert sdk.request(client).status_code == 200
        assert routes["list_user"].call_count == 3
        sdk.close(client)

    @pytest.mark.parametrize("sdk", ["async"], indirect=True)
    def test_async_retries_retry(self, caught, sdk, routes, monkeypatch):
        """As often as the application said, and after its own pauses."""
        pauses = []

        async def no_pause(seconds, *_):
            pauses.append(seconds)

        routes["list_user"].refuse("unavailable", times=2)
        client = sdk.http(max_retries=3)
        monkeypatch.setattr(asyncio, "sleep", no_pause)

        assert isinstance(client.session, RetryClient)
        assert sdk.request(client).status_code == 200
        assert (routes["list_user"].call_count, len(pauses)) == (3, 2)
        sdk.close(client)

    @pytest.mark.parametrize("sdk", ["async"], indirect=True)
    def test_a_request_that_may_pass_is_not_retried(self, caught, sdk, routes, there):
        """It is no error."""
        routes["list_user"].pass_through()
        client = sdk.http(max_retries=3)

        assert sdk.request(client, url=there).status_code == 299
        assert routes["list_user"].call_count == 1
        sdk.close(client)

    @pytest.mark.parametrize("sdk", ["async"], indirect=True)
    def test_a_closed_session_asks_nothing(self, plainly_caught, sdk, http):
        """As aiohttp says."""
        sdk.close(http)
        with pytest.raises(RuntimeError, match=r"^Session is closed$"):
            sdk.request(http)

    @pytest.mark.parametrize("sdk", ["async"], indirect=True)
    def test_what_the_application_taught_its_async_session_is_sent(
        self, plainly_caught, sdk, http, journal
    ):
        """Headers and cookies of the session."""

        async def open_session():
            return aiohttp.ClientSession(headers={"X-Trace": "7"}, cookies={"seen": "1"})

        sdk.close(http)
        http.session = sdk.run(open_session())
        sdk.request(http)
        asked = journal.last.request

        assert (asked.header("x-trace"), asked.header("cookie")) == ("7", "seen=1")


class TestForms:
    """What the SDK sends of what it is given."""

    @pytest.mark.parametrize(
        ("data", "body"),
        [
            ({"Attributes": {"plan": "pro", "born": 1815}}, b"Attributes=plan&Attributes=born"),
            ({"FriendlyName": "Zoë & co"}, b"FriendlyName=Zo%C3%AB+%26+co"),
            ({"FriendlyName": "ada", "RoleSid": 3}, b"FriendlyName=ada&RoleSid=3"),
            ({}, b""),
            (None, b""),
        ],
    )
    def test_forms_are_written_as_its_library_writes_them(  # noqa: PLR0917  # the same
        self, catching, saying, sdk, http, data, body
    ):
        """Attributes as a dict, too, where the library takes one: the keys are sent alone."""
        backend = saying()
        catching(backend)
        sdk.request(http, "POST", data=data)

        assert backend.heard[0].body == body

    @since("twilio", "9.4")
    @pytest.mark.parametrize("kind", ["application/json", "application/scim+json"])
    @pytest.mark.parametrize("sdk", ["sync"], indirect=True)
    def test_json_is_sent_as_json(self, catching, saying, sdk, http, kind):
        """No operation of the ten takes it; the SDK's HTTP client can."""
        backend = saying()
        catching(backend)
        sdk.request(http, "POST", data={"a": 1}, headers={"Content-Type": kind})

        assert (backend.heard[0].body, backend.heard[0].header("content-type")) == (
            b'{"a": 1}',
            kind,
        )


def test_any_client_of_the_sdk_has_the_patched_class():
    """A `twilio.rest.Client` without an HTTP client of its own."""
    assert type(Client(*LOGIN).http_client) is TwilioHttpClient


class TestMissing:
    """What is said to who asked for the SDK."""

    @pytest.mark.parametrize(
        ("found", "is_async"),
        [
            *(("7.0.0", False), ("9.13.0", False), ("10.0.0rc1", False), ("7.0", False)),
            *(("8.0.0", True), ("10.0.0rc1", True)),
        ],
    )
    def test_one_that_is_new_enough_is_all_right(self, monkeypatch, found, is_async):
        """Nothing is said."""
        monkeypatch.setattr(sdk_note, "version", lambda _: found)

        assert missing_sdk("twilio_users.sdk", is_async=is_async) == ""

    def test_none_is_missing(self, monkeypatch):
        """The sentence says how to get it."""
        monkeypatch.setitem(sys.modules, "twilio", None)

        assert missing_sdk("twilio_users.sdk") == (
            'twilio_users.sdk needs Twilio\'s SDK: pip install "pytest-twilio-users[sdk]".'
        )

    @pytest.mark.parametrize(
        ("found", "is_async", "lowest"), [("6.63.2", False, "7.0"), ("7.17.0", True, "8.0")]
    )
    def test_one_that_is_too_old_is_told(self, monkeypatch, found, is_async, lowest):
        """With both versions; the async methods came later."""
        monkeypatch.setattr(sdk_note, "version", lambda _: found)

        assert missing_sdk("twilio_users.sdk", is_async=is_async) == (
            f"twilio_users.sdk needs Twilio's SDK {lowest} or later, and {found} is installed:"
            f' pip install "twilio>={lowest}".'
        )
