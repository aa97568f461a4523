"""The stub, asked by the kit's own clients, keeps the contract."""

from pytest_twilio_users.suites.contract import *  # noqa: F403  # all of the suite's tests
