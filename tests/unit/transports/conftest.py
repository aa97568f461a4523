"""A stub behind an httpx transport, with its journal and routes; libraries, and their networks."""

import asyncio
import importlib
import io
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from unit.transports.couriers import COURIER

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.transports.httpcore_catch import Httpcore2Catch, HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch, HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Response


@pytest.fixture
def journal():
    """The exchanges of the test."""
    return Journal()


@pytest.fixture
def routes(journal):
    """The ten operations as routes."""
    return UsersRouter(lambda: journal)


@pytest.fixture
def transport_to(journal):
    """Makes a transport that a backend answers, unless a router does."""

    def transport_to(backend, router=None):
        observed = ObservedBackend(backend, journals=lambda: [journal], strict=lambda: True)
        overrides = Overrides(lambda: [router]) if router else None
        return BackendTransport(observed, overrides=lambda: overrides)

    return transport_to


@pytest.fixture
def transport(transport_to, stub, routes):
    """A transport that the stub answers, unless a route does."""
    return transport_to(stub, routes)


class Saying:
    """A backend that answers every request alike, and keeps them."""

    def __init__(self, status=200, body=b"caught", **headers):
        names = ((name.replace("_", "-"), value) for name, value in headers.items())
        self.answer = Response(status=status, headers=tuple(names), body=body)
        self.heard = []

    def handle(self, request):
        """Answer a request."""
        self.heard.append(request)
        return self.answer


@pytest.fixture
def saying():
    """Makes a backend that answers every request alike."""
    return Saying


CAUGHT = Response(
    status=201, headers=(("content-type", "text/plain"), ("x-a", "1"), ("x-a", "2")), body=b"caught"
)


class AlwaysCaught:
    """A backend that answers every request alike, with a header that comes twice."""

    def handle(self, request):
        """Answer a request."""
        return CAUGHT


@pytest.fixture
def always_caught():
    """That backend."""
    return AlwaysCaught()


@pytest.fixture
def starting():
    """Starts catches; all stop in the end, the last first."""
    begun = []

    def starting(*catches):
        for catch in catches:
            begun.append(catch)
            catch.start()

    yield starting
    for catch in reversed(begun):
        catch.stop()


# Couriers


@pytest.fixture
def libraries(tmp_path, monkeypatch):
    """Where couriers are found; gone afterwards, imported or not."""
    before = [*sys.modules]
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "courier.py").write_text(COURIER)
    (tmp_path / "post").mkdir()
    (tmp_path / "post/__init__.py").write_text("")
    (tmp_path / "post/courier.py").write_text(COURIER)
    (tmp_path / "stamps.py").write_text("")
    (tmp_path / "namespace").mkdir()
    yield tmp_path
    for name in sys.modules.keys() - before:
        del sys.modules[name]


@pytest.fixture
def courier(libraries):
    """The library of couriers, imported."""
    return importlib.import_module("courier")


# httpx and httpx2


@pytest.fixture(params=["httpx", "httpx2"])
def library(request):
    """Each of both libraries: the same proof for both."""
    return pytest.importorskip(request.param)


@pytest.fixture
def core(library):
    """The layer beneath the library."""
    return importlib.import_module(library.__name__.replace("httpx", "httpcore"))


@pytest.fixture
def network(core, monkeypatch):
    """The URLs that the library asked the network for, which is cut off beneath it and says so."""
    sent = []

    def handle_request(pool, request):
        url = request.url
        sent.append(f"{url.scheme.decode()}://{url.host.decode()}{url.target.decode()}")
        return core.Response(299, content=b"from the network")

    async def handle_async_request(pool, request):
        return handle_request(pool, request)

    monkeypatch.setattr(core.ConnectionPool, "handle_request", handle_request)
    monkeypatch.setattr(core.AsyncConnectionPool, "handle_async_request", handle_async_request)
    return sent


@pytest.fixture
def catch(library, network, transport_to, always_caught, routes):
    """A catch of the library that is not started."""
    kind = {"httpx": HttpxCatch, "httpx2": Httpx2Catch}[library.__name__]
    catch = kind(transport_to(always_caught, routes))
    yield catch
    catch.stop()


@pytest.fixture
def caught(catch):
    """A catch that is started."""
    catch.start()
    return catch


@pytest.fixture
def second_net(library, network, transport_to, always_caught, routes):
    """A catch beneath the library that is not started."""
    kind = {"httpx": HttpcoreCatch, "httpx2": Httpcore2Catch}[library.__name__]
    second_net = kind(transport_to(always_caught, routes))
    yield second_net
    second_net.stop()


@pytest.fixture
def open_client(library, flavour):
    """Opens a client of the library, whose transport takes what is given."""

    def open_client(**given):
        way = library.AsyncHTTPTransport if flavour.is_async else library.HTTPTransport
        kind = library.AsyncClient if flavour.is_async else library.Client
        # White-box: the one way to use both in the same manner.
        return flavour._used_alike(kind(transport=way(verify=False, **given)))

    return open_client


@pytest.fixture
def http(open_client, catch):
    """A client of the library that was opened before the catch began."""
    return open_client()


@pytest.fixture
def override(flavour, routes):
    """Has a function answer instead of the stub, as the flavour has functions."""

    def override(function):
        async def later(request):
            return function(request)

        routes["list_user"].mock(side_effect=later if flavour.is_async else function)

    return override


# A server on loopback


class Loopback:
    """A server on loopback: where it is, and what it heard."""

    def __init__(self, port):
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self.heard = []


@pytest.fixture(scope="session")
def _loopback():
    class Handler(BaseHTTPRequestHandler):
        """Keeps what it hears, and answers 299."""

        def handle_any(self):
            """Keep a request."""
            headers = tuple((name.lower(), value) for name, value in self.headers.items())
            found.heard.append((self.command, self.path, headers, self._body()))
            self.send_response(299)
            self.send_header("Content-Length", "16")
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else b"from the network")

        do_GET = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815  # names of http.server

        def _body(self):
            if "chunked" not in self.headers.get("transfer-encoding", ""):
                return self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def log_message(self, *_):
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Loopback(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def loopback(_loopback):
    """A server that has heard nothing yet."""
    _loopback.heard.clear()
    return _loopback


@pytest.fixture
def to_loopback():
    """What has aiohttp find every host on loopback."""
    from aiohttp.abc import AbstractResolver

    class ToLoopback(AbstractResolver):
        """Finds hosts."""

        async def resolve(self, host, port=0, family=socket.AF_INET):
            """Find a host."""
            found = {"hostname": host, "host": "127.0.0.1", "port": port}
            return [found | {"family": socket.AF_INET, "proto": 0, "flags": socket.AI_NUMERICHOST}]

        async def close(self):
            """Close nothing."""

    return ToLoopback


@pytest.fixture
def there(loopback):
    """Where the server on loopback is, under Twilio's name."""
    return f"http://conversations.twilio.com:{loopback.port}/v1/Users"


@pytest.fixture
def run():
    """Runs coroutines, all in one event loop."""
    with asyncio.Runner() as runner:
        yield runner.run


# urllib3, by which requests sends


@pytest.fixture
def urllib3_network(monkeypatch):
    """The URLs that urllib3 asked the network for, which is cut off beneath it and says so."""
    import urllib3

    sent = []

    def urlopen(pool, method, url, *args, preload_content=True, **given):
        sent.append(url if "://" in url else f"{pool.scheme}://{pool.host}{url}")
        body = io.BytesIO(b"from the network")
        return urllib3.HTTPResponse(body, status=299, preload_content=preload_content)

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", urlopen)
    return sent


@pytest.fixture
def urllib3_to_loopback(monkeypatch):
    """Has urllib3 find every host on loopback."""
    from urllib3.util import connection

    connect = connection.create_connection

    def create_connection(address, *args, **given):
        return connect(("127.0.0.1", address[1]), *args, **given)

    monkeypatch.setattr(connection, "create_connection", create_connection)


# Twilio's SDK


@pytest.fixture(params=["sync", "async"])
def sdk(request):
    """Each flavour of the SDK's HTTP clients: the same proof for both."""
    from unit.transports.sdk_flavours import Sdk

    if request.param == "sync":
        yield Sdk(None)
        return
    with asyncio.Runner() as runner:
        yield Sdk(runner)
