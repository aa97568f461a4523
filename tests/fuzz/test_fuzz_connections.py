# ruff: noqa: D102  # a transport has the methods of its kind
"""Whatever bytes come by a connection: what is read is answered, and what is not is refused."""

import asyncio

import uvicorn
from fuzz.inputs import fuzzed
from fuzz.made_up_account import BASIC, FORM, REQUESTS
from fuzz.mutating import changed_bytes
from uvicorn.server import ServerState

from pytest_twilio_users.server.addressing import Addressed
from pytest_twilio_users.server.connections import Connection
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.wire.messages import Response


def raw(method, target, body, *, ends=False, chunked=False):
    """A request as bytes."""
    head = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Authorization: {BASIC}"]
    if chunked:
        head.append("Transfer-Encoding: chunked")
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    elif body:
        head += [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
    if ends:
        head.append("Connection: close")
    return "\r\n".join([*head, "", ""]).encode() + body


STREAMS = (
    *(raw(*request) for request in REQUESTS),
    raw(*REQUESTS[6], chunked=True),
    raw(*REQUESTS[0], ends=True),
    raw(*REQUESTS[7]) + raw(*REQUESTS[0]) + raw(*REQUESTS[6], chunked=True) + raw(*REQUESTS[3]),
    b"GET http://localhost/v1/Users HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v1/Users HTTP/1.0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\na=b",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
    b"\r\n\r\nGET /v1/Users HTTP/1.1\r\nhost: localhost\r\n\r\n",
)


class Wire(asyncio.Transport):
    """A connection's other end, which keeps what is sent to it."""

    def __init__(self):
        super().__init__({"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 9)})
        self.sent = b""
        self.is_over = False

    def write(self, data):
        self.sent += data

    def write_eof(self):
        self.is_over = True

    def close(self):
        self.is_over = True

    abort = close

    def is_closing(self):
        return self.is_over

    def pause_reading(self):
        pass

    resume_reading = pause_reading

    def get_protocol(self):
        return None

    def set_protocol(self, protocol):
        pass


class Heard:
    """What reaches an application, which says so."""

    def __init__(self):
        self.requests = []

    async def tell(self, request, _peer):
        self.requests.append(request)
        content = request.method.encode("latin-1", "replace")
        return Response(status=299, headers=(("content-length", str(len(content))),), body=content)


HEARD = Heard()
RUNNER = asyncio.Runner()
CONFIG = uvicorn.Config(
    Addressed(AsgiApp(HEARD.tell)),
    interface="asgi3",
    http=Connection,
    ws="none",
    lifespan="off",
    log_config=None,
    access_log=False,
    proxy_headers=False,
    server_header=False,
    date_header=False,
)
CONFIG.load()


async def converse(parts):
    """Send parts by a new connection, and then no more; what comes back, and what went wrong."""
    wrong = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    wire, state = Wire(), ServerState()
    connection = Connection(config=CONFIG, server_state=state, app_state={})
    connection.connection_made(wire)
    for part in parts:
        connection.data_received(part)
        await asyncio.sleep(0)
    connection.eof_received()
    for _ in range(200):
        await asyncio.sleep(0)
        if wire.is_over:
            break
    connection.connection_lost(None)
    while state.tasks:
        await asyncio.sleep(0)
    return wire, wrong


def read_statuses(sent, methods):
    """The statuses of whole answers, one behind the other."""
    asked = iter(methods)
    while sent:
        head, _, sent = sent.partition(b"\r\n\r\n")
        line, *lines = head.split(b"\r\n")
        version, status = line.split(b" ")[:2]
        assert version == b"HTTP/1.1"
        if status == b"100":  # the other comes behind it
            continue
        headers = dict(each.lower().split(b": ", 1) for each in lines)
        if status != b"299" or next(asked) != "HEAD":
            length = int(headers[b"content-length"])
            assert len(sent) >= length
            sent = sent[length:]
        yield int(status)


@fuzzed(share=8)
def test_each_request_that_a_connection_reads_is_answered(dice):
    """In order, and what is no request is refused as the last one; nothing breaks inside."""
    content = dice.of(STREAMS)
    while dice.left > 4:
        content = changed_bytes(dice, content)
    cut = dice.below(len(content) + 1)
    HEARD.requests.clear()
    wire, wrong = RUNNER.run(converse(filter(None, [content[:cut], content[cut:]])))
    assert wrong == []
    assert wire.is_over
    statuses = [*read_statuses(wire.sent, [request.method for request in HEARD.requests])]
    assert statuses.count(299) == len(HEARD.requests)
    assert set(statuses) <= {299, 400, 403, 413, 431}
