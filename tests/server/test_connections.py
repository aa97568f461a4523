"""A connection: which requests are read, and what comes of the others."""

import asyncio
import json
import logging
import re
import socket
import time

import pytest

from pytest_twilio_users.server.addressing import MAX_HEAD, Addressed
from pytest_twilio_users.server.connections import Connection
from pytest_twilio_users.server.uvicorn_server import Server, in_a_thread
from pytest_twilio_users.transports.asgi import MAX_BODY, AsgiApp
from pytest_twilio_users.wire.messages import Response

NOT_READ = (
    400,
    (
        "The server can't read this request. Expected: HTTP/1.1, a usual method, a path in"
        " ASCII, one Host; such as GET /v1/Users HTTP/1.1 with Host: 127.0.0.1."
    ),
)
NO_PROXY = (
    400,
    (
        "CONNECT is for proxies, and this server is not a proxy. Give its URL to the client as the"
        " base URL."
    ),
)
NO_NAME = (
    400,
    "Host: found ''; expected a host, with or without a port, such as 127.0.0.1:8000.",
)
HEAD_TOO_LARGE = (431, "Request line and headers have over 32,768 bytes.")
BODY_TOO_LARGE = (413, "Request Entity Too Large")
HOST = "host: localhost"
CHUNKED = "transfer-encoding: chunked"


async def tell(request, _peer):
    """Answer with what was asked; below /slow after a while."""
    if request.path == "/slow":
        await asyncio.sleep(0.2)
    fragment = f" #{request.fragment}" if request.fragment else ""
    body = f" {request.body.decode()}" if request.body else ""
    text = f"{request.method} {request.origin} {request.target}{fragment}{body}".encode()
    return Response(status=200, headers=(("content-length", str(len(text))),), body=text)


@pytest.fixture(scope="module")
def port():
    """Where a server listens that tells what it was asked."""
    with in_a_thread(AsgiApp(tell)) as url:
        yield int(url.rpartition(":")[2])


def raw(line, *headers, body=""):
    """A request as it is sent."""
    return "\r\n".join([line, *headers, "", body]).encode("latin-1")


def post(path, body, *, length=None):
    """A request with a body, or with less than it says."""
    length = len(body) if length is None else length
    return raw(f"POST {path} HTTP/1.1", HOST, f"content-length: {length}", body=body)


def ask(port, *requests, pause=0.0, half=True):
    """Send these and then no more; gives the statuses and texts that come until the end.

    With a `pause` after each, or at once. What is not `half` closed, the server is to close.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in requests if pause else [b"".join(requests)]:
            connection.sendall(part)
            time.sleep(pause)
        if half:
            connection.shutdown(socket.SHUT_WR)
        came = b""
        while part := connection.recv(65_536):
            came += part
    answers = [answer.partition(b"\r\n\r\n") for answer in re.split(rb"HTTP/1\.1 (?=\d)", came)[1:]]
    return [(int(head[:3]), _text(body)) for head, _, body in answers]


def _text(body):
    """What an answer says; of a refusal, its reason."""
    return json.loads(body)["message"] if body.startswith(b"{") else body.decode()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("GET /v1/Users?Page=1 HTTP/1.1", "GET http://localhost /v1/Users?Page=1"),
        ("GET http://127.0.0.1:8/v1/Users HTTP/1.1", "GET http://127.0.0.1:8 /v1/Users"),
        ("GET HTTPS://localhost/v1?a=/ HTTP/1.1", "GET http://localhost /v1?a=/"),
        ("GET http://localhost HTTP/1.1", "GET http://localhost /"),
        ("GET http://localhost?a=b HTTP/1.1", "GET http://localhost /?a=b"),
        ("GET http://localhost/a HTTP/1.0", "GET http://localhost /a"),
        ("GET /v1/Users/a#b?c HTTP/1.1", "GET http://localhost /v1/Users/a #b?c"),
        ("GET /v1/Users?a=b#c HTTP/1.1", "GET http://localhost /v1/Users?a=b #c"),
        ("GET http://localhost/a#b HTTP/1.1", "GET http://localhost /a #b"),
        ("GET //localhost/a HTTP/1.1", "GET http://localhost //localhost/a"),
        ('GET /a|b"<^` HTTP/1.1', 'GET http://localhost /a|b"<^`'),
        ("OPTIONS * HTTP/1.1", "OPTIONS http://localhost *"),
    ],
)
def test_a_target_is_read_in_each_form(port, line, told):
    """To the letter; what an unencoded # cuts off is known. The host in a target counts."""
    assert ask(port, raw(line, HOST)) == [(200, told)]


@pytest.mark.parametrize(
    "request_",
    [
        raw("GET v1/Users HTTP/1.1", HOST),
        raw("GET  HTTP/1.1", HOST),
        raw("GET # HTTP/1.1", HOST),
        raw("GET ftp://localhost/v1 HTTP/1.1", HOST),
        raw("GET /v1/Users/\xe9 HTTP/1.1", HOST),
        raw("GET /v1/Users?a=\xe9 HTTP/1.1", HOST),
        raw("GET /a b HTTP/1.1", HOST),
        raw("get /v1/Users HTTP/1.1", HOST),
        raw("BREW /v1/Users HTTP/1.1", HOST),
        raw("PURGE /v1/Users HTTP/1.1", HOST),
        raw("GET /v1/Users HTTP/2.0", HOST),
        raw("GET /v1/Users"),
        raw("GET /v1/Users HTTP/1.1"),
        raw("GET /v1/Users HTTP/1.1", HOST, HOST),
        raw("GET /v1/Users HTTP/1.1", HOST, "no colon"),
        raw("POST / HTTP/1.1", HOST, "content-length: -1"),
        raw("POST / HTTP/1.1", HOST, "content-length: 1", "content-length: 2", body="a"),
        raw("POST / HTTP/1.1", HOST, "content-length: 5", CHUNKED, body="0\r\n\r\n"),
        raw("POST / HTTP/1.1", HOST, "transfer-encoding: gzip, chunked", body="0"),
        raw("POST / HTTP/1.1", HOST, CHUNKED, body=f"{'f' * 21}\r\n"),
        raw("POST / HTTP/1.1", HOST, CHUNKED, body="no number\r\n"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(port, request_):
    """With what is expected; nothing that follows is read."""
    assert ask(port, request_, raw("GET /next HTTP/1.1", HOST)) == [NOT_READ]


def test_two_logins_are_refused(port):
    """Or one of them would be checked, and perhaps another one logged."""
    twice = raw("GET / HTTP/1.1", HOST, "authorization: Basic QQ==", "Authorization: Basic QQ==")
    told = "The request has more than one Authorization header. Send one."
    assert ask(port, twice, raw("GET /next HTTP/1.1", HOST)) == [(400, told)]


@pytest.mark.parametrize("target", ["conversations.twilio.com:443", "/v1/Users"])
def test_who_takes_it_for_a_proxy_is_told(port, target):
    """CONNECT is what clients send to one for https."""
    assert ask(port, raw(f"CONNECT {target} HTTP/1.1", HOST)) == [NO_PROXY]


@pytest.mark.parametrize(
    "request_",
    [
        raw("GET / HTTP/1.1", HOST, "name: " + "a" * MAX_HEAD),
        raw("GET / HTTP/1.1", HOST, *["a: b"] * (MAX_HEAD // 5)),
        raw(f"GET /{'a' * MAX_HEAD} HTTP/1.1", HOST),
        b"GET / HTTP/1.1\r\nname: " + b"a" * 3_000_000,
        b"GET /" + b"a" * 3_000_000,
        raw("POST / HTTP/1.1", HOST, CHUNKED, body="0\r\n" + "a: b\r\n" * 500_000),
        raw("POST / HTTP/1.1", HOST, CHUNKED, body="1;" + "a" * 3_000_000),
    ],
    ids=[
        *("long-header", "many-headers", "long-path"),
        *("endless-header", "endless-path", "endless-trailers", "endless-chunk-extension"),
    ],
)
def test_a_large_head_is_refused(port, request_):
    """Whether it comes whole or without an end."""
    assert ask(port, request_) == [HEAD_TOO_LARGE]


def test_a_head_of_the_limit_is_answered(port):
    """No byte less is allowed."""
    room = MAX_HEAD - len("/") - len("hostlocalhost") - len("name") - 2 * len(": \r\n")
    requests = [raw("GET / HTTP/1.1", HOST, "name: " + "a" * (room + n)) for n in (0, 1)]
    assert ask(port, *requests) == [(200, "GET http://localhost /"), HEAD_TOO_LARGE]


@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_what_follows_a_body_is_no_header(port, pause):
    """Trailers say nothing of the request, however they arrive."""
    first = raw("POST /a HTTP/1.1", HOST, CHUNKED, body="1\r\na\r\n0\r\n")
    trailers = raw("host: evil.example", "authorization: Basic QUM6dG9rZW4=")
    told = [(200, "POST http://localhost /a a"), (200, "GET http://localhost /next")]
    assert ask(port, first, trailers, raw("GET /next HTTP/1.1", HOST), pause=pause) == told


@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_empty_lines_before_a_request_are_no_part_of_it(port, pause):
    """Clients end a body by one that its length does not count (RFC 9112, 2.2)."""
    requests = [b"\r\n", post("/a", "a"), b"\r\n\r\n", post("/b", "b"), b"\r\n"]
    told = [(200, "POST http://localhost /a a"), (200, "POST http://localhost /b b")]
    assert ask(port, *requests, pause=pause) == told


def test_white_space_around_a_value_is_no_part_of_it(port):
    """As RFC 9112 has it in 5.1."""
    spaced = raw("GET / HTTP/1.1", "host: \t localhost \t")
    assert ask(port, spaced) == [(200, "GET http://localhost /")]


def test_a_body_behind_another_request_may_take_its_time(port):
    """It is no head, however much of it comes first."""
    body = "a" * 300_000
    second = post("/b", body)
    begun = [raw("GET /a HTTP/1.1", HOST) + second[:70_000], second[70_000:]]
    told = [(200, "GET http://localhost /a"), (200, f"POST http://localhost /b {body}")]
    assert ask(port, *begun, pause=0.1) == told


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (("POST / HTTP/1.1", HOST, "connection: close"), BODY_TOO_LARGE),
        (("POST / HTTP/1.0", HOST), BODY_TOO_LARGE),
        (("POST / HTTP/1.1", "host: "), NO_NAME),
        (("POST / HTTP/1.1", HOST, "no colon"), NOT_READ),
    ],
    ids=["connection-close", "http-1.0", "no-host", "no-request"],
)
def test_a_last_answer_arrives_though_the_body_comes_on(port, head, answer):
    """To close at once would take it from who is still sending."""
    large = raw(*head, "content-length: 20000000", body="a" * 20_000_000)
    assert ask(port, large, half=False) == [answer]


def test_what_comes_after_a_refusal_gets_no_second_one(port):
    """The rest of a body that is too large may be no HTTP."""
    large = raw(
        "POST / HTTP/1.1", HOST, CHUNKED, body=f"{MAX_BODY + 1:x}\r\n" + "a" * (MAX_BODY + 1)
    )
    assert ask(port, large, b"no chunk", b"\r\n", pause=0.1, half=False) == [BODY_TOO_LARGE]


def test_uvicorn_gives_no_advice_of_its_own(port, caplog):
    """Of offers of another protocol, and of what is no request; that one is told once."""
    offer = raw("GET / HTTP/1.1", HOST, "connection: Upgrade", "upgrade: h2c")
    assert ask(port, offer, b"no request\r\n\r\n") == [(200, "GET http://localhost /"), NOT_READ]
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert told == [(logging.WARNING, f"Refused with 400: {NOT_READ[1]}")]


def test_an_offer_of_another_protocol_is_declined(port):
    """Java's client offers HTTP/2 with each request. The body and what follows arrive."""
    offer = ("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "content-length: 3")
    first = raw("POST /a?b HTTP/1.1", HOST, *offer, body="abc")
    told = [(200, "POST http://localhost /a?b abc"), (200, "POST http://localhost /next abc")]
    assert ask(port, first, post("/next", "abc")) == told


@pytest.mark.parametrize("number", [3, 1_000])
def test_all_that_came_whole_is_answered(port, number):
    """In order, though the client sends no more. What came in part is not carried out."""
    requests = [post(f"/{n}", "a body") for n in range(number)]
    told = [(200, f"POST http://localhost /{n} a body") for n in range(number)]
    assert ask(port, *requests) == told
    assert ask(port, *requests, post("/part", "a", length=2)) == told
    assert ask(port, *requests, b"GET /pa") == told
    assert ask(port, *requests, b"no request\r\n\r\n", *requests) == [*told, NOT_READ]


@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_who_asks_for_the_end_gets_it(port, pause):
    """What follows `connection: close` is not carried out."""
    last = raw("GET /slow HTTP/1.1", HOST, "connection: close")
    came = ask(port, last, post("/next", ""), b"no request", pause=pause)
    assert came == [(200, "GET http://localhost /slow")]


def test_a_refused_body_takes_nothing_with_it(port):
    """The next request is answered."""
    large = post("/", "a" * (MAX_BODY + 1))
    assert ask(port, large, post("/next", "")) == [
        BODY_TOO_LARGE,
        (200, "POST http://localhost /next"),
    ]


class Transport(asyncio.Transport):
    """Takes all that is written; `waiting` is whether requests wait each time it is to read on."""

    def __init__(self):
        super().__init__()
        self.connection = None
        self.waiting = []

    def write(self, data):
        """Take it."""

    def pause_reading(self):
        """Nothing comes of itself."""

    def resume_reading(self):
        """Note when."""
        self.waiting.append(self.connection.conn.is_filled)

    def is_closing(self):
        """Never."""
        return False


@pytest.mark.asyncio
async def test_nothing_is_read_while_requests_wait():
    """Or who sends without end has the server keep it all, and answer none."""
    transport = Transport()
    server = Server(Addressed(AsgiApp(tell)), on_listening=lambda: None)
    transport.connection = connection = Connection(
        config=server.config,
        server_state=server.server_state,
        app_state={},
        _loop=asyncio.get_running_loop(),
    )
    connection.connection_made(transport)
    connection.data_received(raw("GET / HTTP/1.1", HOST) * 50)
    while connection.tasks:
        await asyncio.sleep(0)
    assert transport.waiting == [False]
