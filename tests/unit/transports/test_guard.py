"""transports/guard.py: what leaves although nothing catches it."""

import socket

import pytest

from pytest_twilio_users.errors import NoNetwork
from pytest_twilio_users.transports.guard import no_network


def find(host, *arguments, **options):
    """What finds addresses, as socket has it."""
    return ["an address of", host]


@pytest.mark.parametrize(
    "host",
    [
        "conversations.twilio.com",
        b"conversations.twilio.com",
        "conversations.dublin.ie1.twilio.com",
        "Conversations.Twilio.com",
        "conversations.twilio.com.",
    ],
)
def test_no_address_of_conversations_is_found(monkeypatch, host):
    """However the name is given."""
    monkeypatch.setattr(socket, "getaddrinfo", find)
    name = host.decode() if isinstance(host, bytes) else host
    with no_network(), pytest.raises(NoNetwork) as raised:
        socket.getaddrinfo(host, 443)
    assert str(raised.value) == (
        f"A request was on its way to {name}, and in replay nothing leaves. The kit catches httpx,"
        " httpx2 and Twilio's SDK; other clients ask twilio_users_server."
    )


@pytest.mark.parametrize("host", ["api.twilio.com", "localhost", b"127.0.0.1", None])
def test_other_addresses_are_found(monkeypatch, host):
    """As before: the test may have business there."""
    monkeypatch.setattr(socket, "getaddrinfo", find)
    with no_network():
        assert socket.getaddrinfo(host, 443) == ["an address of", host]


def test_addresses_are_found_again_after_an_error(monkeypatch):
    """However the block ends."""
    monkeypatch.setattr(socket, "getaddrinfo", find)
    with pytest.raises(ZeroDivisionError), no_network():
        _ = 1 / 0
    assert socket.getaddrinfo is find
