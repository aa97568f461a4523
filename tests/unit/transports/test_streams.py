"""transports/streams.py: bodies of overrides that are made as they are read, by each library."""

from contextlib import suppress

import httpx
import pytest
from unit.transports.readers import READERS, USERS, by_asgi, by_httpx, by_httpx_async

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.httpcore_catch import HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch
from pytest_twilio_users.wire.journal import Journal


@pytest.fixture
def events():
    """What happened, in order: parts that were made, or read."""
    return []


@pytest.fixture(params=READERS, ids=lambda reader: reader.__name__)
def read(request, transport, starting, events):
    """Reads the answer by each library."""
    catches = (HttpcoreCatch, Httpx2Catch, Urllib3Catch, AiohttpCatch)
    starting(*(catch(transport) for catch in catches))

    def read():
        request.param(transport, lambda part: events.append(("read", part)))

    read.reader = request.param
    return read


def told(read, error):
    """How the library that reads tells an error of httpx."""
    return (BROKEN if error is httpx.ReadError else TIMED_OUT)[read.reader.__name__]


BROKEN = {
    "by_httpx": "ReadError",
    "by_httpx_async": "ReadError",
    "by_httpx2": "ReadError",
    "by_httpx2_async": "ReadError",
    "by_httpcore": "ReadError",
    "by_httpcore_async": "ReadError",
    "by_requests": "ChunkedEncodingError",
    "by_urllib3": "ProtocolError",
    "by_aiohttp": "ClientPayloadError",
    "by_asgi": "ReadError",
}
TIMED_OUT = BROKEN | {
    **dict.fromkeys(BROKEN, "ReadTimeout"),
    "by_requests": "ConnectionError",
    "by_urllib3": "ReadTimeoutError",
    "by_aiohttp": "SocketTimeoutError",
}


@pytest.mark.parametrize("error", [httpx.ReadError, httpx.ReadTimeout])
def test_the_status_comes_first_and_the_error_when_the_body_is_read(
    routes, journal, events, read, error
):
    """As the library tells what a network does; one exchange is noted, with both."""

    def body():
        yield b"one"
        yield b"two"
        raise error("gone")

    routes["list_user"].mock(return_value=httpx.Response(200, content=body()))
    raised = ""
    try:
        read()
    except Exception as found:  # of any library
        raised = type(found).__name__

    assert (events, raised) == (
        [("read", 200), ("read", b"one"), ("read", b"two")],
        told(read, error),
    )
    assert str(journal) == (f"1. list_user: GET /v1/Users -> 200, broken off ({error.__name__})")
    assert journal.last.response.body == b"onetwo"


def test_a_body_is_made_as_it_is_read(routes, journal, events, read):
    """Part by part, also by a side effect; what was read is noted at its end."""

    def body():
        for part in (b"1", b"2", b"3", b"", b"5"):
            events.append(("made", part))
            yield part

    routes["list_user"].mock(side_effect=lambda _: httpx.Response(200, content=body()))
    read()

    made = [event for event in events if event[0] == "made"]
    parts = [part for what, part in events if what == "read" and part]
    assert (len(made), parts) == (5, [200, b"1", b"2", b"3", b"5"])
    assert events.index(("read", b"1")) < events.index(("made", b"3"))
    assert (str(journal.last), journal.last.response.body) == (
        "list_user: GET /v1/Users -> 200",
        b"1235",
    )


@pytest.mark.parametrize("reader", [r for r in READERS if "async" in r.__name__] + [by_asgi])
@pytest.mark.parametrize("times", [1, 2])
def test_an_async_body_is_for_async_clients(routes, transport, starting, reader, times):
    """It is awaited, and whole for each request."""
    starting(HttpcoreCatch(transport), Httpx2Catch(transport))

    async def body():
        yield b"one"
        yield b"two"

    routes["list_user"].mock(return_value=httpx.Response(200, content=body()))
    read = []
    for _ in range(times):
        reader(transport, read.append)

    assert read == [200, b"one", b"two"] * times


def test_an_async_body_is_not_for_sync_clients(routes, transport, journal):
    """They can't read it; the author is told what can be."""

    async def body():
        yield b"one"

    routes["list_user"].mock(return_value=httpx.Response(200, content=body()))
    with pytest.raises(KitError) as error:
        by_httpx(transport, str)

    assert str(error.value) == (
        "GET /v1/Users: the body of the route's response is async, and the client that asks is"
        " sync. Give it bytes, or a plain iterator of them."
    )
    assert str(journal) == "1. list_user: GET /v1/Users -> no response (KitError)"


def test_a_reader_who_has_enough_breaks_nothing_off(routes, transport, journal):
    """What was read is noted; the author's stream is closed."""
    closed = []
    routes["list_user"].mock(return_value=httpx.Response(200, stream=Closing(closed)))
    with httpx.Client(transport=transport).stream("GET", USERS) as response:
        assert next(response.iter_raw()) == b"one"

    assert (str(journal), closed) == ("1. list_user: GET /v1/Users -> 200", [True])
    assert journal.last.response.body == b"one"


def test_a_body_that_can_not_be_decompressed_is_the_clients_to_find(routes, transport, journal):
    """As from a network; the exchange has its status."""
    broken = httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no")
    )
    routes["list_user"].mock(return_value=broken)
    with pytest.raises(httpx.DecodingError):
        httpx.Client(transport=transport).get(USERS)

    assert str(journal) == "1. list_user: GET /v1/Users -> 200"


@pytest.mark.parametrize("given", ["effect", "response"])
def test_a_body_is_whole_for_each_request(routes, journal, events, read, given):
    """It is made once. What broke it off is raised again."""

    def body():
        yield b"one"
        yield b"two"
        raise httpx.ReadError("gone")

    response = httpx.Response(200, content=body())
    routes["list_user"].mock(
        **{"effect": {"side_effect": [response, response]}}.get(given, {"return_value": response})
    )
    raised = []
    for _ in range(2):
        try:
            read()
        except Exception as found:  # of any library
            raised.append(type(found).__name__)

    assert events == [("read", 200), ("read", b"one"), ("read", b"two")] * 2
    assert raised == [told(read, httpx.ReadError)] * 2
    assert [exchange.response.body for exchange in journal] == [b"onetwo"] * 2


@pytest.mark.parametrize("part", ["text", 5, None, bytearray(b"ab")])
def test_a_part_that_is_not_bytes_is_an_error(routes, transport, journal, part):
    """The author's; what came before it is noted."""
    routes["list_user"].mock(return_value=httpx.Response(200, content=iter([b"one", part])))
    with pytest.raises(KitError) as error:
        by_httpx(transport, str)

    assert str(error.value) == f"The body of an override gave {part!r}. Give it bytes."
    assert str(journal) == "1. list_user: GET /v1/Users -> 200, broken off (KitError)"
    assert journal.last.response.body == b"one"


class Closing(httpx.SyncByteStream):
    """A body that notes that it is closed."""

    def __init__(self, closed, error=None):
        self.closed = closed
        self.error = error

    def __iter__(self):
        yield b"one"
        yield b"two"
        if self.error:
            raise self.error

    def close(self):
        """Note it."""
        self.closed.append(True)


@pytest.mark.parametrize("error", [None, httpx.ReadError("gone")])
def test_each_library_closes_a_body_that_it_read(routes, read, error):
    """Once, also if it broke off."""
    closed = []
    routes["list_user"].mock(return_value=httpx.Response(200, stream=Closing(closed, error)))
    with suppress(Exception):  # of any library
        read()

    assert closed == [True]


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_an_async_body_of_either_library_is_closed(routes, transport, starting, library):
    """By `aclose`, of which each has its own base class."""
    library, closed = pytest.importorskip(library), []

    class Body(library.AsyncByteStream):
        """A body that notes that it is closed."""

        async def __aiter__(self):
            yield b"one"

        async def aclose(self):
            """Note it."""
            closed.append(True)

    routes["list_user"].mock(return_value=library.Response(200, stream=Body()))
    by_httpx_async(transport, str)

    assert closed == [True]


def test_a_body_that_was_made_takes_its_place_in_the_journal(stub):
    """As one that was given whole does."""
    journal = Journal(limit_bytes=100_000)
    routes = UsersRouter(lambda: journal)
    observed = ObservedBackend(stub, journals=lambda: [journal], strict=lambda: True)
    overrides = Overrides(lambda: [routes])
    transport = BackendTransport(observed, overrides=lambda: overrides)
    routes["list_user"].mock(
        side_effect=lambda _: httpx.Response(200, content=iter([b"a" * 60_000]))
    )
    for _ in range(3):
        by_httpx(transport, str)

    assert (len(journal), len([*journal])) == (3, 1)
