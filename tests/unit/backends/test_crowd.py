"""backends/crowd.py: how many requests are under way."""

from contextlib import ExitStack

from pytest_twilio_users.backends.crowd import Crowd
from pytest_twilio_users.settings import Settings


def test_a_request_too_many_is_refused(account, compose):
    """While the others are under way, whoever answers them; afterwards there is room."""
    account.settings = Settings(concurrency_limit=2)
    crowd = Crowd(account)
    for _ in range(2):
        with ExitStack() as under_way:
            refusals = [
                under_way.enter_context(crowd.entered(compose("GET", "/v1/Users")))
                for _ in range(3)
            ]
        assert refusals[:2] == [None, None]
        assert (refusals[2].status, refusals[2].json()["code"]) == (429, 20429)
