"""Runs of the client suite within a test, and what they find."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.plugin.marker import PROMISE

MODULE = """
    import pytest
    from {module} import {name}
    from pytest_twilio_users.suites.client import ClientSuite

    class TestClient(ClientSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return {name}(twilio_users.account_sid, twilio_users.auth_token)
"""
EXAMPLE = re.compile("\nFailing (?:test case|explicit example): ")
SECTION = "Twilio Users: last exchanges"


def promises_of(test: object) -> set[str]:
    """What a test proves."""
    marks = getattr(test, "pytestmark", ())
    return {name for mark in marks if mark.name == PROMISE for name in mark.args}


@dataclass(eq=False)
class Trial:
    """A run of the suite's tests of one promise, or of all; hears what they find."""

    promise: str | None
    ended: int | None = None
    broken: set[str] = field(default_factory=set)
    failures: list[pytest.TestReport] = field(default_factory=list)

    def pytest_pycollect_makeitem(self, name: str, obj: object) -> list[pytest.Item] | None:
        """Pass over the tests that have nothing to do with the promise."""
        passed_over = name.startswith("test_") and self.promise not in {None, *promises_of(obj)}
        return [] if passed_over else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the promises of a test that fails."""
        if report.failed:
            self.failures.append(report)
            self.broken |= {name for key, name in report.user_properties if key == PROMISE}

    @property
    def broken_actions(self) -> dict[str, set[str]]:
        """The broken promises with the actions that break them; tests of lists do not name it."""
        found = defaultdict(set)
        for report in self.failures:
            action = re.search(r"-(\w+)\]$", report.nodeid)
            for promise in (name for key, name in report.user_properties if key == PROMISE):
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
