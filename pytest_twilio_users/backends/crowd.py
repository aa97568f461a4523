"""Refuses a request while too many others are under way."""

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.wire.messages import Request, Response

LONG_ENOUGH = 0.05
"""How many seconds a served request counts as under way. On sockets, requests are spread out."""


class Crowd:
    """Counts the requests of an account that are under way, whoever answers them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._stub = StubBackend(account)

    @contextmanager
    def entered(self, request: Request) -> Iterator[Response | None]:
        """Have a request under way; gives what refuses it, if it is one too many."""
        most = self._account.settings.concurrency_limit
        with self._account.load.takes_request(most=most) as taken:
            yield None if taken else self._stub.refuse(request, refusals.TOO_MANY_REQUESTS)
