"""An account with neighbours, asked by raw requests."""

import json

import pytest

from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.memory import Memory


@pytest.fixture
def memory(account):
    """What the stub remembers of neighbours."""
    return Memory(account)


@pytest.fixture
def tell(memory, compose):
    """Asks: `tell("POST", "/v1/Conversations", UniqueName="lobby")` gives status and JSON."""
    backend = NeighboursBackend(memory, on=lambda: True, how=str)

    def tell(method, target, *, authorization=..., **form):
        more = {} if authorization is ... else {"authorization": authorization}
        answer = backend.handle(compose(method, target, form=form or None, **more))
        return answer.status, json.loads(answer.body) if answer.body else None

    return tell


@pytest.fixture
def make(tell):
    """The same for what is to succeed: gives the JSON alone."""

    def make(method, target, **form):
        status, body = tell(method, target, **form)
        assert status in (200, 201)
        return body

    return make
