"""Bodies that are made as they are read, over the served stub."""

import itertools
import re
import socket
import threading
import time

import httpx
import pytest

from pytest_twilio_users.server.uvicorn_server import in_a_thread
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.streams import AuthorsStream, NotedStream
from pytest_twilio_users.wire.messages import Response

SECONDS = 10


class Bodies:
    """Answers with the body that was given last; `ended` when it is over."""

    def __init__(self):
        self.url = ""
        self.give(())

    def give(self, parts):
        """Answer with this body from now on."""
        self.made, self.read, self.ended = 0, b"", threading.Event()
        self._parts = parts

    async def answer(self, request, _peer):
        """Answer, below /plain without a body."""
        if request.path == "/plain":
            return Response(status=204)
        given = httpx.Response(200, content=self._made())
        return Response(
            status=200, stream=NotedStream(AuthorsStream(given.stream), on_end=self._end)
        )

    def connect(self):
        """Ask by a socket."""
        client = socket.create_connection(
            ("127.0.0.1", int(self.url.rpartition(":")[2])), timeout=SECONDS
        )
        client.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        return client

    def _made(self):
        for part in self._parts:
            self.made += 1
            yield part

    def _end(self, body, error):
        self.read = body
        self.ended.set()


@pytest.fixture
def bodies():
    """A server that answers with bodies."""
    bodies = Bodies()
    with in_a_thread(AsgiApp(bodies.answer)) as bodies.url:
        yield bodies


def test_the_status_is_there_before_the_body_is_made(bodies):
    """And each part before the next one."""
    go_on = threading.Event()

    def slow():
        for part in (b"one", b"two"):
            assert go_on.wait(SECONDS)
            go_on.clear()
            yield part

    bodies.give(slow())
    with bodies.connect() as client:
        assert re.match(rb"HTTP/1\.1 200 OK\r\n", client.recv(65_536))
        go_on.set()
        assert client.recv(65_536) == b"3\r\none\r\n"
        go_on.set()
        assert client.recv(65_536).startswith(b"3\r\ntwo\r\n")


def test_a_client_that_is_gone_ends_a_body_without_end(bodies):
    """Others are answered meanwhile, and afterwards."""
    bodies.give(itertools.repeat(b"part"))
    with bodies.connect() as client:
        assert client.recv(100)
        assert httpx.get(f"{bodies.url}/plain").status_code == 204
    assert bodies.ended.wait(SECONDS)
    assert httpx.get(f"{bodies.url}/plain").status_code == 204


def test_no_more_is_made_than_is_taken(bodies):
    """A client that does not read has the server wait."""
    bodies.give(itertools.repeat(b"a" * 65_536, 10_000))
    with bodies.connect() as client:
        assert client.recv(100)
        made = 0
        while made < bodies.made:
            made = bodies.made
            time.sleep(0.1)
        assert made < 1_000
    assert bodies.ended.wait(SECONDS)


def test_a_body_is_whole_however_many_follow(bodies):
    """The connection is kept."""
    with httpx.Client() as client:
        for _ in range(3):
            bodies.give([b"one", b"", b"two"])
            assert client.get(bodies.url).content == b"onetwo"
            assert bodies.read == b"onetwo"
