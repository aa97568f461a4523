"""contract/arrivals.py: whoever waits for the types of the contract hears of each."""

import pytest

from pytest_twilio_users.contract import arrivals


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Nobody waits, and nothing is there: the process keeps its own."""
    monkeypatch.setattr(arrivals, "_ARRIVED", [])
    monkeypatch.setattr(arrivals, "_WAITING", [])


def test_a_type_is_told_to_whoever_waits_whenever_it_comes():
    """Once to each, in the order in which types come."""
    early, late = [], []
    arrivals.await_types(early.append)
    arrivals.arrive(int, str)
    arrivals.await_types(late.append)
    arrivals.arrive(bytes)

    assert early == late == [int, str, bytes]
