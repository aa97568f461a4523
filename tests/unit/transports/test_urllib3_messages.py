"""transports/urllib3_messages.py: what reaches a backend is what the wire would see."""

import io

import httpx
import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3 import HTTPSConnectionPool
from urllib3._collections import HTTPHeaderDict
from urllib3.util import SKIP_HEADER
from versions import since

from pytest_twilio_users.transports.asked import asking
from pytest_twilio_users.transports.streams import CutBody
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch
from pytest_twilio_users.transports.urllib3_messages import from_urllib3, read_body, to_urllib3
from pytest_twilio_users.wire.messages import Response, Timeouts

ORIGIN = "https://conversations.twilio.com"
LOGIN = ("AC" + "0" * 32, "tökèn")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class TestBodies:
    """What would be sent of a body."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda: "tea",
            lambda: b"tea",
            lambda: bytearray(b"tea"),
            lambda: memoryview(b"tea"),
            lambda: io.BytesIO(b"tea"),
            lambda: io.StringIO("tea"),
            lambda: [b"t", b"ea"],
            lambda: iter([b"t", "ea"]),
            lambda: (part for part in ["t", b"", b"ea"]),
        ],
        ids=lambda make: type(make()).__name__,
    )
    def test_it_is_read_whatever_it_is(self, make):
        """Text, bytes, a file, or their parts."""
        assert read_body(make()) == b"tea"

    @pytest.mark.parametrize("body", [None, "", b"", []])
    def test_none_is_empty(self, body):
        """As on the wire."""
        assert read_body(body) == b""

    def test_what_can_only_be_read_is_read(self):
        """Such as the encoder of a large form, which has no lines."""

        class Encoder:
            """A form as it is sent."""

            def read(self):
                """All of it."""
                return b"tea"

        assert read_body(Encoder()) == b"tea"

    @given(text=st.text(st.characters(codec="utf-8")))
    def test_text_travels_as_utf_8(self, text):
        """As urllib3 writes it."""
        assert read_body(text) == text.encode()


def read(pool, url, headers=None):
    """What is read of a pool that is asked for a URL."""
    with pool:
        return from_urllib3(pool, "GET", url, None, headers or {}, chunked=False)


class TestRequests:
    """What is read of a pool and of what it was asked."""

    def test_credentials_are_kept_apart(self):
        """No repr shows them."""
        login = {"Authorization": "Basic QTpi"}
        asked = read(HTTPSConnectionPool("conversations.twilio.com"), "/", login)

        assert asked.authorization == "Basic QTpi"
        assert asked.header("authorization") is None

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ({b"X-A": "ä".encode("latin-1")}, "ä"),
            ({b"X-A": "1"}, "1"),
            ({"X-A": b"1"}, "1"),
        ],
    )
    def test_headers_may_be_bytes(self, header, value):
        """As requests has some, in their names, their values or both."""
        asked = read(HTTPSConnectionPool("conversations.twilio.com"), "/", header)

        assert asked.header("x-a") == value

    def test_a_fragment_stays_here(self):
        """It is known, and would not be sent."""
        asked = read(HTTPSConnectionPool("conversations.twilio.com"), "/v1/Users/a?b#c")

        assert (asked.target, asked.fragment) == ("/v1/Users/a?b", "c")

    @pytest.mark.parametrize(
        ("url", "origin", "target"),
        [
            ("http://conversations.twilio.com/?a=b", "http://conversations.twilio.com", "/?a=b"),
            ("http://conversations.twilio.com:81/", "http://conversations.twilio.com:81", "/"),
            ("http://conversations.twilio.com", "http://conversations.twilio.com", "/"),
        ],
    )
    def test_a_whole_url_says_where_to(self, url, origin, target):
        """By way of a proxy without TLS."""
        asked = read(urllib3.HTTPConnectionPool("127.0.0.1", 8080), url)

        assert (asked.origin, asked.target) == (origin, target)

    @pytest.mark.parametrize(
        ("port", "origin"),
        [
            (None, "https://conversations.twilio.com"),
            (443, "https://conversations.twilio.com"),
            (80, "https://conversations.twilio.com:80"),
        ],
    )
    def test_a_port_is_told_unless_it_is_the_schemes(self, port, origin):
        """As in the Host header."""
        asked = read(HTTPSConnectionPool("conversations.twilio.com", port), "/")

        assert (asked.origin, asked.header("host")) == (origin, origin.removeprefix("https://"))

    @pytest.mark.parametrize(
        ("method", "body", "length"),
        [
            ("DELETE", None, None),
            ("DELETE", b"A=1", "3"),
            ("GET", None, None),
            ("GET", b"A=1", "3"),
            ("PATCH", None, "0"),
            ("POST", None, "0"),
            ("PUT", None, "0"),
        ],
    )
    def test_a_length_is_told_where_a_body_is_or_may_be_expected(self, method, body, length):
        """As http.client does it."""
        pool = HTTPSConnectionPool("conversations.twilio.com")
        asked = from_urllib3(pool, method, "/", body, {}, chunked=False)

        assert asked.header("content-length") == length
        assert asked.header("transfer-encoding") is None

    def test_it_carries_along_whom_the_sdk_asked_for_and_how_long_the_client_waits(self):
        """Neither is in what is sent."""
        pool = HTTPSConnectionPool("conversations.twilio.com")
        waits = Timeouts(read=5)
        with asking("https://conversations.twilio.com/v1/Users/a b"):
            asked = from_urllib3(
                pool, "GET", "/v1/Users/a%20b", None, {}, chunked=False, waits=lambda: waits
            )

        assert (asked.asked, asked.waits()) == ("a b", waits)


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [
        ("GET", 203, b"tea"),
        ("GET", 204, b""),
        ("GET", 205, b"tea"),
        ("GET", 303, b"tea"),
        ("GET", 304, b""),
        ("GET", 305, b"tea"),
        ("HEAD", 200, b""),
    ],
)
def test_some_answers_have_no_body(method, status, body):
    """By HTTP, whatever an author wrote."""
    answer = Response(status=status, headers=(), body=b"tea")

    assert to_urllib3(answer, method, "/v1/Users", preload_content=False).read() == body


def test_a_response_is_written_as_servers_do():
    """With its names in title case, and those that come twice as two."""
    answer = Response(status=201, headers=(("x-a", "1"), ("x-a", "2")), body=b"tea")
    written = to_urllib3(answer, "GET", "/v1/Users", preload_content=False)

    assert [*written.headers.iteritems()] == [("X-A", "1"), ("X-A", "2")]
    assert (written.status, written.reason, written.read()) == (201, "Created", b"tea")


def test_a_streamed_response_is_read_as_off_a_socket():
    """In chunks, whose length nobody told: what an author's headers say of that is left out."""
    headers = (("content-length", "99"), ("x-a", "ä"), ("x-a", "2"))
    answer = Response(status=201, headers=headers, body=b"", stream=[b"te", b"", b"a"])
    written = to_urllib3(answer, "GET", "/v1/Users", preload_content=False)

    assert [*written.headers.iteritems()] == [
        ("X-A", "ä"),
        ("X-A", "2"),
        ("Transfer-Encoding", "chunked"),
    ]
    assert (written.status, written.reason, written.version) == (201, "Created", 11)
    assert [*written.stream()] == [b"te", b"a"]


def test_a_part_may_be_larger_than_what_is_read_at_once():
    """All of it arrives."""
    parts = [b"a" * 20_000, b"b" * 20_000]
    answer = Response(status=200, headers=(), body=b"", stream=parts)

    assert to_urllib3(answer, "GET", "/v1/Users", preload_content=False).read() == b"".join(parts)


@since("urllib3", "2.0")  # which is the first to count
def test_a_body_that_is_cut_says_how_much_was_to_come():
    """What arrives can be read, and then the connection has ended."""
    headers = (("content-length", "9"), ("x-a", "ä"))
    cut = CutBody(b"tea", httpx.RemoteProtocolError("gone"))
    answer = Response(status=201, headers=headers, body=b"tea", stream=cut)
    written = to_urllib3(answer, "GET", "/v1/Users", preload_content=False)
    parts = written.stream(1)

    assert [*written.headers.iteritems()] == [("Content-Length", "9"), ("X-A", "ä")]
    assert [next(parts), next(parts), next(parts)] == [b"t", b"e", b"a"]
    with pytest.raises(urllib3.exceptions.ProtocolError, match="3 bytes read, 6 more expected"):
        next(parts)


@pytest.mark.parametrize("stream", [None, [b"tea"]], ids=["whole", "streamed"])
def test_requests_finds_cookies(stream):
    """Where it looks for them: in what http.client read."""
    headers = (("set-cookie", "seen=1"), ("set-cookie", "from=stub"))
    answer = Response(status=200, headers=headers, body=b"tea", stream=stream)
    written = to_urllib3(answer, "GET", "/v1/Users", preload_content=False)
    jar = RequestsCookieJar()
    extract_cookies_to_jar(jar, requests.Request("GET", ORIGIN).prepare(), written)

    assert jar.get_dict() == {"seen": "1", "from": "stub"}


@pytest.mark.parametrize("stream", [None, [b"tea"]], ids=["whole", "streamed"])
def test_a_response_knows_what_was_asked(stream):
    """Its URL, and that a HEAD has no body."""
    answer = Response(status=200, headers=(), body=b"tea", stream=stream)
    written = to_urllib3(answer, "HEAD", "/v1/Users", preload_content=False)

    assert (written.geturl(), written.read()) == ("/v1/Users", b"")


REQUESTS = {
    "list": ("GET", "", {"params": {"PageSize": 5}}),
    "odd path": ("GET", "/a b%2Fä?x#y", {}),
    "dots": ("DELETE", "/%2E%2E", {}),
    "form": ("POST", "", {"data": {"Identity": "ä", "Attributes": {"a": 1}}}),
    "pairs": ("POST", "", {"data": [("A", "1"), ("A", None), ("A", "2 &")]}),
    "empty form": ("POST", "/ada", {"data": {}, "headers": FORM}),
    "json": ("POST", "", {"json": {"a": 1}}),
    "text": ("POST", "", {"data": "A=ä", "headers": FORM}),
    "file": ("POST", "", {"files": {"a": ("a.txt", b"tea")}}),
    "no agent": ("GET", "", {"headers": {"User-Agent": None, "Accept-Encoding": None}}),
    "host": ("GET", "", {"headers": {"Host": "example.com"}}),
    "header": ("GET", "", {"headers": {"X-Trace": b"\xe4", "X-Number": "7"}}),
    "cookie": ("GET", "", {"cookies": {"seen": "1"}}),
}
PATHS = {"DELETE": "/ada"}
STREAMS = {"generator": lambda: iter([b"A=", b"1"]), "open file": lambda: io.BytesIO(b"A=1")}


def without_order(method, target, headers, body):
    """A request as text can be compared: with sorted headers."""
    return method, target, sorted(headers), body


@pytest.fixture
def seen_alike(  # noqa: PLR0917  # fixtures
    loopback, there, urllib3_to_loopback, transport_to, saying, starting, monkeypatch
):
    """Sends twice, on a real socket and to a backend, and proves that both see the same."""
    monkeypatch.setattr(urllib3.filepost, "choose_boundary", lambda: "boundary")

    def seen_alike(send):
        send(there)
        [on_the_wire] = loopback.heard
        backend = saying()
        starting(Urllib3Catch(transport_to(backend)))
        send(there)
        [asked] = backend.heard
        headers = asked.headers
        if asked.authorization is not None:
            headers = (*headers, ("authorization", asked.authorization))
        assert without_order(asked.method, asked.target, headers, asked.body) == without_order(
            *on_the_wire
        )

    return seen_alike


@pytest.mark.parametrize(("method", "path", "message"), REQUESTS.values(), ids=REQUESTS)
def test_requests_is_seen_as_on_a_socket(seen_alike, method, path, message):
    """Method, target, headers and body, beside a real server's account."""
    with requests.Session() as session:
        seen_alike(lambda users: session.request(method, users + path, auth=LOGIN, **message))


@pytest.mark.parametrize("make", STREAMS.values(), ids=STREAMS)
def test_a_stream_of_requests_is_seen_as_on_a_socket(seen_alike, make):
    """In chunks, or with its length."""
    with requests.Session() as session:
        seen_alike(lambda users: session.post(users, data=make(), headers=FORM, auth=LOGIN))


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("GET", {"fields": {"PageSize": "5"}}),
        ("POST", {"fields": {"Identity": "ä"}, "encode_multipart": False}),
        pytest.param("POST", {"json": {"a": 1}}, marks=since("urllib3", "2.0")),
        ("POST", {"body": "A=ä", "headers": FORM}),
        ("POST", {"body": bytearray(b"A=1"), "headers": FORM}),
        ("POST", {"body": "A=ä", "headers": FORM, "chunked": True}),
        ("POST", {"body": b"", "headers": FORM}),
        ("POST", {}),
        ("DELETE", {}),
        ("GET", {"headers": {"Host": "example.com", "User-Agent": "ours"}}),
        ("GET", {"headers": HTTPHeaderDict([("X-A", "1"), ("X-A", "2")])}),
        ("GET", {"headers": {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}}),
    ],
    ids=[
        *("list", "form", "json", "text", "bytearray", "chunked", "empty", "nothing", "delete"),
        *("headers", "twice", "skipped"),
    ],
)
def test_urllib3_is_seen_as_on_a_socket(seen_alike, method, message):
    """With what its connection adds: an agent, a length, an encoding."""
    with urllib3.PoolManager() as manager:
        seen_alike(
            lambda users: manager.request(method, f"{users}{PATHS.get(method, '')}", **message)
        )


@pytest.mark.parametrize("make", STREAMS.values(), ids=STREAMS)
def test_a_stream_of_urllib3_is_seen_as_on_a_socket(seen_alike, make):
    """In chunks."""
    with urllib3.PoolManager() as manager:
        seen_alike(lambda users: manager.request("POST", users, body=make(), headers=FORM))
