"""The suite that ships, on the cassettes of this repository."""

from pytest_twilio_users.suites.cassettes import *  # noqa: F403  # as authors import it
