"""A stub behind an httpx transport, with its journal and routes."""

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.recording.journal import Journal
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.routes import UsersRouter


@pytest.fixture
def journal():
    """The exchanges of the test."""
    return Journal()


@pytest.fixture
def routes(journal):
    """The ten operations as routes."""
    return UsersRouter(lambda: journal)


@pytest.fixture
def transport(stub, journal, routes):
    """A transport that asks the stub, unless a route says otherwise."""
    return BackendTransport(ObservedBackend(stub, journal=lambda: journal), routes=lambda: routes)
