"""transports/aiohttp_connection.py: what reaches a backend is what the wire would see."""

import asyncio
import errno
import gzip
import io
import zlib
from os import strerror
from types import SimpleNamespace

import aiohttp
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from pytest_twilio_users import faults
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.aiohttp_connection import _Sent, connect
from pytest_twilio_users.wire.messages import Response, Timeouts

USERS = "https://conversations.twilio.com/v1/Users"
RESET = strerror(errno.ECONNRESET)
REFUSED = "Connect call failed ('conversations.twilio.com', 443)"


@pytest.fixture
def ask(run, to_loopback):
    """Sends a request, and gives what `read` reads of the answer; hosts are on loopback."""

    async def send(method, url, read, given):
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=to_loopback())
            ) as session,
            session.request(method, url, **given) as answer,
        ):
            return await read(answer)

    def ask(method="GET", url=USERS, *, read=aiohttp.ClientResponse.read, **given):
        return run(send(method, url, read, given))

    return ask


@pytest.fixture
def answering(transport_to, saying, starting):
    """Has a backend answer all alike, and gives it."""

    def answering(*answer, **headers):
        backend = saying(*answer, **headers)
        starting(AiohttpCatch(transport_to(backend)))
        return backend

    return answering


async def parts(*, slowly=False):
    """Give a body in parts, and others a turn in between."""
    for part in (b"A=", b"1"):
        yield part
        for _ in range(9 if slowly else 0):
            await asyncio.sleep(0)


class TestRequests:
    """What the backend is asked."""

    def test_a_request_arrives_to_the_letter(self, ask, answering):
        """Method, origin, path, fragment, form and credentials."""
        backend = answering()
        login = {"Authorization": "Basic QTpi"}
        ask("POST", f"{USERS}?a=%2E#b", data={"Identity": "ä b"}, headers=login)
        [asked] = backend.heard

        assert (asked.method, asked.origin) == ("POST", "https://conversations.twilio.com")
        assert (asked.target, asked.fragment) == ("/v1/Users?a=.", "b")
        assert asked.body == b"Identity=%C3%A4+b"
        assert asked.authorization == "Basic QTpi"
        assert asked.header("authorization") is None

    def test_a_port_is_told(self, ask, answering):
        """As in the Host header."""
        backend = answering()
        ask(url=USERS.replace(".com", ".com:8443"))

        assert backend.heard[0].origin == "https://conversations.twilio.com:8443"

    @pytest.mark.parametrize(
        ("data", "body"),
        [
            (b"A=1", b"A=1"),
            ("A=ä", "A=ä".encode()),
            (io.BytesIO(b"A=1"), b"A=1"),
            (aiohttp.FormData({"A": "1"}), b"A=1"),
            ({}, b""),
            (None, b""),
        ],
    )
    def test_a_body_may_be_of_any_kind(self, ask, answering, data, body):
        """Text, bytes, a file, a form."""
        backend = answering()
        ask("POST", data=data)

        assert backend.heard[0].body == body

    @pytest.mark.parametrize("slowly", [False, True])
    def test_a_body_may_be_streamed(self, ask, answering, slowly):
        """In chunks, which the backend does not see; it waits for the last."""
        backend = answering()
        ask("POST", data=parts(slowly=slowly))

        assert backend.heard[0].body == b"A=1"

    @pytest.mark.parametrize(
        ("coding", "unpack"), [("gzip", gzip.decompress), ("deflate", zlib.decompress)]
    )
    def test_a_body_may_be_compressed(self, ask, answering, coding, unpack):
        """It arrives as it was sent."""
        backend = answering()
        ask("POST", data=b"A=1" * 99, compress=coding)
        [asked] = backend.heard

        assert asked.header("content-encoding") == coding
        assert unpack(asked.body) == b"A=1" * 99

    def test_files_may_be_sent(self, ask, answering):
        """As parts of a form."""
        backend = answering()
        form = aiohttp.FormData()
        form.add_field("a", io.BytesIO(b"tea"), filename="a.txt", content_type="text/plain")
        ask("POST", data=form)
        [asked] = backend.heard
        _, _, boundary = asked.header("content-type").partition("boundary=")

        assert (
            asked.body
            == (
                f"--{boundary}\r\nContent-Type: text/plain\r\n"
                'Content-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\n'
                f"tea\r\n--{boundary}--\r\n"
            ).encode()
        )

    def test_a_large_body_arrives_whole(self, ask, answering):
        """More than is read at once."""
        backend = answering()
        ask("POST", data=b"a" * 300_000)

        assert backend.heard[0].body == b"a" * 300_000

    def test_a_long_target_arrives_whole(self, ask, answering):
        """Longer than servers of aiohttp's allow: it is no limit of Twilio's."""
        backend = answering()
        ask(url=f"{USERS}?a={'b' * 20_000}", headers={"X-Long": "c" * 20_000})
        [asked] = backend.heard

        assert len(asked.target) == len("/v1/Users?a=") + 20_000
        assert asked.header("x-long") == "c" * 20_000

    def test_a_body_may_wait_for_a_go_ahead(self, ask, answering):
        """By `expect100`: the kit says that it may come."""
        backend = answering()
        ask("POST", data=b"A=1", expect100=True, timeout=aiohttp.ClientTimeout(total=2))

        assert backend.heard[0].body == b"A=1"

    @given(identity=twilio_st.identities() | st.text("ab%.2F/?#:@ é\\[]+~|", min_size=1))
    def test_a_path_is_what_yarl_makes_of_it(self, identity):
        """Nobody else writes it."""
        url = URL(f"{USERS}/{identity}")
        asked = seen(url)

        assert (asked.target, asked.fragment) == (url.raw_path_qs, url.raw_fragment)


class Asked:
    """Stands where the backend would: keeps the request, and answers with nothing."""

    seen = None

    async def answer_message_async(self, request):
        """Keep a request."""
        self.seen = request
        return Response(status=204)


class AskingConnector(aiohttp.BaseConnector):
    """Leads to what keeps the request."""

    allowed_protocol_schema_set = frozenset(("https",))

    def __init__(self, asked):
        super().__init__()
        self._asked = asked

    async def connect(self, req, *_, **__):
        """Connect."""
        return connect(self._asked, self, req)


def seen(url):
    """What a backend sees of a request."""
    asked = Asked()

    async def send():
        async with (
            aiohttp.ClientSession(connector=AskingConnector(asked)) as session,
            session.get(url),
        ):
            pass

    asyncio.run(send())
    return asked.seen


class TestAnswers:
    """What the application is told is what it would have heard."""

    def test_an_answer_is_whole(self, ask, answering):
        """Status, reason, and headers of any case."""
        answering(201, content_type="text/plain")

        async def read(answer):
            return answer.status, answer.reason, answer.headers["content-TYPE"], await answer.text()

        assert ask(read=read) == (201, "Created", "text/plain", "caught")

    def test_names_of_headers_are_as_most_servers_write_them(self, ask, answering):
        """Who makes a dict of them finds them so."""
        answering(x_a="1")

        async def read(answer):
            return dict(answer.headers)

        assert ask(read=read) == {"X-A": "1", "Content-Length": "6"}

    def test_a_header_that_comes_twice_is_kept(self, ask, transport_to, always_caught, starting):
        """As two."""
        starting(AiohttpCatch(transport_to(always_caught)))

        async def read(answer):
            return answer.headers.getall("X-A")

        assert ask(read=read) == ["1", "2"]

    def test_a_header_may_have_any_character(self, ask, answering):
        """Of those that travel."""
        answering(x_a="ä")

        async def read(answer):
            return answer.raw_headers[0]

        assert ask(read=read) == (b"X-A", "ä".encode("latin-1"))

    def test_headers_about_the_connection_are_not_kept(self, ask, answering):
        """They were another's: the body is written whole."""
        answering(transfer_encoding="chunked", connection="keep-alive", content_length="99")

        async def read(answer):
            return dict(answer.headers), await answer.text()

        assert ask(read=read) == ({"Content-Length": "6"}, "caught")

    def test_a_status_of_somebodys_own_has_no_reason(self, ask, answering):
        """As from a server that gives none."""
        answering(599)

        async def read(answer):
            return answer.status, answer.reason

        assert ask(read=read) == (599, "")

    @pytest.mark.parametrize("status", [203, 205, 303, 305])
    def test_other_answers_have_their_content(self, ask, answering, status):
        """Whatever HTTP says of them: an author wrote it."""
        answering(status)

        assert ask() == b"caught"

    @pytest.mark.parametrize("status", [204, 304])
    def test_no_content_is_none(self, ask, answering, status):
        """Not even its length."""
        answering(status, b"")

        async def read(answer):
            return answer.status, dict(answer.headers), await answer.read()

        assert ask("DELETE", f"{USERS}/ada", read=read) == (status, {}, b"")

    def test_a_head_has_headers_alone(self, ask, transport, starting, routes):
        """Whatever an author wrote after them."""
        routes.head(USERS).respond(text="tea", headers={"x-a": "1"})
        starting(AiohttpCatch(transport))

        async def read(answer):
            return answer.headers["X-A"], await answer.read()

        assert ask("HEAD", read=read) == ("1", b"")

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/html; charset=latin-1", "é".encode("latin-1")),
            ("text/html; charset=utf-8", "é".encode()),
            ("application/json", "é".encode()),
            ("application/json; charset=no-such", "é".encode()),
        ],
    )
    def test_text_is_read_in_its_encoding(self, ask, answering, kind, body):
        """A proxy's page may be in any."""
        answering(502, body, content_type=kind)

        assert ask(read=aiohttp.ClientResponse.text) == "é"

    def test_an_answer_may_be_streamed(self, ask, answering):
        """The body is still to be read, as from the network."""
        answering()

        async def read(answer):
            return [part async for part in answer.content.iter_chunked(3)]

        assert ask(read=read) == [b"cau", b"ght"]

    def test_a_large_answer_arrives_whole(self, ask, answering):
        """More than is read at once."""
        answering(200, b"a" * 300_000)

        assert ask() == b"a" * 300_000

    def test_an_answer_that_nobody_reads_is_in_nobodys_way(self, ask, answering):
        """The session closes."""
        answering()

        async def read(answer):
            return answer.status

        assert ask(read=read) == 200

    def test_a_compressed_override_can_be_read(self, ask, transport, starting, routes):
        """It is decompressed once."""
        packed = httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"tea")
        )
        routes["list_user"].mock(return_value=packed)
        starting(AiohttpCatch(transport))

        assert ask() == b"tea"


class TestErrors:
    """What an override raises."""

    @pytest.fixture
    def listing(self, transport, starting, routes):
        """The route of a list."""
        starting(AiohttpCatch(transport))
        return routes["list_user"]

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (httpx.ConnectError, aiohttp.ClientConnectorError),
            (httpx.ConnectTimeout, aiohttp.ConnectionTimeoutError),
            (httpx.ReadTimeout, aiohttp.SocketTimeoutError),
            (httpx.WriteTimeout, TimeoutError),
            (httpx.ReadError, aiohttp.ClientOSError),
            (httpx.RemoteProtocolError, aiohttp.ServerDisconnectedError),
            (httpx.ProxyError, aiohttp.ClientError),
            (httpx.TooManyRedirects, aiohttp.ClientError),
            (httpx.InvalidURL, aiohttp.InvalidURL),
        ],
    )
    def test_they_are_those_of_aiohttp(self, ask, listing, error, told):
        """What an application catches is what it would have to catch."""
        listing.mock(side_effect=error("broken"))
        with pytest.raises(told) as raised:
            ask()

        assert type(raised.value) is told
        assert "broken" in str(raised.value)
        assert isinstance(raised.value.__cause__, error)

    def test_a_connection_that_fails_names_the_host(self, ask, listing):
        """As aiohttp does."""
        listing.mock(side_effect=httpx.ConnectError("broken"))
        with pytest.raises(aiohttp.ClientConnectorError) as raised:
            ask()

        assert str(raised.value) == (
            "Cannot connect to host conversations.twilio.com:443 ssl:default [broken]"
        )

    @pytest.mark.parametrize(
        ("fault", "told", "words", "beneath"),
        [
            (
                faults.connect_timeout(),
                aiohttp.ConnectionTimeoutError,
                f"Connection timeout to host {USERS}",
                TimeoutError(),
            ),
            (
                faults.read_timeout(),
                aiohttp.SocketTimeoutError,
                "Timeout on reading data from socket",
                None,
            ),
            (
                faults.connect_error(),
                aiohttp.ClientConnectorError,
                f"Cannot connect to host conversations.twilio.com:443 ssl:default [{REFUSED}]",
                ConnectionRefusedError(errno.ECONNREFUSED, REFUSED),
            ),
            (
                faults.connection_reset(),
                aiohttp.ClientOSError,
                f"[Errno {errno.ECONNRESET}] {RESET}",
                ConnectionResetError(errno.ECONNRESET, RESET),
            ),
            (
                faults.answer_lost(),
                aiohttp.ServerDisconnectedError,
                "Server disconnected",
                None,
            ),
        ],
        ids=lambda value: getattr(value, "name", ""),
    )
    def test_a_planned_fault_is_told_in_aiohttps_own_words(  # noqa: PLR0917  # fixtures and a case
        self, ask, listing, fault, told, words, beneath
    ):
        """With what lies beneath."""
        listing.fail(fault)
        with pytest.raises(told) as raised:
            ask(timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5))

        assert (type(raised.value), str(raised.value)) == (told, words)
        assert repr(raised.value.__cause__) == repr(beneath)

    def test_others_are_left_alone(self, ask, listing):
        """The author may raise the library's own."""
        error = aiohttp.ServerTimeoutError("slow")
        listing.mock(side_effect=error)
        with pytest.raises(aiohttp.ServerTimeoutError) as raised:
            ask()

        assert raised.value is error


REQUESTS = {
    "list": ("GET", "", {"params": {"PageSize": 5}}),
    "odd path": ("GET", "/a b%2Fä?x#y", {}),
    "encoded": ("DELETE", "/a%2Fb%40c", {}),
    "form": ("POST", "", {"data": {"Identity": "ä", "FriendlyName": "Zoë & co"}}),
    "pairs": ("POST", "", {"data": [("A", "1"), ("A", "2 &")]}),
    "json": ("POST", "", {"json": {"a": 1}}),
    "text": ("POST", "", {"data": "A=ä"}),
    "chunked": ("POST", "", {"data": b"A=1", "chunked": True}),
    "compressed": ("POST", "", {"data": b"A=1", "compress": "deflate"}),
    "host": ("GET", "", {"headers": {"Host": "example.com"}}),
    "header": ("GET", "", {"headers": {"X-Trace": "ä"}, "skip_auto_headers": ["User-Agent"]}),
    "cookie": ("GET", "", {"cookies": {"seen": "1"}}),
}


class TestTimeouts:
    """How long the application waits, which slow answers are measured by."""

    @pytest.mark.parametrize(
        ("given", "waits"),
        [
            ({}, Timeouts()),
            ({"total": 9}, Timeouts()),
            ({"connect": 3}, Timeouts(connect=3)),
            ({"sock_connect": 2}, Timeouts(connect=2)),
            ({"connect": 3, "sock_connect": 2}, Timeouts(connect=2)),
            ({"connect": 1, "sock_connect": 2}, Timeouts(connect=1)),
            ({"connect": 0, "sock_connect": 2}, Timeouts(connect=2)),
            ({"sock_read": 4}, Timeouts(read=4)),
        ],
    )
    def test_they_are_those_of_the_connection(self, ask, answering, given, waits):
        """The shorter one counts, and 0 is none. The total is the session's own."""
        backend = answering()
        ask(timeout=aiohttp.ClientTimeout(**{"total": None, **given}))

        assert backend.heard[0].waits() == waits


def without_order(method, target, headers, body):
    """A request as text can be compared: with sorted headers."""
    return method, target, sorted(headers), body


@pytest.mark.parametrize(("method", "path", "message"), REQUESTS.values(), ids=REQUESTS)
def test_it_is_seen_as_on_a_socket(  # noqa: PLR0917  # fixtures and a case
    ask, loopback, there, answering, method, path, message
):
    """Method, target, headers and body, beside a real server's account."""
    ask(method, there + path, **message)
    [on_the_wire] = loopback.heard
    backend = answering()
    ask(method, there + path, **message)
    [asked] = backend.heard

    assert without_order(asked.method, asked.target, asked.headers, asked.body) == without_order(
        *on_the_wire
    )


def test_a_request_may_be_written_in_parts(run):
    """As newer versions of Python have it written."""

    async def write():
        sent = _Sent(asyncio.get_running_loop())
        sent.writelines([b"GET /v1/Users HTTP/1.1\r\n", b"host: a\r\n\r\n"])
        return await sent.read(SimpleNamespace(url=URL(USERS), original_url=URL(USERS)), Timeouts)

    asked = run(write())
    assert (asked.target, asked.headers) == ("/v1/Users", (("host", "a"),))


def test_nothing_is_known_of_a_network(run):
    """Who asks about a certificate or an address gets the default."""

    async def ask():
        sent = _Sent(asyncio.get_running_loop())
        return sent.get_extra_info("peername"), sent.get_extra_info("peername", "nobody")

    assert run(ask()) == (None, "nobody")


@pytest.mark.parametrize("close", ["close", "abort"])
def test_a_connection_is_open_until_it_is_closed(run, close):
    """In either way."""

    async def ask():
        sent = _Sent(asyncio.get_running_loop())
        before = sent.is_closing()
        getattr(sent, close)()
        return before, sent.is_closing()

    assert run(ask()) == (False, True)
