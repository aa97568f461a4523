"""Ask a server on loopback, which is no business of the kit's, with and without the guard."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, interleave, timer
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.transports.guard import Guard


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # http.server's name
        """Answer with next to nothing."""
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class Requests:
    """Requests to a server, each on a connection of its own or all on one."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._guard = Guard(Isolation(Settings()), tell=lambda _: None)

    def contenders(self) -> dict[str, Contender]:
        """All of them by name."""
        ways = {"connecting": self._connect, "connected": self._stay, "httpx": self._httpx}
        found: dict[str, Contender] = {
            f"{name}, {'guarded' if guarded else 'free'}": partial(self._run, way, guarded=guarded)
            for name, way in ways.items()
            for guarded in (False, True)
        }
        found["connecting again, free"] = partial(self._run, self._connect, guarded=False)
        return found

    @contextmanager
    def _run(self, way: Contender, *, guarded: bool) -> Iterator[Timer]:
        if guarded:
            self._guard.start()
        with way() as run:
            yield run
        self._guard.close()

    @contextmanager
    def _connect(self) -> Iterator[Timer]:
        def once() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()

        yield timer(once)

    @contextmanager
    def _stay(self) -> Iterator[Timer]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)

        def once() -> None:
            connection.request("GET", "/")
            connection.getresponse().read()

        yield timer(once)
        connection.close()

    @contextmanager
    def _httpx(self) -> Iterator[Timer]:
        with httpx.Client(verify=False) as client:  # noqa: S501  # loopback, without TLS
            yield timer(lambda: client.get(f"http://127.0.0.1:{self._port}/"))


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        contenders = Requests(server.server_port).contenders()
        times = interleave(contenders, rounds=rounds, calls=calls)
        server.shutdown()
        thread.join()
    return Section(
        question="A request to another server, on loopback, with the guard and without",
        rows=[
            *(
                Row(
                    name=told,
                    figure=times.ratio(f"{name}, guarded", to=f"{name}, free"),
                    goal=1.05,
                    why=_WHY,
                )
                for name, told in (
                    ("connecting", "http.client, a connection each: guarded / free"),
                    ("connected", "http.client, one connection: guarded / free"),
                    ("httpx", "httpx, one connection: guarded / free"),
                )
            ),
            Row(
                name="http.client, a connection each: free / free",
                figure=times.ratio("connecting again, free", to="connecting, free"),
                aside="the noise of this run",
            ),
        ],
    )


_WHY = (
    "By callgrind the guard adds 4 % to the instructions of http.client on a connection that is"
    " there, and 8 % where it connects: the host is looked at where its name is looked up, where"
    " the socket connects, and where the request is written. Most of the time is the system's, and"
    " differs by more from round to round."
)
