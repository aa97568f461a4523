"""The contract suite tells a broken stub from a healthy one, and names the broken promise."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from contract.broken_stubs import BROKEN_STUBS

import pytest_twilio_users.handle.assembly  # noqa: F401  # here once, not anew in each trial
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.plugin.marker import PROMISE
from pytest_twilio_users.suites import contract as suite
from pytest_twilio_users.suites.promises import PROMISES

CONFTEST = """
    import pytest
    from {module} import {name}

    @pytest.fixture(scope="session")
    def twilio_users_backend():
        return {name}
"""

SHOWN_BY_NO_SERVER = {
    "any_credentials": "only the stub takes credentials that were made up",
    "any_service": "only the stub knows services that nobody made",
    "any_role": "only the stub knows roles that nobody made",
    "test_credentials": "with test credentials there is nothing else to see",
    "too_many_requests": "no suite floods a server to see it refuse",
    "too_many_changes": "no suite floods a server to see it refuse",
    "webhook_refused": "it takes a webhook that refuses",
    "internal_error": "no server fails when it is asked to",
    "unavailable": "no server fails when it is asked to",
}
"""What no test of a server can show, and why."""


def promises_of(test: object) -> set[str]:
    """What a test of the suite proves, in whole or in one of its cases."""
    marks = list(getattr(test, "pytestmark", ()))
    cases = [case for mark in marks if mark.name == "parametrize" for case in mark.args[1]]
    marks += [mark for case in cases for mark in getattr(case, "marks", ())]
    return {name for mark in marks if mark.name == PROMISE for name in mark.args}


PROMISED = {name for test in vars(suite).values() for name in promises_of(test)}
"""What the suite proves."""


@dataclass(eq=False)
class Trial:
    """A run of the suite's tests of one promise, or of all; hears what they find."""

    promise: str | None
    ended: int | None = None
    broken: set[str] = field(default_factory=set)
    crashes: list[str] = field(default_factory=list)

    def pytest_pycollect_makeitem(self, name: str, obj: object) -> list[pytest.Item] | None:
        """Pass over the tests that have nothing to do with the promise."""
        passed_over = name.startswith("test_") and self.promise not in {None, *promises_of(obj)}
        return [] if passed_over else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the cases of the promise; async ones ask the backend the same once more."""
        items[:] = filter(self._concerns, items)

    def _concerns(self, item: pytest.Item) -> bool:
        promised = {name for mark in item.iter_markers(PROMISE) for name in mark.args}
        return self.promise in {None, *promised} and item.callspec.params["client"] == "sync"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the promises of a test that fails."""
        if report.failed:
            self.broken |= {name for key, name in report.user_properties if key == PROMISE}

    def pytest_exception_interact(self, call: pytest.CallInfo) -> None:
        """Note a failure that comes from within a broken stub: it was to answer, if wrongly."""
        for entry in call.excinfo.traceback:
            if entry.frame.f_globals["__name__"].startswith("contract."):
                self.crashes.append(f"{entry}: {call.excinfo.exconly()}")


@pytest.fixture
def examine(pytester, monkeypatch) -> Callable[..., Trial]:
    """Puts a backend to the suite, as anybody would who overrides its fixture."""

    def examine(module: str, name: str, promise: str | None = None) -> Trial:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makeconftest(CONFTEST.format(module=module, name=name))
        kit = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider")
        brief = ("--exitfirst", "--tb=no", "--quiet")
        trial = Trial(promise)
        trial.ended = pytester.runpytest_inprocess(
            *kit, *brief, "--pyargs", suite.__name__, plugins=[trial]
        ).ret
        return trial

    return examine


@pytest.mark.parametrize("name", BROKEN_STUBS)
def test_a_broken_stub_is_caught_by_name(examine, name) -> None:
    """A test of the promise that the stub breaks fails, and its report names the promise."""
    stub = BROKEN_STUBS[name]
    trial = examine(stub.answer.__module__, name, stub.promise)
    assert trial.crashes == []
    assert trial.ended == pytest.ExitCode.TESTS_FAILED
    assert stub.promise in trial.broken


def test_the_healthy_stub_breaks_nothing(examine) -> None:
    """What is said of the broken stubs is not said of every stub."""
    trial = examine(StubBackend.__module__, StubBackend.__name__)
    assert (trial.ended, trial.broken) == (pytest.ExitCode.OK, set())


def test_each_promise_is_tested_unless_no_test_of_a_server_can_show_it() -> None:
    """The suite proves the tables of behaviours and refusals; what it leaves out has a reason."""
    assert PROMISES.keys() - SHOWN_BY_NO_SERVER.keys() == PROMISED


def test_each_promise_of_the_suite_is_broken_by_a_stub() -> None:
    """No test of the suite is there that nobody has seen fail."""
    assert {stub.promise for stub in BROKEN_STUBS.values()} == PROMISED
