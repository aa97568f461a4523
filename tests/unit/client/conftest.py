"""Clients, sync or async, on a library whose network is a function."""

import pytest
from unit.client.answers import ACCOUNT, TOKEN, twilio


@pytest.fixture
def sent():
    """The requests that were sent."""
    return []


@pytest.fixture
def library(request):
    """What sends the requests; both libraries where the proof is for both."""
    return pytest.importorskip(getattr(request, "param", "httpx"))


@pytest.fixture
def lent(flavour, library, sent):
    """Makes a client of the library whose network is a function, which answers as httpx has it."""

    def lent(answer, **named):
        def noting(request):
            sent.append(request)
            came = answer(request)
            headers = [(name, value) for name, value in came.headers.multi_items()]
            return library.Response(came.status_code, headers=headers, content=came.content)

        kind = library.AsyncClient if flavour.is_async else library.Client
        return kind(transport=library.MockTransport(noting), **named)

    return lent


@pytest.fixture
def client_of(flavour, lent):
    """Makes a client whose network is a function: `client_of(answer)`."""

    def client_of(answer, **named):
        credentials = named or {"account_sid": ACCOUNT, "auth_token": TOKEN}
        return flavour.users(http_client=lent(answer), **{"environ": {}} | credentials)

    return client_of


@pytest.fixture
def client(client_of):
    """A client whose requests all succeed."""
    return client_of(twilio)
