"""Broken clients: what they do on bad days."""

# ruff: noqa: D102  # what a method is for, the resilient client says

from typing import Any

import httpx
from contract.broken_clients.good import PAGE, USER, GoodClient, TwilioError
from contract.broken_clients.promises import breaks
from contract.broken_clients.resilient import ResilientClient, TellingClient

from pytest_twilio_users.suites.client import Retries

# Creates


@breaks("lost_creates_are_not_repeated")
class CreatesAgainBlindly(ResilientClient):
    """A create is sent again like anything else."""

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        try:
            return GoodClient.create(self, service_sid, identity, **given)
        except httpx.TransportError:
            return GoodClient.create(self, service_sid, identity, **given)


@breaks("lost_creates_are_not_repeated")
class CreatesAgainAfterATimeout(ResilientClient):
    """It was slow, so it is taken for not done."""

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        try:
            return super().create(service_sid, identity, **given)
        except httpx.TimeoutException:
            return super().create(service_sid, identity, **given)

    def look(self, service_sid: str | None, identity: str) -> Any:
        return None


@breaks("lost_creates_are_not_repeated")
class CreatesAgainAfterAProxy(ResilientClient):
    """A gateway that gave up is taken for one that did not ask."""

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        return status == 504 or super().is_to_be_sent_again(method, status)


# Rate limits


@breaks("rate_limits_are_survived")
class ClaimsTooMuch(ResilientClient):
    """The setting that turns retries on is never read."""

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        return status != 429 and super().is_to_be_sent_again(method, status)

    retries = Retries(rate_limits=True, reads=True)


@breaks("rate_limits_are_survived")
class LosesTheLimit(TellingClient):
    """A delete tells of a limit in words, and keeps no status."""

    def refuse(self, response: httpx.Response, status: int) -> None:
        if response.status_code == 429 and response.request.method == "DELETE":
            raise RuntimeError("slow down")
        super().refuse(response, status)


@breaks("retry_after_is_waited_for")
class KnowsBetter(ResilientClient):
    """Its own backoff is all that counts."""

    def pause(self, response: httpx.Response, attempt: int) -> float:
        return attempt


@breaks("retry_after_is_waited_for")
class TakesSecondsForMilliseconds(ResilientClient):
    """The header is in seconds."""

    def pause(self, response: httpx.Response, attempt: int) -> float:
        return super().pause(response, attempt) / 1_000


@breaks("retries_wait")
class Hammers(ResilientClient):
    """Where Twilio does not say how long, it does not wait."""

    def pause(self, response: httpx.Response, attempt: int) -> float:
        return int(response.headers.get("Retry-After", 0))


@breaks("retries_end")
class NeverGivesUp(ResilientClient):
    """Some day the limit will pass."""

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        response = super().send(method, url, **message)
        return self.send(method, url, **message) if response.status_code == 429 else response


@breaks("retries_end")
class TellsThatItGaveUp(ResilientClient):
    """The last error is not told, but that there were too many."""

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        response = super().send(method, url, **message)
        if response.status_code in (429, 503):
            raise RuntimeError("too many attempts")
        return response


# Reads


@breaks("reads_are_tried_again")
class ReadsOnce(ResilientClient):
    """Claims to read again, and does so for rate limits alone."""

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        return status == 429


# What is refused for good


@breaks("refusals_for_good_are_final")
class TriesWhatIsRefused(ResilientClient):
    """Whatever is no success is tried again."""

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        return 400 <= status < 500 or super().is_to_be_sent_again(method, status)


@breaks("refusals_for_good_are_final")
class HopesForTheUser(ResilientClient):
    """A user that is not found may be found later."""

    def is_to_be_sent_again(self, method: str, status: int) -> bool:
        return status == 404 or super().is_to_be_sent_again(method, status)


# What is told


@breaks("timeouts_are_errors")
class WaitsForEver(ResilientClient):
    """No timeout is set."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        super().__init__(account_sid, auth_token)
        self.http.timeout = None


@breaks("timeouts_are_errors")
class TakesATimeoutForNobody(ResilientClient):
    """A user that did not come in time is none."""

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        try:
            return super().fetch(service_sid, sid)
        except httpx.TimeoutException:
            return None


@breaks("lost_connections_are_errors")
class TakesSilenceForConsent(ResilientClient):
    """A delete that was not answered is taken for done."""

    def delete(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        try:
            super().delete(service_sid, sid, **given)
        except httpx.NetworkError:
            return


@breaks("lost_connections_are_errors")
class GivesWhatItHas(ResilientClient):
    """A list ends where the connection did."""

    def page(self, url: str) -> Any:
        try:
            return super().page(url)
        except httpx.NetworkError:
            return {"users": [], "meta": {"next_page_url": None}}


@breaks("broken_bodies_are_told")
class LosesTheStatus(ResilientClient):
    """The error of the JSON library goes out as it is."""

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        return GoodClient.read(self, response, status, what)


@breaks("broken_bodies_are_told")
class TakesAPageForNobody(ResilientClient):
    """What is not JSON has no users."""

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        try:
            return super().read(response, status, what)
        except TwilioError:
            if what == PAGE and response.status_code == 200:
                return {"users": [], "meta": {"next_page_url": None}}
            raise
