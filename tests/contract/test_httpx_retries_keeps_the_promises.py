"""The kit's client keeps the promises of bad days on a transport of httpx that tries again."""

import ssl

import httpx
import pytest
from httpx_retries import Retry, RetryTransport

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient
from pytest_twilio_users.adapters import UsersClientAdapter
from pytest_twilio_users.suites.client import ResilienceSuite, Retries

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read them takes long


RETRY = Retry(total=3, backoff_factor=0.5, backoff_jitter=0)


class TestHttpxRetries(ResilienceSuite):
    """`UsersClient` and `AsyncUsersClient` on `RetryTransport`, with a backoff that is set."""

    @pytest.fixture(scope="class", params=["sync", "async"])
    @classmethod
    def twilio_users_adapter(
        cls, request: pytest.FixtureRequest, twilio_users: TwilioUsers
    ) -> UsersClientAdapter:
        """Sends by a client of httpx, whose requests the kit catches below the transport."""
        credentials = (twilio_users.account_sid, twilio_users.auth_token)
        if request.param == "sync":
            transport = RetryTransport(httpx.HTTPTransport(verify=NO_CERTIFICATES), RETRY)
            http = httpx.Client(transport=transport)
            return UsersClientAdapter(UsersClient(*credentials, http_client=http))
        transport = RetryTransport(httpx.AsyncHTTPTransport(verify=NO_CERTIFICATES), RETRY)
        http = httpx.AsyncClient(transport=transport)
        return UsersClientAdapter(AsyncUsersClient(*credentials, http_client=http))

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_retries(cls) -> Retries:
        """It leaves POST alone, also where 429 was the answer; so of limits it claims nothing."""
        return Retries(reads=True)
