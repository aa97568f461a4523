"""A stub behind an httpx transport, with its journal and routes; what catches httpx and httpx2."""

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch, HttpxCatch
from pytest_twilio_users.transports.httpx_transport import BackendTransport
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
        return BackendTransport(observed, router=lambda: router)

    return transport_to


@pytest.fixture
def transport(transport_to, stub, routes):
    """A transport that the stub answers, unless a route does."""
    return transport_to(stub, routes)


CAUGHT = Response(
    status=201, headers=(("content-type", "text/plain"), ("x-a", "1"), ("x-a", "2")), body=b"caught"
)


class AlwaysCaught:
    """A backend that answers every request alike."""

    def handle(self, request):
        """Answer a request."""
        return CAUGHT


@pytest.fixture(params=["httpx", "httpx2"])
def library(request):
    """Each of both libraries: the same proof for both."""
    return pytest.importorskip(request.param)


@pytest.fixture
def network(library, monkeypatch):
    """What the library sent to the network, which is cut off and says so."""
    sent = []

    def handle_request(transport, request):
        sent.append(request)
        return library.Response(299, text="from the network")

    async def handle_async_request(transport, request):
        return handle_request(transport, request)

    monkeypatch.setattr(library.HTTPTransport, "handle_request", handle_request)
    monkeypatch.setattr(library.AsyncHTTPTransport, "handle_async_request", handle_async_request)
    return sent


@pytest.fixture
def catch(library, network, transport_to, routes):
    """A catch of the library that is not started."""
    kind = {"httpx": HttpxCatch, "httpx2": Httpx2Catch}[library.__name__]
    catch = kind(transport_to(AlwaysCaught(), routes))
    yield catch
    catch.stop()


@pytest.fixture
def caught(catch):
    """A catch that is started."""
    catch.start()
    return catch


@pytest.fixture
def http(library, flavour, catch):
    """A client of the library that was opened before the catch began."""
    way = library.AsyncHTTPTransport if flavour.is_async else library.HTTPTransport
    kind = library.AsyncClient if flavour.is_async else library.Client
    # White-box: the one way to use both in the same manner.
    return flavour._used_alike(kind(transport=way(verify=False)))


@pytest.fixture
def override(flavour, routes):
    """Has a function answer instead of the stub, as the flavour has functions."""

    def override(function):
        async def later(request):
            return function(request)

        routes["list_user"].mock(side_effect=later if flavour.is_async else function)

    return override
