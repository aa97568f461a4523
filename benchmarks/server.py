"""Fetch one user over a socket: from the served stub, and from the least that uvicorn can serve."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, interleave

SERVE = [sys.executable, "-m", "pytest_twilio_users", "serve"]
# An application that answers a constant: what it is told to, on a port of its own.
BARE = """
import socket, sys, uvicorn
headers, body, access_log = eval(sys.stdin.readline())
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listening.bind(("127.0.0.1", 0))
listening.listen()
print("http://127.0.0.1:%d" % listening.getsockname()[1], flush=True)
sys.stdout = open("/dev/null", "w", buffering=1)
options = {"loop": "asyncio", "date_header": False, "server_header": False}
uvicorn.Server(uvicorn.Config(app, access_log=access_log, **options)).run([listening])
"""
CREATE = (
    b"POST /v1/Users HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic QUM6dG9rZW4=\r\n"
    b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 12\r\n\r\nIdentity=ada"
)
FETCH = (
    b"GET /v1/Users/ada HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic QUM6dG9rZW4=\r\n\r\n"
)


class Connection:
    """A kept-alive connection to a server; it asks and waits."""

    def __init__(self, url: str) -> None:
        self.url = url
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Send a request; gives the headers and the body of the answer."""
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        """Send a request, and don't wait."""
        self._socket.sendall(request)

    def receive(self) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Wait for an answer; gives its headers, named in lower case, and its body."""
        came = b""
        while b"\r\n\r\n" not in came:
            came += self._read()
        head, _, body = came.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")[1:]
        parts = (line.partition(b": ") for line in lines)
        headers = [(name.lower(), value) for name, _, value in parts]
        length = int(dict(headers)[b"content-length"])
        while len(body) < length:
            body += self._read()
        return headers, body

    def _read(self) -> bytes:
        part = self._socket.recv(65_536)
        assert part, f"{self.url} closed the connection"
        return part

    def close(self) -> None:
        """Close it."""
        self._socket.close()


@contextmanager
def served(command: list[str], told: str = "") -> Iterator[Connection]:
    """A server that prints its URL, and a connection to it."""
    process = subprocess.Popen(  # noqa: S603  # our own
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{told}\n")
    process.stdin.flush()
    connection = Connection(process.stdout.readline().strip())
    try:
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.communicate()


@contextmanager
def _fetching(connection: Connection) -> Iterator[Timer]:
    """The time from a request to its answer: on the wall, as two processes take it."""

    def seconds(calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            connection.ask(FETCH)
        return (time.perf_counter() - start) / calls

    yield seconds


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side; all answer the same headers and the same body."""
    with ExitStack() as servers:
        stub = servers.enter_context(served(SERVE))
        stub.ask(CREATE)
        headers, body = stub.ask(FETCH)
        open_connections = {"stub": stub} | {
            name: servers.enter_context(
                served([sys.executable, "-c", BARE], repr((headers, body, access_log)))
            )
            for name, access_log in (("bare", False), ("bare again", False), ("logging", True))
        }
        assert open_connections["bare"].ask(FETCH) == (headers, body)
        contenders: dict[str, Contender] = {
            name: partial(_fetching, connection) for name, connection in open_connections.items()
        }
        times = interleave(contenders, rounds=rounds, calls=calls)
    microseconds = times.of("bare").median * 1e6
    return Section(
        question="Fetch one user over a kept-alive socket",
        rows=[
            Row(
                name="served / bare uvicorn",
                figure=times.ratio("stub", to="bare"),
                goal=1.6,
                aside=f"bare: {microseconds:.0f} µs here and now",
            ),
            Row(name="served / bare with its access log", figure=times.ratio("stub", to="logging")),
            Row(
                name="bare / bare",
                figure=times.ratio("bare again", to="bare"),
                aside="the noise of this run",
            ),
        ],
    )
