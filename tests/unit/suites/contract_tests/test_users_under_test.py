"""A test of the suite gets along with others on a live account."""

from itertools import count, cycle
from types import SimpleNamespace

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest


class Service:
    """Refuses creates for a while; counts them, and what was waited. It may have a stranger."""

    def __init__(self, refusal, times, *, stranger=None):
        self.created = 0
        self.waited = 0.0
        self._stranger = stranger
        self._answer = httpx.Response(refusal.status)
        self._times = times

    def create(self, identity, **_):
        """Create a user."""
        self.created += 1
        if self.created <= self._times:
            raise TwilioApiError("create_user", self._answer)
        return identity

    def fetch(self, identity):
        """Fetch a user."""
        if identity != self._stranger:
            raise TwilioApiError("fetch_user", httpx.Response(404))
        return identity

    def wait(self, seconds):
        """Let time pass."""
        self.waited += seconds


def test_an_identity_of_another_workers_test_is_waited_for():
    """Until that test has deleted its user."""
    service = Service(refusals.IDENTITY_TAKEN, times=3)
    assert UsersUnderTest.create_when_free(service, "admin") == "admin"
    assert service.waited == pytest.approx(0.3)


def test_an_identity_of_somebody_elses_user_skips_the_test():
    """It contradicts nothing that a service has other users."""
    service = Service(refusals.IDENTITY_TAKEN, times=50, stranger="admin")
    with pytest.raises(pytest.skip.Exception) as skipped:
        UsersUnderTest.create_when_free(service, "admin")
    assert str(skipped.value) == "the service has a user 'admin', which is somebody else's"
    assert service.waited == pytest.approx(5)


class Crowd:
    """A client of a service that has many users."""

    def __init__(self, sids):
        self._sids = sids

    def iter_users(self, *, page_size, limit):
        """Walk them."""
        return iter([SimpleNamespace(sid=next(self._sids)) for _ in range(limit // page_size)])


def walk(sids, *, page_size):
    """Walk a service with such users."""
    users = SimpleNamespace(client=Crowd(sids), service_sid=None, _service=tuple)
    return UsersUnderTest.walk(users, page_size=page_size)


def test_too_many_users_of_others_skip_the_test():
    """A list of them takes its time, and contradicts nothing."""
    with pytest.raises(pytest.skip.Exception) as skipped:
        walk(count(), page_size=1)
    assert str(skipped.value) == "the service has 1,000 users or more, who are somebody else's"
    assert len(walk(count(), page_size=2)) == 500


def test_pages_that_do_not_end_are_told():
    """They hold the same users again and again."""
    with pytest.raises(AssertionError, match="The pages do not end"):
        walk(cycle("ab"), page_size=1)


@pytest.mark.parametrize(
    ("refusal", "times"), [(refusals.IDENTITY_TAKEN, 50), (refusals.UNAVAILABLE, 1)]
)
def test_a_refusal_that_stays_is_raised(refusal, times):
    """After five seconds if nobody has the identity; none of another test's doing at once."""
    service = Service(refusal, times)
    with pytest.raises(TwilioApiError):
        UsersUnderTest.create_when_free(service, "admin")
    assert service.created == times
