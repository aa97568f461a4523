"""Promises have names of their own, and tests are marked with them."""

import pytest

from pytest_twilio_users.plugin.marker import PROMISE
from pytest_twilio_users.suites.promises import CLIENT_PROMISES, PROMISES, promise


def test_no_promise_has_two_meanings() -> None:
    """The tables share no name, as one marker serves both."""
    assert not PROMISES.keys() & CLIENT_PROMISES.keys()


def test_a_test_is_marked_with_its_promise() -> None:
    """The marker is the same for servers and clients, so one summary hears of both."""
    mark = promise("limit_is_kept").mark
    assert (mark.name, mark.args) == (PROMISE, ("limit_is_kept",))


def test_a_misspelt_promise_is_no_promise() -> None:
    """The tables have every name."""
    with pytest.raises(KeyError, match=r"^'limit_is_keept'$"):
        promise("limit_is_keept")
