"""The kit's client keeps the promises of a client when it sends by httpx2."""

from collections.abc import Iterator

import pytest

from pytest_twilio_users import TwilioUsers, UsersClient
from pytest_twilio_users.adapters import UsersClientAdapter
from pytest_twilio_users.suites.client import ClientSuite

httpx2 = pytest.importorskip("httpx2")


class TestHttpx2(ClientSuite):
    """`UsersClient` on a client of httpx2."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> Iterator[UsersClientAdapter]:
        """Sends by a plain client, whose requests the kit catches."""
        credentials = (twilio_users.account_sid, twilio_users.auth_token)
        with httpx2.Client() as http_client:
            yield UsersClientAdapter(UsersClient(*credentials, http_client=http_client))
