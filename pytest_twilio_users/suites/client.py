"""The client suite: what a client of Twilio Users must do, whatever it is written with.

    class TestOurClient(ClientSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return OurAdapter()

Each test asks the client through its adapter, for the default service and for a
named one, and looks at what arrives on the wire. The client has to reach the
stub: by a library whose requests the kit catches, or by a transport that the adapter
gives it.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from pytest_twilio_users.adapters import ClientAdapter, ClientUnderTest
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.suites.client_tests.answers_read import AnswersRead
from pytest_twilio_users.suites.client_tests.examination import Examination
from pytest_twilio_users.suites.client_tests.lists_read import ListsRead
from pytest_twilio_users.suites.client_tests.requests_sent import RequestsSent


# Pages hold two users at most, so that a few users make several pages.
@pytest.mark.twilio_users(strict=False, max_page_size=2)
class ClientSuite(AnswersRead, ListsRead, RequestsSent):
    """The promises of a client, as tests. Subclass it, and say what the client is."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls) -> ClientAdapter:
        """The client under test; to be overridden."""
        raise InvalidArgument(
            f"{cls.__name__} does not say which client it examines. Give it a fixture:\n\n"
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
