"""The kit's own clients, sync and async, keep the promises of a client."""

import pytest

from pytest_twilio_users import TwilioUsers
from pytest_twilio_users.adapters import UsersClientAdapter
from pytest_twilio_users.suites.client import ClientSuite, ResilienceSuite


class TestUsersClient(ClientSuite):
    """`UsersClient`, asked through its adapter."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The sync client."""
        return UsersClientAdapter(twilio_users.client)


class TestAsyncUsersClient(ClientSuite):
    """`AsyncUsersClient`, asked through the same adapter."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The async client."""
        return UsersClientAdapter(twilio_users.async_client)


class TestUsersClientOnBadDays(ResilienceSuite):
    """It tries nothing again by itself, and tells what went wrong."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The sync client."""
        return UsersClientAdapter(twilio_users.client)


class TestAsyncUsersClientOnBadDays(ResilienceSuite):
    """The same of `AsyncUsersClient`."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The async client."""
        return UsersClientAdapter(twilio_users.async_client)
