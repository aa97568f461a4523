"""Runs an ASGI application on a socket, by uvicorn: in this thread, or in one of its own."""

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.server.addressing import Addressed
from pytest_twilio_users.server.connections import SECONDS, Connection
from pytest_twilio_users.server.standard_error import written_beside
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.transports.asgi import ASGIApplication

KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than in clients, so that they close first."""

A_TICK = 0.1
"""Seconds between two looks at the connections."""

IN_THE_AIR = 0.2
"""Seconds in which a request may arrive that was sent before the server began to stop."""

LAST_ANSWERS = 5
"""Seconds that answers under way have when the server stops."""


class SteadyLoop(asyncio.SelectorEventLoop):
    """An event loop that goes on where a test stops the time, or moves it."""

    # Bound here: a test that replaces the clock's function would stop the server of all tests.
    _seconds = staticmethod(Elapsed.seconds)

    def time(self) -> float:
        """Seconds, from any beginning."""
        return self._seconds()


class Server(uvicorn.Server):
    """A server that reports when it listens, and answers all open requests before it stops.

    `meanwhile` is called ten times a second; `seconds` is how long a client may take to
    ask, or to go on reading.
    """

    def __init__(
        self,
        app: ASGIApplication,
        *,
        on_listening: Callable[[], None],
        meanwhile: Callable[[], None] = lambda: None,
        seconds: float = SECONDS,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,  # logging is configured by who runs this
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,  # the stub has a clock of its own
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=LAST_ANSWERS,
            )
        )
        self._seconds = seconds
        self._on_listening = on_listening
        self._meanwhile = meanwhile

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until it is told to stop."""
        with asyncio.Runner(loop_factory=SteadyLoop) as runner:
            runner.run(self.serve(sockets))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets)
        self._on_listening()

    async def main_loop(self) -> None:
        """Look after things until it is told to stop.

        A test may put something in the place of `asyncio.sleep`, or another `asyncio` in that of
        the one it found: neither is this server's.
        """
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.tasks.sleep(A_TICK)

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections, ten times a second; tells whether to stop."""
        connections: set[Any] = self.server_state.connections
        for connection in list(connections):
            connection.cut_off_after(self._seconds)
        self._meanwhile()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, answer what was sent, and end the others."""
        for server in self.servers:
            server.close()
        # Who asks now is told to ask no more; who was about to has sent by then.
        self.server_state.default_headers.append((b"connection", b"close"))
        await asyncio.tasks.sleep(IN_THE_AIR)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Open a socket; port 0 is any free one. An address may stand in brackets, as in a URL.

    Raises:
        KitError: it can't be opened.
    """
    place = f"{host if host and host.isprintable() else repr(host)}, port {port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # The protocol number by name: without it, asyncio leaves Nagle's algorithm on.
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "No host can have this name"
        raise KitError(
            f"Can't listen on {place}: {why}. Expected: a name or an address of this machine,"
            " such as localhost or ::1, without scheme and port."
        ) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        elsewhere = error.errno == errno.EADDRNOTAVAIL  # then it is no matter of the port
        advice = (
            "It is not an address of this machine" if elsewhere else "Port 0 takes any free one"
        )
        raise KitError(f"Can't listen on {place}: {error.strerror}. {advice}.") from None
    return listening


ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # the address is only read
"""What stands for every address of this machine, and the one by which itself can ask."""


def url_of(listening: socket.socket) -> str:
    """The base URL of what is served there, for who asks on this machine."""
    address, port, *_ = listening.getsockname()
    host: str = ANYWHERE.get(address) or address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def until_signalled(
    app: ASGIApplication,
    listening: socket.socket,
    *,
    on_listening: Callable[[], None],
    meanwhile: Callable[[], None],
) -> None:
    """Serve from this thread until SIGINT or SIGTERM; every request that came is answered."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn stops at either, and then raises it again: the exit is to be a clean one.
        signal.signal(number, lambda *_: None)
    with written_beside():
        Server(app, on_listening=on_listening, meanwhile=meanwhile).run([listening])
        meanwhile()


@contextmanager
def in_a_thread(
    app: ASGIApplication,
    *,
    seconds: float = SECONDS,
) -> Iterator[str]:
    """Serve on loopback from a thread of its own; gives the base URL."""
    listening = listen("127.0.0.1", 0)
    ready = threading.Event()
    server = Server(Addressed(app), on_listening=ready.set, seconds=seconds)
    thread = threading.Thread(
        target=server.run, args=([listening],), name="twilio-users server", daemon=True
    )
    url = url_of(listening)
    thread.start()
    ready.wait()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
