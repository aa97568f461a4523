"""Which promise a broken client breaks."""

from collections.abc import Callable
from typing import TypeVar

from contract.broken_clients.good import GoodClient

from pytest_twilio_users.suites.promises import OF_CLIENTS

Client = TypeVar("Client", bound=type[GoodClient])

BROKEN_PROMISES: dict[type[GoodClient], str] = {}
"""The promise of each broken client, in the order of their definition."""


def breaks(promise: str) -> Callable[[Client], Client]:
    """Note that a client breaks a promise."""
    assert promise in OF_CLIENTS

    def note(client: Client) -> Client:
        BROKEN_PROMISES[client] = promise
        return client

    return note
