"""The host on loopback answers anybody, and remembers who came with credentials."""

import socket

import httpx
import pytest

from pytest_twilio_users.suites.client_tests.examination import empty_page
from pytest_twilio_users.suites.client_tests.lists_read import foreign_host


def test_it_remembers_who_came_with_credentials() -> None:
    """Each visit is one entry, in order."""
    with foreign_host() as host, httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501  # plain HTTP
        client.get(f"{host.origin}/v1/Users")
        client.get(f"{host.origin}/v1/Users", auth=("AC1", "token"))
    assert host.visits == [False, True]


def test_it_answers_with_an_empty_last_page() -> None:
    """A client that follows the link finds nobody, and no other link."""
    with foreign_host() as host, httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501  # plain HTTP
        answer = client.get(f"{host.origin}/v1/Users?Page=1")
    assert answer.json() == empty_page(next_page_url=None).json()
    assert (answer.json()["users"], answer.json()["meta"]["next_page_url"]) == ([], None)


def test_it_is_gone_afterwards() -> None:
    """The port is closed, and the thread has ended."""
    with foreign_host() as host:
        port = host.server_port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
