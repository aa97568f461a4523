"""A server on loopback that answers as Twilio would, and misbehaves by a plan that a seed gives."""

import random
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.refusals import (
    INTERNAL_ERROR,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    Refusal,
)
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.settings import Credentials, Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.wire.messages import Request, Response, Secret

ACCOUNT_SID = derive_sid(SidKind.ACCOUNT, "misbehaving")
AUTH_TOKEN = "token-of-the-misbehaving-server"  # it opens nothing
SERVICE_SID = derive_sid(SidKind.SERVICE, "misbehaving")
ROLE_SID = derive_sid(SidKind.ROLE, "misbehaving")
DEFAULT_SERVICE_SID = derive_sid(SidKind.SERVICE, "misbehaving", "default")

STORM = 4
"""How many 429 come in a row at most."""


def account_at(url: str) -> LiveAccount:
    """The account that the server knows, as a live run takes it."""
    return LiveAccount(
        sid=ACCOUNT_SID, auth_token=Secret(AUTH_TOKEN), service_sid=SERVICE_SID, base_url=url
    )


class Fault(Enum):
    """What becomes of a request. Where it says nothing else, it is not carried out."""

    FINE = "carried out and answered"
    TOO_MANY = "429, and again for the next ones"
    TOO_MANY_NOW = "429, and again for the next ones, with Retry-After: 0"
    UNAVAILABLE = "503"
    SLOW = "carried out, and answered late"
    LATE = "carried out late, and answered"
    RESET = "the connection is reset"
    LOST = "carried out, and the connection is reset"
    HALF = "carried out, and half the answer is sent"
    HTML = "502 with a page for people"
    FAILED = "500"
    FAILED_AFTER = "carried out, and answered with 500"

    @property
    def is_storm(self) -> bool:
        """Whether more of it follows."""
        return self in (Fault.TOO_MANY, Fault.TOO_MANY_NOW)


Chances = Mapping[Fault, float]
EVERYTHING: Chances = dict.fromkeys(Fault, 1.0) | {Fault.FINE: 8.0}
"""Four of ten requests go well, more or less."""


def plan(seed: object, chances: Chances) -> Iterator[Fault]:
    """What becomes of each request: of the same seed always the same."""
    chance = random.Random(f"{seed}")  # noqa: S311  # it is to be the same
    faults, weights = list(chances), list(chances.values())
    while True:
        (fault,) = chance.choices(faults, weights)
        for _ in range(chance.randint(1, STORM) if fault.is_storm else 1):
            yield fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A request, by the order of arrival, and what became of it."""

    number: int
    asked: str
    fault: Fault
    status: int | None
    """What the stub answered; None if the request was not carried out."""

    def __str__(self) -> str:
        return f"{self.number}: {self.asked}: {self.fault.value} ({self.status})"


class Misbehaving:
    """The server; a context manager. It has an account with a service.

    Attributes:
        log: what it did, in order.
    """

    def __init__(
        self,
        seed: object = 0,
        *,
        chances: Chances = EVERYTHING,
        slow: float = 0.02,
        backend: Callable[[Account], Any] = StubBackend,
    ) -> None:
        """Begin.

        Args:
            seed: gives the plan.
            chances: how often each fault happens, by weight.
            slow: the seconds by which an answer is late at most.
            backend: makes what answers; another than the stub for a server that is fine.
        """
        self._plan = plan(seed, chances)
        self._slow = slow
        self._waits = random.Random(f"{seed} waits")  # noqa: S311  # it is to be the same
        self._account = Account(
            sid=ACCOUNT_SID,
            auth_token=AUTH_TOKEN,
            default_service_sid=DEFAULT_SERVICE_SID,
            other_service_sid=SERVICE_SID,
            sids=SidSupply(f"misbehaving {seed}"),
            clock=wall_clock,
            settings=Settings(
                service_sid=SERVICE_SID,
                service_sids=(SERVICE_SID,),
                role_sids=(ROLE_SID,),
                credentials=Credentials.EXACT,
            ),
        )
        self._stub = backend(self._account)
        self._lock = threading.Lock()
        self._behaves = False
        self.log: list[Done] = []

    def __enter__(self) -> Self:
        self._server = _Server(self._answer)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="misbehaving", daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    @property
    def environ(self) -> dict[str, str]:
        """What a live run on the account's service needs in its environment."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_USERS_LIVE_ACCOUNT": ACCOUNT_SID,
            "TWILIO_USERS_SERVICE_SID": SERVICE_SID,
            "TWILIO_USERS_BASE_URL": self.url,
            "TWILIO_USERS_CHANGES_PER_SECOND": "1000",
        }

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()
        self._thread.join()
        if self._server.errors:
            raise ExceptionGroup("The server itself failed.", self._server.errors)

    def users(self) -> list[StoredUser]:
        """The users that the account holds now."""
        with self._account.lock:
            return list(self._account.store.users())

    def add_foreign_user(
        self, identity: str = "foreign", *, service_sid: str = SERVICE_SID
    ) -> StoredUser:
        """Add a user that is nobody's to touch, an hour old."""
        return self.add_user(identity, age=1, service_sid=service_sid)

    def add_user(self, identity: str, *, age: float, service_sid: str = SERVICE_SID) -> StoredUser:
        """Add a user of some age, in hours."""
        with self._account.lock:
            self._account.clock = lambda: wall_clock() - timedelta(hours=age)
            try:
                return add_user(self._account, service_sid, identity=identity)
            finally:
                self._account.clock = wall_clock

    def behave(self) -> None:
        """From now on, all is fine."""
        self._behaves = True

    def _answer(self, request: Request) -> tuple[Fault, Response]:
        """What becomes of a request, and the answer that there would be."""
        with self._lock:
            fault = Fault.FINE if self._behaves else next(self._plan)
            number, wait = len(self.log), self._waits.uniform(0, self._slow)
            self.log.append(_done(number, request, fault, None))
        if fault is Fault.LATE:
            time.sleep(wait)
        answer = _NOT_CARRIED_OUT.get(fault)
        if isinstance(answer, Refusal):
            response = self._stub.refuse(request, answer)
        elif answer is not None:
            response = answer
        else:
            response = self._stub.handle(request)
            self.log[number] = _done(number, request, fault, response.status)
        if fault is Fault.SLOW:
            time.sleep(wait)
        if fault is Fault.TOO_MANY_NOW:
            response = replace(response, headers=(*response.headers, ("retry-after", "0")))
        if fault is Fault.FAILED_AFTER:
            response = self._stub.refuse(request, INTERNAL_ERROR)
        return fault, response


def _done(number: int, request: Request, fault: Fault, status: int | None) -> Done:
    return Done(
        number=number, asked=f"{request.method} {request.target}", fault=fault, status=status
    )


_NOT_CARRIED_OUT: dict[Fault, Refusal | Response] = {
    Fault.TOO_MANY: TOO_MANY_REQUESTS,
    Fault.TOO_MANY_NOW: TOO_MANY_REQUESTS,
    Fault.UNAVAILABLE: UNAVAILABLE,
    Fault.FAILED: INTERNAL_ERROR,
    Fault.RESET: Response(status=500),  # nobody sees it
    Fault.HTML: Response(
        status=502,
        headers=(("content-type", "text/html"), ("content-length", "20")),
        body=b"<html>Sorry.</html>\n",
    ),
}


class _Server(socketserver.ThreadingTCPServer):
    """Listens, and has a thread for each connection."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], tuple[Fault, Response]]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.answer = answer
        self.errors: list[Exception] = []
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what should not have happened; that the client is gone may."""
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.errors.append(error)

    def stop(self) -> None:
        """Take no more connections, end those there are, and wait for their threads."""
        self.shutdown()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Connection(BaseHTTPRequestHandler):
    """Reads requests and sends what is to be sent of the answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        """Answer a request, if there is one more."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            return
        asked_to_close, self.close_connection = self.close_connection, True
        fault, response = self.server.answer(self._request())
        answer = _written(response)
        if fault is Fault.HALF:
            self.wfile.write(answer[: len(answer) // 2])
        elif fault in (Fault.RESET, Fault.LOST):
            # Closed without waiting for what was sent: TCP says that as a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.connection.close()
        else:
            self.close_connection = asked_to_close
            self.wfile.write(answer)

    def log_message(self, *told: Any) -> None:
        """Say nothing."""

    def _request(self) -> Request:
        headers = tuple((name.lower(), value) for name, value in self.headers.items())
        return Request(
            method=self.command,
            origin=f"http://{self.headers['host']}",
            target=self.path,
            headers=tuple(header for header in headers if header[0] != "authorization"),
            body=self.rfile.read(int(self.headers.get("content-length", 0))),
            authorization=self.headers.get("authorization"),
        )


def _written(response: Response) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + response.body
