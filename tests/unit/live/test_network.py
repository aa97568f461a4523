"""live/network.py: past whatever catches the requests of others, over real sockets."""

import gc
import gzip
import logging
import re
import socket
import ssl
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpcore
import httpx
import pytest
import respx

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.live.network import Network
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.wire.messages import Request

FINE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
TLS = 22  # what it begins with
NO_LINGER = struct.pack("ii", 1, 0)


class Server:
    """A server on loopback that answers with bytes, one after the other; then always fine.

    None resets the connection, b"" closes it; "silence" says nothing until the end.
    """

    def __init__(self):
        self.answers = []
        self.received = []
        self.connections = 0
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listening]
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        try:
            while asked := self._read(connection):
                self.received.append(asked)
                answer = self.answers.pop(0) if self.answers else FINE
                if answer == "silence":
                    self._over.wait()
                    break
                if answer is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                    break
                connection.sendall(answer)
                if answer is not FINE:
                    break
        except OSError:
            pass
        connection.close()

    def _read(self, connection):
        read = b""
        while b"\r\n\r\n" not in read:
            part = connection.recv(65536)
            if not part or part[0] == TLS:
                return b""
            read += part
        head, _, body = read.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        length = int(found[1]) if found else 0
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def close(self):
        """End it all."""
        self._over.set()
        for each in self._open:
            with suppress(OSError):  # it is closed
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listening.close()


@pytest.fixture
def server():
    """A server on loopback."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def send():
    """The way there."""
    send = Network(read=0.5)
    yield send
    send.close()


@pytest.fixture
def request_to(server):
    """Writes a request: `request_to("GET", "/v1/Users")`."""

    def request_to(method="GET", target="/v1/Users", **parts):
        parts.setdefault("origin", server.origin)
        return Request(method=method, target=target, **parts)

    return request_to


def lines(received):
    """The lines of a received head, the name of the host left out."""
    head = received.partition(b"\r\n\r\n")[0].decode().lower().split("\r\n")
    return [line for line in head if not line.startswith("host: ")]


def test_a_request_is_sent_to_the_letter(send, request_to, server):
    """Path, query, headers, credentials and body; what concerns the connection is the kit's own."""
    headers = (
        ("content-type", "application/x-www-form-urlencoded"),
        ("user-agent", "app/1"),
        *(("host", "conversations.twilio.com"), ("connection", "close"), ("content-length", "99")),
        *(("accept-encoding", "br"), ("expect", "100-continue"), ("transfer-encoding", "chunked")),
    )
    target = "/v1/Users/a%2Fb/../%2E%2E?PageSize=1"
    request = request_to(
        "POST", target, headers=headers, body=b"Identity=ada", authorization="Basic c2VjcmV0"
    )

    assert send(request).status == 200
    assert server.received[0].startswith(f"POST {target} HTTP/1.1\r\n".encode())
    assert sorted(lines(server.received[0])[1:]) == [
        "accept-encoding: gzip, deflate",
        "authorization: basic c2vjcmv0",
        "content-length: 12",
        "content-type: application/x-www-form-urlencoded",
        "user-agent: app/1",
    ]
    assert server.received[0].endswith(b"\r\n\r\nIdentity=ada")
    assert f"\r\nhost: {server.origin[7:]}\r\n".encode() in server.received[0]
    assert b"Basic c2VjcmV0" in server.received[0]


@pytest.mark.parametrize(("method", "length"), [("GET", 0), ("DELETE", 0), ("POST", 1)])
def test_only_a_post_without_a_body_tells_its_length(send, request_to, server, method, length):
    """As clients of HTTP write it."""
    send(request_to(method))

    assert server.received[0].lower().count(b"content-length: 0") == length


def test_an_answer_is_read(send, request_to):
    """Status, lower-case headers, body."""
    response = send(request_to())

    assert (response.status, response.body) == (200, b"{}")
    assert response.headers == (("content-type", "application/json"), ("content-length", "2"))


def test_a_compressed_answer_is_decompressed(send, request_to, server):
    """Its length is no longer what was told."""
    body = gzip.compress(b'{"users": []}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    server.answers = [head.encode() + body]
    response = send(request_to())

    assert (response.headers, response.body) == ((), b'{"users": []}')


def test_an_answer_in_chunks_is_put_together(send, request_to, server):
    """How it came is not told."""
    chunks = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    server.answers = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks]
    response = send(request_to())

    assert response.body == b"{}"
    assert response.header("transfer-encoding") is None


def test_a_redirect_is_an_answer(send, request_to, server):
    """It is not followed."""
    server.answers = [b"HTTP/1.1 302 Found\r\nLocation: /v1/Users\r\nContent-Length: 0\r\n\r\n"]

    assert send(request_to()).status == 302
    assert len(server.received) == 1


def test_a_connection_is_kept(send, request_to, server):
    """For the next request."""
    for _ in range(3):
        send(request_to())

    assert server.connections == 1


def test_threads_send_at_once(send, request_to, server):
    """Each has the answer to its own request."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, [request_to() for _ in range(40)]))

    assert [answer.status for answer in answers] == [200] * 40
    assert len(server.received) == 40


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "the connection broke"),
        (b"", "the connection ended early, or the answer is not HTTP"),
        ("silence", "silence for 0.5 s"),
        (b"220 mail\r\n\r\n", "the connection ended early, or the answer is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
            "the connection ended early, or the answer is not HTTP",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
            "the answer's compression is not the one in its header",
        ),
    ],
    ids=["reset", "closed", "silence", "no HTTP", "half", "not compressed"],
)
def test_a_lost_answer_may_mean_that_the_request_arrived(send, request_to, server, answer, reason):
    """Who sent it must not send it again unthinkingly."""
    server.answers = [answer]
    with pytest.raises(Lost) as caught:
        send(request_to("POST", authorization="Basic c2VjcmV0"))

    assert (str(caught.value), caught.value.may_have_arrived) == (reason, True)


def test_the_next_request_after_a_loss_is_answered(send, request_to, server):
    """By a new connection."""
    server.answers = [None]
    with pytest.raises(Lost):
        send(request_to())

    assert send(request_to()).status == 200


def test_what_had_no_connection_did_not_arrive(send, request_to):
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Lost) as caught:
        send(request_to(origin=f"http://127.0.0.1:{port}"))

    assert str(caught.value).startswith("can't connect: ")
    assert not caught.value.may_have_arrived


def test_a_server_without_tls_gets_nothing(send, request_to, server):
    """No credentials before it has shown who it is."""
    with pytest.raises(Lost) as caught:
        send(request_to(origin=server.origin.replace("http", "https"), authorization="Basic x"))

    assert str(caught.value).startswith("can't connect: ")
    assert not caught.value.may_have_arrived
    assert b"Basic" not in b"".join(server.received)


def test_certificates_are_verified(send):
    """And that they are the host's (white box)."""
    connection = send._pool.create_connection(httpcore.Origin(b"https", b"localhost", 443))
    context = connection._ssl_context

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_proxies_of_the_environment_are_not_used(send, request_to, server, monkeypatch):
    """What is sent goes where it says."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert send(request_to()).status == 200


@pytest.mark.parametrize(
    "parts",
    [
        {"target": "/v1/Users/é"},
        {"target": "/v1/Users/a b"},
        {"headers": (("x-name", "Åda\nb"),)},
        {"headers": (("x-name", "→"),)},
        {"authorization": "Basic secret\n"},
    ],
)
def test_what_http_cant_write_is_told(send, request_to, server, parts):
    """Nothing of the request is shown."""
    with pytest.raises(InvalidArgument) as caught:
        send(request_to(**parts))

    assert str(caught.value) == (
        "The request can't be sent: its method, its path or a header has a character that HTTP"
        " does not allow there."
    )
    assert caught.value.__suppress_context__
    assert server.received == []


def test_patches_of_httpx_are_not_met(send, request_to, monkeypatch):
    """Neither the kit's own, nor others'."""

    def refuse(*_):
        raise AssertionError("caught")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refuse)
    catch = HttpxCatch(httpx.MockTransport(refuse))
    catch.start()
    try:
        assert send(request_to()).status == 200
    finally:
        catch.stop()


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_respx_is_not_met(send, request_to, using):
    """Whichever of the two it patches."""
    with respx.mock(using=using, assert_all_called=False) as router:
        router.route().respond(599)
        assert send(request_to()).status == 200
        assert not router.calls


def test_pytest_httpx_is_not_met(send, request_to, httpx_mock):
    """Which fails a test whose requests it does not know."""
    assert send(request_to()).status == 200


def test_httpx_logs_nothing_of_it(send, request_to, caplog):
    """A path may hold an identity."""
    caplog.set_level(logging.DEBUG)
    send(request_to(target="/v1/Users/ada", authorization="Basic c2VjcmV0"))

    assert "ada" not in caplog.text
    assert "c2VjcmV0" not in caplog.text


def test_its_connections_end_with_it(request_to):
    """Whoever opened it need not close it."""
    send = Network()
    send(request_to())
    pool = send._pool
    del send
    gc.collect()

    assert pool.connections == []


def test_an_address_of_ipv6_is_one_of_a_host():
    """In brackets, as in its URL."""
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    received = []

    def answer():
        connection, _ = listening.accept()
        with connection:
            received.append(connection.recv(65536))
            connection.sendall(FINE)

    with listening:
        thread = threading.Thread(target=answer)
        thread.start()
        send, origin = Network(), f"http://[::1]:{listening.getsockname()[1]}"
        assert send(Request(method="GET", origin=origin, target="/v1/Users")).status == 200
        thread.join()
        send.close()

    assert f"\r\nhost: {origin[7:]}\r\n".encode() in received[0]
