"""The contract suite tells a broken stub from a healthy one, and names the broken promise."""

import pytest
from contract.broken_stubs import BROKEN_STUBS
from contract.trials import promises_of

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.suites import contract as suite
from pytest_twilio_users.suites.promises import PROMISES, UNASKED

PROMISED = {name for test in vars(suite).values() for name in promises_of(test)}
"""What the suite proves."""


@pytest.mark.parametrize(
    "module", sorted({stub.answer.__module__ for stub in BROKEN_STUBS.values()})
)
def test_a_broken_stub_is_caught_by_name(examine_broken_stubs, module) -> None:
    """A test of the promise that a stub breaks fails, and its report names the promise."""
    stubs = {name: stub for name, stub in BROKEN_STUBS.items() if stub.answer.__module__ == module}
    promises = {name: stub.promise for name, stub in stubs.items()}
    trials = examine_broken_stubs(promises)
    assert [crash for trial in trials.values() for crash in trial.crashes] == []
    caught = {
        name: promises[name] for name, trial in trials.items() if promises[name] in trial.broken
    }
    assert caught == promises


def test_the_healthy_stub_breaks_nothing(examine_stub) -> None:
    """What is said of the broken stubs is not said of every stub."""
    trial = examine_stub(StubBackend.__module__, StubBackend.__name__)
    assert (trial.ended, trial.broken) == (pytest.ExitCode.OK, set())


def test_each_promise_is_tested_unless_no_test_of_a_server_can_show_it() -> None:
    """The suite proves the tables of behaviours and refusals; what it leaves out has a reason."""
    assert PROMISES.keys() - UNASKED.keys() == PROMISED


def test_each_promise_of_the_suite_is_broken_by_a_stub() -> None:
    """No test of the suite is there that nobody has seen fail."""
    assert {stub.promise for stub in BROKEN_STUBS.values()} == PROMISED
