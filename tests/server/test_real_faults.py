"""Faults over a socket are real: what the client hears, what the journal says, what was done."""

import asyncio
import base64
import json
import socket
import threading
import time
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from server.conftest import Process

from pytest_twilio_users import faults
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.server.uvicorn_server import in_a_thread

AUTH = ("AC" + "a" * 32, "a secret of the application")
LOGIN = base64.b64encode(":".join(AUTH).encode()).decode()
HEAD = f"Host: localhost\r\nAuthorization: Basic {LOGIN}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n"
CREATE = f"POST /v1/Users HTTP/1.1\r\n{HEAD}{FORM}\r\nIdentity=ada".encode()
LIST = f"GET /v1/Users HTTP/1.1\r\n{HEAD}\r\n".encode()


class Line:
    """A connection that says what it hears, byte by byte, and how it ended."""

    def __init__(self, url):
        where = urlsplit(url)
        self._socket = socket.create_connection((where.hostname, where.port), timeout=20)
        self.send = self._socket.sendall
        self.close = self._socket.close

    def hang_up_sending(self):
        """Say that no more is sent, as a client does that goes away."""
        self._socket.shutdown(socket.SHUT_WR)

    def hear(self, *, for_seconds=20.0, until=None):
        """What comes, and how it ended: closed, reset, or not at all. Or `until` it is there."""
        self._socket.settimeout(for_seconds)
        heard = b""
        try:
            while until is None or until not in heard:
                part = self._socket.recv(65_536)
                if not part:
                    return heard, "closed"
                heard += part
        except ConnectionResetError:
            return heard, "reset"
        except TimeoutError:
            return heard, "open"
        return heard, "open"


class InThisRun:
    """The server of a test run; faults are planned on routes."""

    def __init__(self, twilio_users, url):
        self._users = twilio_users
        self.url = url

    def fail(self, operation, fault):
        """Plan a fault."""
        self._users.routes[operation].fail(fault)

    def journal(self):
        """What was asked, by its operation, with status, error, and fault."""
        return [
            (each.operation, each.status, each.error, each.fault and each.fault.name)
            for each in self._users.journal
        ]

    def identities(self):
        """Who is there."""
        return [user.identity for user in self._users.users()]


class InAProcess:
    """A served stub; faults are planned by its endpoint."""

    def __init__(self, url):
        self.url = url

    def fail(self, operation, fault):
        """Plan a fault."""
        plan = {
            "operation": operation,
            "fault": fault.name,
            "arguments": dict(fault.arguments),
        }
        self.control("POST", "fault", content=json.dumps(plan))

    def control(self, method, name, **sent):
        """Ask a control endpoint."""
        answer = httpx.request(method, f"{self.url}/__twilio_users__/{name}", **sent)
        return answer.raise_for_status()

    def journal(self):
        """What was asked, by its operation, with status, error, and fault."""
        exchanges = self.control("GET", "journal").json()["exchanges"]
        names = ("operation", "status", "error", "fault")
        return [tuple(each[name] for name in names) for each in exchanges]

    def identities(self):
        """Who is there."""
        return [user["identity"] for user in self.control("GET", "state").json()["users"]]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """A served stub as a process of its own."""
    with tmp_path_factory.mktemp("served").joinpath("log").open("w+b") as log:
        process = Process(log=log)
        yield InAProcess(process.url)
        process.close()


@pytest.fixture
def in_a_process(process):
    """The same as it was in the beginning."""
    process.control("POST", "reset")
    return process


@pytest.fixture
def in_this_run(twilio_users, twilio_users_server):
    """The server of this test run."""
    return InThisRun(twilio_users, twilio_users_server)


@pytest.fixture(params=["in_this_run", "in_a_process"])
def served(request):
    """Either of both."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def line(served):
    """A connection to it."""
    with closing(Line(served.url)) as line:
        yield line


def noted(served):
    """The journal, once something is noted."""
    last = time.monotonic() + 20
    while not (journal := served.journal()) and time.monotonic() < last:
        time.sleep(0.001)
    return journal


@pytest.mark.parametrize(
    ("fault", "ends", "error", "made"),
    [
        (faults.connection_reset(), "reset", "ReadError", []),
        (faults.answer_lost(), "closed", "RemoteProtocolError", ["ada"]),
    ],
    ids=repr,
)
def test_a_connection_ends_without_an_answer(served, fault, ends, error, made):
    """As the client hears; the journal says so, too, and what was done is done."""
    served.fail("create_user", fault)
    with closing(Line(served.url)) as line:
        line.send(CREATE)
        assert line.hear() == (b"", ends)
    assert served.journal() == [("create_user", None, error, fault.name)]
    assert served.identities() == made


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        (faults.read_timeout(), "ReadTimeout", []),
        (faults.slow(30), "not answered yet", ["ada"]),
    ],
    ids=repr,
)
def test_a_client_waits(served, line, fault, error, made):
    """The journal does not: whoever waits no longer may look at it."""
    served.fail("create_user", fault)
    line.send(CREATE)
    assert noted(served) == [("create_user", None, error, fault.name)]
    assert served.identities() == made
    assert line.hear(for_seconds=0.01) == (b"", "open")


def test_a_body_is_cut(served, line):
    """More is announced than comes."""
    served.fail("create_user", faults.body_cut(after=7))
    line.send(CREATE)
    heard, ends = line.hear()
    head, _, body = heard.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert (head[:20], body, ends) == (b"HTTP/1.1 201 Created", b'{"sid":', "closed")
    assert length > 7
    assert served.journal() == [("create_user", 201, "RemoteProtocolError", "body_cut")]


def test_an_answer_is_late(served, line):
    """By as much as was planned, as measured by the client; the connection stays."""
    served.fail("create_user", faults.slow(0.05))
    began = time.monotonic()
    line.send(CREATE)
    heard, _ = line.hear(until=b'"identity":')
    assert time.monotonic() - began > 0.049
    assert heard.startswith(b"HTTP/1.1 201 Created")
    assert served.journal() == [("create_user", 201, "", "slow")]
    line.send(LIST)
    heard, _ = line.hear(until=b"\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("fault", "starts", "has"),
    [
        (
            faults.refused("too_many_requests", retry_after=2),
            b"HTTP/1.1 429 ",
            b"retry-after: 2\r\n",
        ),
        (faults.html_body(503), b"HTTP/1.1 503 ", b"<h1>503 Service Unavailable</h1>"),
    ],
    ids=repr,
)
def test_an_answer_is_another(served, line, fault, starts, has):
    """It comes as it is."""
    served.fail("create_user", fault)
    line.send(CREATE.replace(b"Host:", b"Connection: close\r\nHost:"))
    heard, ends = line.hear()
    assert (heard[: len(starts)], has in heard, ends) == (starts, True, "closed")


@pytest.mark.parametrize("fault", [faults.slow(30), faults.read_timeout()], ids=repr)
def test_a_client_that_gives_up_is_gone(served, line, fault):
    """To send no more is to go away, as a client does that waited too long."""
    served.fail("create_user", fault)
    line.send(CREATE)
    line.hang_up_sending()
    assert line.hear() == (b"", "closed")
    error = "ClientGone" if fault.name == "slow" else "ReadTimeout"
    assert served.journal() == [("create_user", None, error, fault.name)]


def test_a_slow_answer_holds_up_nobody(served, line):
    """Others are answered meanwhile, those behind it on the same connection afterwards."""
    served.fail("create_user", faults.slow(30))
    line.send(CREATE + LIST)
    with closing(Line(served.url)) as other:
        other.send(LIST)
        heard, _ = other.hear(until=b"\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 OK")
    assert line.hear(for_seconds=0.01) == (b"", "open")


@pytest.mark.parametrize("in_turn", [False, True])
def test_an_override_that_takes_its_time_holds_up_nobody(twilio_users, in_this_run, in_turn):
    """Be it a function, or what gives one answer after the other; others have their turns."""
    began, goes_on = threading.Event(), threading.Event()

    def answer(_=None):
        began.set()
        assert goes_on.wait(20)
        return httpx.Response(299)

    def answers():
        yield answer()

    twilio_users.routes["create_user"].mock(side_effect=answers() if in_turn else answer)
    twilio_users.routes["list_user"].mock(side_effect=[httpx.Response(298)])
    with closing(Line(in_this_run.url)) as slow, closing(Line(in_this_run.url)) as other:
        slow.send(CREATE)
        assert began.wait(20)
        other.send(LIST)
        heard, _ = other.hear(until=b"\r\n\r\n")
        assert heard.startswith(b"HTTP/1.1 298 ")
        goes_on.set()
        heard, _ = slow.hear(until=b"\r\n\r\n")
        assert heard.startswith(b"HTTP/1.1 299 ")


@pytest.mark.parametrize("fault", [faults.slow(30), faults.read_timeout()], ids=repr)
def test_a_server_that_stops_waits_for_no_fault(twilio_users, fault, caplog):
    """Who waits for an answer hears none; nothing has to be cancelled."""
    twilio_users.routes["create_user"].fail(fault)
    with in_a_thread(twilio_users.asgi_app) as url:
        line = Line(url)
        line.send(CREATE)
        noted(InThisRun(twilio_users, url))
    with closing(line):
        assert line.hear() == (b"", "closed")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.parametrize(
    ("fault", "nearest"),
    [
        (faults.connect_error(), faults.connection_reset()),
        (faults.connect_timeout(), faults.read_timeout()),
    ],
    ids=repr,
)
def test_what_is_over_before_a_server_is_asked_is_told(in_this_run, caplog, fault, nearest):
    """In the log; the application hears of an error, and nothing is done."""
    in_this_run.fail("create_user", fault)
    answer = httpx.post(f"{in_this_run.url}/v1/Users", data={"Identity": "ada"}, auth=AUTH)
    assert answer.status_code == 500
    [told] = [record for record in caplog.records if record.name == "uvicorn.error"]
    assert str(told.exc_info[1]) == (
        f"POST /v1/Users: {fault!r} can't come from a server, as its client has connected"
        f" already. The nearest is {nearest!r}."
    )
    assert in_this_run.identities() == []
    assert in_this_run.journal() == [("create_user", None, "KitError", fault.name)]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.connect_error(), httpx.ConnectError),
        (faults.connection_reset(), httpx.ReadError),
        (faults.answer_lost(), httpx.RemoteProtocolError),
        (faults.body_cut(), httpx.RemoteProtocolError),
    ],
    ids=repr,
)
def test_where_there_is_no_socket_the_fault_is_raised(twilio_users, fault, error):
    """As in the process itself, by the transport of httpx that calls an application."""
    twilio_users.routes["create_user"].fail(fault)
    with pytest.raises(error):
        asyncio.run(ask_application(twilio_users.asgi_app))
    assert twilio_users.journal.last.fault == fault


async def ask_application(app, seconds=None):
    """Create a user by an application, and wait no longer than so many seconds."""
    transport = httpx.ASGITransport(app)
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(transport=transport, base_url="http://stub.test") as client,
    ):
        return await client.post("/v1/Users", data={"Identity": "ada"}, auth=AUTH)


def test_where_there_is_no_socket_nobody_waits(twilio_users):
    """Time passes as in the process; how long its client waits, an application is not told."""
    twilio_users.routes["create_user"].fail(faults.slow(30), times=1)
    before = twilio_users.clock.now()
    assert asyncio.run(ask_application(twilio_users.asgi_app)).status_code == 201
    assert twilio_users.clock.now() - before >= timedelta(seconds=30)

    twilio_users.routes["create_user"].fail(faults.read_timeout())
    with pytest.raises(TimeoutError):
        asyncio.run(ask_application(twilio_users.asgi_app, seconds=3600))
    with pytest.raises(KitError) as caught:
        asyncio.run(ask_application(twilio_users.asgi_app))
    assert str(caught.value) == (
        "POST /v1/Users would wait forever: with faults.read_timeout() no answer comes, and an"
        " application does not know its client's timeout. Put asyncio.timeout around the"
        " request."
    )
