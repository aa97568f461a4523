"""Slow clients are cut off; patient ones are not."""

import asyncio
import socket
import subprocess
import sys
import time

import httpx
import pytest

from pytest_twilio_users.server.connections import BufferedTransport
from pytest_twilio_users.server.uvicorn_server import in_a_thread
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.wire.messages import Response

LONG = Response(status=200, headers=(("content-length", "30000000"),), body=b"a" * 30_000_000)


async def answer(request, _peer):
    """Long answers below /long, slow ones below /slow."""
    if request.path == "/slow":
        await asyncio.sleep(0.9)
    return LONG if request.path == "/long" else Response(status=204)


@pytest.fixture(scope="module")
def port():
    """Where a server with little patience listens."""
    with in_a_thread(AsgiApp(answer), seconds=0.3) as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture
def connection(port):
    """An open connection to it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"GET /",
        b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\n\r\nab",
    ],
    ids=["nothing", "an-empty-line", "half-a-head", "half-a-body"],
)
def test_who_does_not_finish_asking_is_cut_off(connection, sent):
    """Within seconds, instead of holding a connection for ever."""
    connection.sendall(sent)
    assert _last(connection) == b""


def test_who_does_not_finish_asking_again_is_cut_off(connection):
    """A kept connection is no licence."""
    connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 204")
    connection.sendall(b"GET /")
    assert _last(connection) == b""


CLOSE = b"\r\nconnection: close\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\n\r\n"


@pytest.mark.parametrize("sent", [b"GET /", POST + b"ab"], ids=["half-a-head", "half-a-body"])
def test_who_does_not_finish_asking_behind_a_request_is_cut_off(connection, sent):
    """What came before is answered."""
    connection.sendall(POST + b"abcde" + sent)
    assert _last(connection) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_who_was_refused_and_sends_on_is_cut_off(connection):
    """The rest of a body is dropped, but not for ever."""
    connection.sendall(POST.replace(b"5", b"5000000").replace(b"\r\n\r\n", CLOSE))
    assert _last(connection).startswith(b"HTTP/1.1 413")
    with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):  # noqa: PT012  # at any byte
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.05)


def test_who_sent_all_that_was_refused_is_not_cut_off(connection):
    """It is an idle connection like any other."""
    connection.sendall(POST.replace(b"5", b"2000000") + b"a" * 2_000_000)
    assert connection.recv(1_000).startswith(b"HTTP/1.1 413")
    time.sleep(0.9)
    connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 204")


def test_who_trickles_is_cut_off(connection):
    """Each byte is no new patience."""
    with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):  # noqa: PT012  # at any byte
        for _ in range(100):
            connection.sendall(b"G")
            time.sleep(0.05)


def test_who_does_not_read_is_cut_off(connection):
    """An answer that nobody takes is not kept for ever."""
    connection.sendall(b"GET /long HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    time.sleep(0.9)
    assert len(_last(connection)) < len(LONG.body)


def test_who_waits_for_a_slow_answer_is_not_cut_off(connection):
    """It is not the client who is slow."""
    connection.sendall(b"GET /slow HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 204")


def test_who_keeps_a_connection_idle_is_not_cut_off(connection):
    """Between requests there is time."""
    for _ in range(2):
        connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 204")
        time.sleep(0.9)


def test_who_reads_at_last_is_not_cut_off(connection):
    """A long answer arrives whole."""
    connection.sendall(b"GET /long HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
    assert len(_last(connection).partition(b"\r\n\r\n")[2]) == len(LONG.body)


def _last(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    came = bytearray()
    try:
        while part := connection.recv(1_000_000):
            came += part
    except ConnectionResetError:
        pass
    return bytes(came)


class Transport:
    """Remembers what was asked of it."""

    def __init__(self):
        self.asked = []

    def write(self, data):
        """Remember it."""
        self.asked.append(data)

    def close(self):
        """Remember that."""
        self.asked.append("close")


@pytest.mark.asyncio
async def test_an_answer_goes_out_at_once():
    """Head and body in one write; so does the next one's."""
    transport = Transport()
    whole = BufferedTransport(transport, asyncio.get_running_loop(), is_asking=lambda: False)
    for part in (b"head ", b"body", b"head ", b"body"):
        whole.write(part)
        if part == b"body":
            await asyncio.sleep(0)
    assert transport.asked == [b"head body", b"head body"]


@pytest.mark.asyncio
async def test_a_last_answer_goes_out_before_the_connection_closes():
    """As Connection: close says so right after the body; and it goes out once."""
    transport = Transport()
    whole = BufferedTransport(transport, asyncio.get_running_loop(), is_asking=lambda: False)
    whole.write(b"head ")
    whole.write(b"body")
    whole.close()
    await asyncio.sleep(0)
    assert transport.asked == [b"head body", "close"]


@pytest.mark.asyncio
async def test_after_the_end_nothing_is_sent():
    """As an answer might be that waited for its client to read."""
    transport = Transport()
    whole = BufferedTransport(transport, asyncio.get_running_loop(), is_asking=lambda: False)
    whole.close()
    whole.write(b"late")
    await asyncio.sleep(0)
    assert transport.asked == ["close"]


def test_who_does_not_read_and_asks_on_is_cut_off(connection):
    """To ask for more is not to take what there is."""

    def ask_on() -> None:
        for _ in range(100):
            connection.sendall(b"GET /long HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            time.sleep(0.05)

    with pytest.raises(ConnectionError):
        ask_on()


def test_who_asks_and_sends_no_more_is_answered(port):
    """As netcat does: it closes its half of the connection, and reads."""
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100).startswith(b"HTTP/1.1 204")


def test_the_servers_clock_is_loaded_with_the_plugin():
    """Before a test stops the time: freezegun replaces what modules have by name."""
    code = (
        "import sys, pytest_twilio_users.plugin;"
        " print(*(f'pytest_twilio_users.{name}' in sys.modules for name in"
        " ('state.elapsed', 'server.uvicorn_server')))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603  # ours
    assert said.split() == ["True", "False"]


@pytest.mark.parametrize("moment", [0.0, 4e9], ids=["past", "future"])
def test_time_that_a_test_moves_is_not_the_servers(monkeypatch, moment):
    """Where freezegun and time-machine move `time.monotonic`, nobody is cut off or left waiting."""
    with in_a_thread(AsgiApp(answer), seconds=10) as url, monkeypatch.context() as moved:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        connection = socket.create_connection(address, timeout=10)
        moved.setattr(time, "monotonic", lambda: moment)
        time.sleep(0.3)  # it looks after its connections meanwhile
        connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 204")
        connection.close()


def test_a_sleep_that_a_test_patches_is_not_the_servers(monkeypatch):
    """Else it would look after its connections without a pause, and move the stub's clock on."""
    slept = []

    async def sleep(*arguments):
        slept.append(arguments)

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "sleep", sleep)
        with in_a_thread(AsgiApp(answer)) as url:
            assert httpx.get(url).status_code == 204
            assert slept == []
            patched.undo()


def test_modules_that_a_test_takes_away_are_not_the_servers(monkeypatch, port):
    """A pytest within a test restores them all: what the server imports meanwhile is broken."""
    monkeypatch.setitem(sys.modules, "asyncio", None)
    for _ in range(2):  # it still looks after its connections
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            assert _last(connection) == b""
