"""handle/environment.py: names that are lent values for a while."""

import os

import pytest

from pytest_twilio_users.handle.environment import lent


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
