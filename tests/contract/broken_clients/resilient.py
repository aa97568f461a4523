"""A client that keeps every promise on bad days, in parts that are small enough to break."""

import time
from typing import Any

import httpx
from contract.broken_clients.good import USER, GoodClient, TwilioError

from pytest_twilio_users.suites.client import Retries


class ResilientClient(GoodClient):
    """Tries again what it claims to, and looks for a user whose create was lost."""

    retries = Retries(rate_limits=True, retry_after=True, reads=True)
    attempts = 3

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        """Send a request, more than once if it may be."""
        for attempt in range(1, self.attempts):
            try:
                response = super().send(method, url, **message)
                if not self.is_to_be_sent_again(method, response.status_code):
                    return response
                self.sleep(self.pause(response, attempt))
            except httpx.TransportError:
                if method != "GET":
                    raise
                self.sleep(attempt)
        return super().send(method, url, **message)

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        """Whether an answer is to be tried to be bettered."""
        return status == 429 or (method == "GET" and status in (502, 503, 504))

    def pause(self, response: httpx.Response, attempt: int) -> float:
        """How long to wait."""
        return int(response.headers.get("Retry-After", attempt))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        """Create a user; look for it if nobody says whether it is there."""
        try:
            return super().create(service_sid, identity, **given)
        except httpx.TransportError:
            found = self.look(service_sid, identity)
            if found is None:
                raise
            return found

    def look(self, service_sid: str | None, identity: str) -> Any:
        """A user that may be there."""
        try:
            return self.fetch(service_sid, identity)
        except TwilioError as error:
            if error.status != 404:
                raise
            return None

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        """A user or a page; what is not JSON has a status, too."""
        try:
            return super().read(response, status, what)
        except ValueError:
            raise TwilioError(response.status_code) from None


class TellingClient(ResilientClient):
    """Tries nothing again, and claims nothing: that is good, too."""

    retries = Retries()
    attempts = 1


class WaitingElsewhere(ResilientClient):
    """Its module has a sleep of its own, which it names: that is good, too."""

    retries = Retries(
        rate_limits=True, retry_after=True, sleeps=("contract.broken_clients.resilient.nap",)
    )

    def sleep(self, seconds: float) -> None:
        """Wait."""
        nap(seconds)


def nap(seconds: float) -> None:
    """Wait in a way that the suite does not know."""
    assert not seconds, "it really slept"
