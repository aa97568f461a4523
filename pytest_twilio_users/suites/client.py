"""The client suites: what a client of Twilio Users must do, whatever it is written with.

    class TestOurClient(ClientSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return OurAdapter()

Each test calls the client through its adapter, for the default service and for a named
one, and checks the requests that arrive. The client must reach the stub: by a library
whose requests the kit catches, or by a transport that the adapter gives it.

`ResilienceSuite` does the same while faults happen.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from pytest_twilio_users.adapters import ClientAdapter, ClientUnderTest
from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.suites.client_tests.answers_read import AnswersRead
from pytest_twilio_users.suites.client_tests.examination import Examination
from pytest_twilio_users.suites.client_tests.failures_told import FailuresTold
from pytest_twilio_users.suites.client_tests.lists_read import ListsRead
from pytest_twilio_users.suites.client_tests.requests_sent import RequestsSent
from pytest_twilio_users.suites.client_tests.sending_again import SendingAgain
from pytest_twilio_users.suites.client_tests.trouble import SLEEPS, Retries, Trouble, Waiting

__all__ = ["ClientSuite", "ResilienceSuite", "Retries"]


# Pages hold two users at most, so that a few users make several pages.
@pytest.mark.twilio_users(strict=False, max_page_size=2)
class _Examined:
    """Asks a client about the users of one service, and of another."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls) -> ClientAdapter:
        """The adapter of the client under test. Override it."""
        raise InvalidArgument(
            f"{cls.__name__} does not say which client it tests. Give it a fixture:\n\n"
            '    @pytest.fixture(scope="class")\n'
            "    @classmethod\n"
            "    def twilio_users_adapter(cls, twilio_users):\n"
            "        return OurAdapter()"
        )

    @pytest.fixture(scope="class", params=["default service", "named service"])
    @classmethod
    def twilio_users_examination(
        cls, request: pytest.FixtureRequest, twilio_users: Any, twilio_users_adapter: ClientAdapter
    ) -> Iterator[Examination]:
        """The client under test, asked about the users of one service."""
        in_default = request.param == "default service"
        with closing(ClientUnderTest(twilio_users_adapter)) as client:
            yield Examination(
                client=client,
                twilio_users=twilio_users,
                service_sid=None if in_default else twilio_users.service_sid,
            )


class ClientSuite(AnswersRead, ListsRead, RequestsSent, _Examined):
    """Tests that any client must pass. Subclass it, and override `twilio_users_adapter`."""


class ResilienceSuite(FailuresTold, SendingAgain, _Examined):
    """Tests that any client must pass while faults happen. Subclass it as `ClientSuite`.

    If the client retries by itself, say what:

        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_retries(cls):
            return Retries(rate_limits=True, retry_after=True)

    When the client sleeps, the stub's clock moves on, and nothing really sleeps.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_retries(cls) -> Retries:
        """What the client retries by itself. Override it if it does."""
        return Retries()

    @pytest.fixture
    def twilio_users_trouble(
        self,
        twilio_users: Any,
        twilio_users_examination: Examination,
        twilio_users_retries: Retries,
    ) -> Iterator[Trouble]:
        """The client under test, on a bad day."""
        if not isinstance(twilio_users_retries, Retries):
            raise refused(
                twilio_users_retries,
                name="twilio_users_retries",
                allowed="Retries, such as Retries(rate_limits=True)",
            )
        waiting = Waiting(let_pass=twilio_users.wait)
        with waiting.at((*SLEEPS, *twilio_users_retries.sleeps)):
            yield Trouble(
                examination=twilio_users_examination,
                retries=twilio_users_retries,
                waiting=waiting,
            )
