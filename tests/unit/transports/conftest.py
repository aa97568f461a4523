"""A stub behind an httpx transport, with its journal and routes."""

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter
from pytest_twilio_users.wire.journal import Journal


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
