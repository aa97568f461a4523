"""transports/sdk_requests.py, sdk_aiohttp.py: what reaches a backend is what the wire would see."""

import asyncio
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

import aiohttp
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from yarl import URL

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.transports import sdk_aiohttp, sdk_requests
from pytest_twilio_users.transports.requests_messages import from_prepared
from pytest_twilio_users.wire.messages import Response

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = ("AC" + "0" * 32, "tökèn")
HEADERS = {"User-Agent": "twilio-python", "X-Twilio-Client": "python", "Accept": "a/json"}
FORM = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}

values = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(st.sampled_from(["a", "b c"]), max_size=2),
    st.dictionaries(st.sampled_from(["plan", "ö"]), st.just(1), max_size=2),
)
forms = st.dictionaries(st.sampled_from(["Identity", "Attributes", "odd ö&="]), values)
plain = st.one_of(st.text(st.characters(codec="utf-8")), st.integers(), st.booleans(), st.none())
queries = st.none() | st.dictionaries(st.sampled_from(["PageSize", "PageToken"]), plain)
identities = twilio_st.identities() | st.text("ab%.2F/?#:@ é\\[]+~|", min_size=1)


class Asked:
    """Stands where the backend would: keeps the request, and answers with nothing."""

    seen = None

    def router(self):
        """Nobody looked at the routes."""

    @property
    def backend(self):
        """It is its own."""
        return self

    def handle(self, request):
        """Keep a request."""
        self.seen = request
        return Response(status=204)

    answer_message = handle

    async def answer_message_async(self, request):
        """Keep a request."""
        return self.handle(request)


def sync_seen(method, url, client=None, **message):
    """What the backend sees of a request of the sync client, or the class of the error."""
    asked = Asked()
    try:
        sdk_requests.ask(asked, client or TwilioHttpClient(), method, url, auth=LOGIN, **message)
    except (requests.RequestException, UnicodeError) as error:
        return type(error)
    return asked.seen


def async_seen(method, url, **message):
    """The same of the async client."""

    async def see():
        asked = Asked()
        client = AsyncTwilioHttpClient(pool_connections=False)
        await sdk_aiohttp.ask(asked, client, method, url, auth=("AC1", "token"), **message)
        return asked.seen

    with asyncio.Runner() as runner:
        return runner.run(see())


def prepared(method, url, **message):
    """What requests makes of it, or the class of its error."""
    asked = requests.Request(method, url, auth=LOGIN, **message)
    try:
        return from_prepared(requests.Session().prepare_request(asked))
    except (requests.RequestException, UnicodeError) as error:
        return type(error)


@given(identity=identities, params=queries, data=st.none() | forms)
def test_the_short_way_writes_what_requests_writes(identity, params, data):
    """Target, headers and body to the letter, for whatever an application may ask for."""
    url = f"{USERS}/{identity}"
    message = {"params": params, "data": data, "headers": FORM}
    found, expected = sync_seen("POST", url, **message), prepared("POST", url, **message)
    assert found == expected
    if not isinstance(found, type):
        assert found.authorization == expected.authorization


@given(identity=identities)
def test_a_path_is_what_yarl_makes_of_it(identity):
    """The async client's paths are not the sync one's."""
    url = URL(f"{USERS}/{identity}")
    seen = async_seen("GET", str(url), headers=HEADERS)
    assert (seen.target, seen.fragment) == (url.raw_path_qs, url.raw_fragment)


@pytest.mark.parametrize(
    ("data", "body"),
    [
        ({"Attributes": {"plan": "pro", "born": 1815}}, b"Attributes=plan&Attributes=born"),
        ({"Attributes": ["a", "b c"]}, b"Attributes=a&Attributes=b+c"),
        ({"FriendlyName": "Zoë & co"}, b"FriendlyName=Zo%C3%AB+%26+co"),
        ({"FriendlyName": True, "RoleSid": 3}, b"FriendlyName=True&RoleSid=3"),
        ({}, b""),
        (None, b""),
    ],
)
@pytest.mark.parametrize("seen", [sync_seen, async_seen], ids=["sync", "async"])
def test_forms_are_written_as_the_sdk_writes_them(seen, data, body):
    """Attributes as a dict, too: the keys are sent, and the values are not."""
    assert seen("POST", USERS, data=data, headers=FORM).body == body


def test_a_parameter_that_is_none_is_not_sent():
    """In a query as in a form; requests does that."""
    seen = sync_seen("POST", USERS, params={"A": None, "B": 1}, data={"C": None, "D": 2})
    assert (seen.target, seen.body) == ("/v1/Users?B=1", b"D=2")


def test_a_form_may_be_pairs():
    """The SDK's own are dicts; its HTTP client takes what requests takes."""
    assert sync_seen("POST", USERS, data=[("A", "1"), ("A", "2")], headers=FORM).body == b"A=1&A=2"


def test_plain_http_is_asked_alike():
    """Of a proxy on loopback, say."""
    assert sync_seen("GET", "http://conversations.twilio.com/").origin == (
        "http://conversations.twilio.com"
    )


@pytest.mark.parametrize("kind", ["application/json", "application/scim+json"])
def test_json_is_sent_as_json(kind):
    """No operation of the ten takes it; the SDK's HTTP client can."""
    seen = sync_seen("POST", USERS, data={"a": 1}, headers={"Content-Type": kind})
    assert (seen.body, seen.header("content-type")) == (b'{"a": 1}', kind)


def test_what_the_application_taught_its_session_is_sent():
    """Headers, parameters, cookies and credentials of the session."""
    client = TwilioHttpClient()
    client.session.headers["X-Trace"] = b"7"
    client.session.params = {"debug": "yes"}
    client.session.cookies.set("seen", "1")
    asked = Asked()
    client.session.auth = ("a", "b")
    sdk_requests.ask(asked, client, "GET", USERS)
    assert asked.seen.target == "/v1/Users?debug=yes"
    assert asked.seen.header("x-trace") == "7"
    assert asked.seen.header("cookie") == "seen=1"
    assert asked.seen.authorization == "Basic YTpi"


def test_a_clients_credentials_go_before_those_of_its_session():
    """As requests has it; so the session's are no reason to ask it."""
    client = TwilioHttpClient()
    client.session.auth = ("a", "b")
    assert sync_seen("GET", USERS, client).authorization == prepared("GET", USERS).authorization


def test_what_the_application_taught_its_async_session_is_sent():
    """Headers and cookies of the session."""

    async def see():
        async with AsyncTwilioHttpClient() as client:
            await client.session.close()
            client.session = aiohttp.ClientSession(
                headers={"X-Trace": "7", "Authorization": "Basic YTpi"}, cookies={"seen": "1"}
            )
            asked = Asked()
            await sdk_aiohttp.ask(asked, client, "GET", USERS)
            return asked.seen

    with asyncio.Runner() as runner:
        seen = runner.run(see())
    assert (seen.header("x-trace"), seen.header("cookie")) == ("7", "seen=1")
    assert seen.authorization == "Basic YTpi"


def test_a_host_header_of_the_applications_own_is_sent():
    """As http.client has it: once."""
    seen = sync_seen("GET", USERS, headers={"Host": "example.com"})
    assert [value for name, value in seen.headers if name == "host"] == ["example.com"]


@pytest.fixture(scope="module")
def heard():
    """What a server on loopback heard, and where it is."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        """Keeps what it hears."""

        def handle_any(self):
            """Keep a request."""
            length = int(self.headers.get("content-length", 0))
            headers = tuple((name.lower(), value) for name, value in self.headers.items())
            heard.append((self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815  # names of http.server

        def log_message(self, *_):
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield heard, f"http://127.0.0.1:{server.server_port}/v1/Users"
        server.shutdown()
        thread.join()


MESSAGES = [
    ("GET", "", {"params": {"PageSize": 5}, "headers": HEADERS}),
    ("GET", "/a b%2Fä?x#y", {"headers": HEADERS}),
    ("POST", "", {"data": {"Identity": "ä", "Attributes": {"a": 1}}, "headers": FORM}),
    ("POST", "/ada", {"data": {}, "headers": FORM}),
    ("DELETE", "/%2E%2E", {"headers": {"User-Agent": "twilio-python"}}),
]


@pytest.mark.parametrize(("method", "path", "message"), MESSAGES)
def test_the_sync_client_is_seen_as_on_a_socket(heard, method, path, message):
    """Method, target, headers in their order, and body, beside a real server's account."""
    exchanges, users = heard
    with requests.Session() as session:
        client = TwilioHttpClient()
        client.session = session
        client.request(method, users + path, auth=LOGIN, **message)
        seen = sync_seen(method, users + path, client, **message)
    assert wire(seen) == without_order(exchanges[-1])


@pytest.mark.parametrize(("method", "path", "message"), MESSAGES)
def test_the_async_client_is_seen_as_on_a_socket(heard, method, path, message):
    """The same; but for aiohttp's warning that its way to log in will change."""
    exchanges, users = heard

    async def send():
        async with AsyncTwilioHttpClient() as client:
            await client.request(method, users + path, auth=("AC1", "token"), **message)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with asyncio.Runner() as runner:
            runner.run(send())
    assert wire(async_seen(method, users + path, **message)) == without_order(exchanges[-1])


def wire(request):
    """A request as the server tells it; the kit keeps credentials apart."""
    headers = (*request.headers, ("authorization", request.authorization))
    return without_order((request.method, request.target, headers, request.body))


def without_order(told):
    """The same with sorted headers."""
    method, target, headers, body = told
    return method, target, sorted(headers), body
