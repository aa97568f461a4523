"""handle/environment.py: what of the process is changed for a while."""

import os
import socket

import pytest

from pytest_twilio_users.errors import NoNetwork
from pytest_twilio_users.handle.environment import lent, no_network


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """An environment that has a SID, and no token."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "theirs")
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)


def held():
    """What the two names hold."""
    return os.environ.get("TWILIO_ACCOUNT_SID"), os.environ.get("TWILIO_AUTH_TOKEN")


def test_names_hold_what_is_lent():
    """Those that were set and those that were not."""
    with lent({"TWILIO_ACCOUNT_SID": "ours", "TWILIO_AUTH_TOKEN": "ours"}):
        assert held() == ("ours", "ours")


def test_none_unsets_a_name():
    """Also one that is unset already."""
    with lent({"TWILIO_ACCOUNT_SID": None, "TWILIO_AUTH_TOKEN": None}):
        assert held() == (None, None)


def test_names_get_back_what_they_held():
    """Which may be nothing."""
    with lent({"TWILIO_ACCOUNT_SID": "ours", "TWILIO_AUTH_TOKEN": "ours"}):
        pass

    assert held() == ("theirs", None)


def test_names_get_back_what_they_held_after_an_error():
    """However the block ends."""
    with pytest.raises(ZeroDivisionError), lent({"TWILIO_ACCOUNT_SID": None}):
        _ = 1 / 0

    assert held() == ("theirs", None)


def test_other_names_are_left_alone(monkeypatch):
    """What changes meanwhile stays changed."""
    with lent({"TWILIO_AUTH_TOKEN": "ours"}):
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "changed")

    assert held() == ("changed", None)


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
