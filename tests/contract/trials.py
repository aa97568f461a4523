"""Runs of a suite within a test, and what they find."""

import re
from collections import defaultdict
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.plugin.findings import FOUND
from pytest_twilio_users.plugin.marker import PROMISE
from pytest_twilio_users.suites.outcomes import Kind

EXAMPLE = re.compile("\n(?:Failing|Falsifying) (?:test case|example|explicit example): ")
SECTION = "Twilio Users: last exchanges"


def promises_of(test: object) -> set[str]:
    """What a test proves, in whole or in one of its cases."""
    marks = list(getattr(test, "pytestmark", ()))
    cases = [case for mark in marks if mark.name == "parametrize" for case in mark.args[1]]
    marks += [mark for case in cases for mark in getattr(case, "marks", ())]
    return {name for mark in marks if mark.name == PROMISE for name in mark.args}


@dataclass(eq=False)
class Trial:
    """A run of the suite's tests of one promise, or of all; hears what they find."""

    promise: str | None
    ended: int | None = None
    failures: list[pytest.TestReport] = field(default_factory=list)

    def pytest_pycollect_makeitem(self, name: str, obj: object) -> list[pytest.Item] | None:
        """Pass over the tests that have nothing to do with the promise."""
        passed_over = name.startswith("test_") and self.promise not in {None, *promises_of(obj)}
        return [] if passed_over else None

    def concerns(self, item: pytest.Item) -> bool:
        """Whether it is a case of the promise, or of any."""
        promised = {name for mark in item.iter_markers(PROMISE) for name in mark.args}
        return self.promise in {None, *promised}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails."""
        if report.failed:
            self.failures.append(report)

    @property
    def broken(self) -> set[str]:
        """The promises of the tests that failed."""
        return {name for report in self.failures for name in _promised(report)}

    @property
    def broken_actions(self) -> dict[str, set[str]]:
        """The broken promises with the actions that break them; tests of lists do not name it."""
        found = defaultdict(set)
        for report in self.failures:
            action = re.search(r"-(\w+)\]$", report.nodeid)
            for promise in _promised(report):
                found[promise].add(action[1] if action else Action.LIST)
        return found

    @property
    def failure(self) -> str:
        """What the author reads of the first failure: its own text, without the example."""
        return EXAMPLE.split(self.failures[0].longrepr.reprcrash.message)[0]

    @property
    def requests(self) -> int:
        """How many requests the example of the first failure shows."""
        shown = dict(self.failures[0].sections).get(SECTION, "")
        return len(re.findall(r"^\d+\. ", shown, re.MULTILINE))


@dataclass(eq=False)
class StubTrial(Trial):
    """A run of the contract suite; hears where a broken stub crashes, which was to answer."""

    crashes: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Be able to end the run."""
        self.session = session

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that contradicts its promises, and end the run; no other failure does."""
        kinds = [said[0] for key, said in report.user_properties if key == FOUND]
        if {Kind.CONTRADICTED, Kind.REFUSED}.intersection(kinds):
            self.failures.append(report)
            if self.session:
                self.session.shouldfail = "a promise is broken"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the cases of the promise; async ones ask the backend the same once more."""
        items[:] = filter(self.concerns, items)

    def concerns(self, item: pytest.Item) -> bool:
        """Whether it is a case of the promise, or of any, that is asked as the sync client does."""
        return super().concerns(item) and item.callspec.params["client"] == "sync"

    def pytest_exception_interact(self, call: pytest.CallInfo) -> None:
        """Note a failure that comes from within a broken stub."""
        for entry in call.excinfo.traceback:
            if entry.frame.f_globals["__name__"].startswith("contract."):
                self.crashes.append(f"{entry}: {call.excinfo.exconly()}")


@dataclass(eq=False)
class Trials:
    """One run of a suite for many trials: each has the tests of its promise, until one fails.

    `fixture` gives who is tried, by name.
    """

    fixture: str
    of: Mapping[str, Trial]

    def pytest_pycollect_makeitem(self, name: str, obj: object) -> list[pytest.Item] | None:
        """Pass over the tests that have nothing to do with any promise."""
        return [] if name.startswith("test_") and not self._tried(obj) else None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Have each test for all whose promise it proves."""
        metafunc.parametrize(self.fixture, self._tried(metafunc.function), indirect=True)

    def _tried(self, test: object) -> list[str]:
        promised = promises_of(test)
        return [name for name, trial in self.of.items() if trial.promise in promised]

    def _trial(self, item: pytest.Item) -> Trial:
        return self.of[item.callspec.params[self.fixture]]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the cases of each one's promise."""
        items[:] = [item for item in items if self._trial(item).concerns(item)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what would follow the failure."""
        if self._trial(item).failures:
            pytest.skip("its promise is broken")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Tell the trial."""
        report = yield
        self._trial(item).pytest_runtest_logreport(report)
        return report

    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo) -> None:
        """Tell a trial that wants to know."""
        if isinstance(trial := self._trial(node), StubTrial):
            trial.pytest_exception_interact(call)


def _promised(report: pytest.TestReport) -> list[str]:
    return [name for key, name in report.user_properties if key == PROMISE]
