"""The kit's own clients, sync and async, keep the promises of a client."""

import pytest

from pytest_twilio_users import TwilioUsers
from pytest_twilio_users.adapters import UsersClientAdapter
from pytest_twilio_users.suites.client import ClientSuite, ResilienceSuite


class OfSync:
    """Has a suite ask `UsersClient`, through its adapter."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The sync client."""
        return UsersClientAdapter(twilio_users.client)


class OfAsync:
    """Has a suite ask `AsyncUsersClient`, through the same adapter."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls, twilio_users: TwilioUsers) -> UsersClientAdapter:
        """The async client."""
        return UsersClientAdapter(twilio_users.async_client)


class TestUsersClient(OfSync, ClientSuite):
    """The sync client, as any other."""


class TestAsyncUsersClient(OfAsync, ClientSuite):
    """The async one."""


class TestUsersClientOnBadDays(OfSync, ResilienceSuite):
    """It tries nothing again by itself, and tells what went wrong."""


class TestAsyncUsersClientOnBadDays(OfAsync, ResilienceSuite):
    """The same of `AsyncUsersClient`."""
