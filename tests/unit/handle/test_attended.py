"""handle/attended.py: requests of other threads and processes are answered while a test runs."""

import json

import pytest

from pytest_twilio_users.handle.attended import AttendedBackend
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.journal import Journal


class Engine:
    """Answers nothing."""

    def forget_recent(self):
        """Forget nothing."""

    def activate(self, settings):
        """Answer nothing."""

    def deactivate(self):
        """Leave nothing alone."""


@pytest.fixture
def isolation():
    """A run whose engine is there."""
    isolation = Isolation(Settings())
    isolation.attach(Engine())
    return isolation


@pytest.fixture
def journal():
    """What the test sees."""
    return Journal(limit=5)


@pytest.fixture
def attended(stub, isolation, journal):
    """Answers for the stub."""
    return AttendedBackend(
        stub,
        isolation=isolation,
        journals=lambda: [journal],
        strict=lambda: True,
        aliases=lambda: None,
        beside=None,
    )


@pytest.mark.parametrize("way", ["handle", "ask"])
def test_while_no_test_uses_the_kit_each_request_is_refused(attended, journal, compose, way):
    """Nothing would undo what it changes. The text says what to do."""
    answer = getattr(attended, way)(compose("GET", "/v1/Users"))

    assert answer.status == 503
    assert (
        "No test that uses twilio_users is running, so nothing would undo what this request"
        " changes. Send it while a test that uses twilio_users_server is running."
    ) in json.dumps(answer.json())
    assert len(journal) == 0
    assert attended.attend(lambda: 5) is None


@pytest.mark.parametrize(("way", "noted"), [("handle", 1), ("ask", 0)])
def test_a_test_that_uses_the_kit_is_answered(attended, isolation, journal, compose, way, noted):  # noqa: PLR0917  # four are fixtures
    """As Twilio would: what it would misread is noted, and raises nothing at the other end."""
    isolation.begin_test("test_ada", Settings(), fixtures=["twilio_users"])
    request = compose("POST", "/v1/Users", form={"identity": "ada"})

    assert getattr(attended, way)(request).status == 400
    assert len(journal) == noted
    assert attended.attend(lambda: 5) == 5

    isolation.leave_test()
    assert getattr(attended, way)(request).status == 503


def test_a_test_that_does_not_use_the_kit_attends_to_nothing(attended, isolation, compose):
    """Its users would be nobody's."""
    isolation.begin_test("test_ada", Settings(), fixtures=[])

    assert attended.handle(compose("GET", "/v1/Users")).status == 503
