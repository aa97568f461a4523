"""Collects from reports what tests use. Only registered if `collect_usage` asks for it.

A test's usage stands in the report of its teardown, as an attribute that is JSON, so that
pytest-xdist brings it to the controller. There it is read at the session's end, as of any run:

    collected = collect_usage(config)   # in pytest_configure, on workers as on the controller
    collected.at_end(write_report)      # called with the session, on the controller alone
    collected.usages                    # there, and later: a list of Usage

Each `Usage` says what a test, or a fixture that outlives tests, used in which mode.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.plugin.marker import is_worker
from pytest_twilio_users.plugin.stash import USAGE
from pytest_twilio_users.scopes.node_names import stable_name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from pytest_twilio_users.handle.engine import Engine
    from pytest_twilio_users.scopes.isolation import Isolation
    from pytest_twilio_users.usage.used import Usage

ATTRIBUTE = "twilio_users_usage"
"""What a report of a test's teardown has, where something was used since the one before: a list of
`Usage.to_json()`. Besides the test's own there may be those of fixtures that ended with it."""

_OUTPUT = "twilio_users_usage"


def collect_usage(config: pytest.Config) -> CollectedUsage:
    """Have what tests use collected; whoever asks gets the same."""
    if USAGE not in config.stash:
        config.stash[USAGE] = CollectedUsage(config)
        config.pluginmanager.register(config.stash[USAGE])
    return config.stash[USAGE]


class CollectedUsage:
    """What the tests of a run used, as far as they are over."""

    def __init__(self, config: pytest.Config) -> None:
        from pytest_twilio_users.usage.tally import Tally

        self._nodes: dict[str, str] = {}
        self._is_worker = is_worker(config)
        self._at_end: list[Callable[[pytest.Session], None]] = []
        self._watching = ExitStack()
        config.add_cleanup(self._watching.close)
        self._pending: list[Usage] = []
        self._usages: list[Usage] = []
        self.is_whole = True
        """Whether all was collected that tests used: a worker that crashed took some along."""
        self.tally = Tally(lambda name: self._nodes.get(name, name))
        """What scopes add to, in the process that runs them."""

    def at_end(self, tell: Callable[[pytest.Session], None]) -> None:
        """Have something done when all is collected: before the summary, on the controller alone.

        There the session's exit status can still be changed.
        """
        self._at_end.append(tell)

    @property
    def usages(self) -> list[Usage]:
        """One for each name and mode, in the order of names; of all workers and reruns."""
        from pytest_twilio_users.usage.used import merged

        return merged(self._usages)

    def watch(self, engine: Engine, isolation: Isolation) -> None:
        """Begin with the kit behind a new handle."""
        engine.tell_usage(self.tally)
        self._watching.close()
        if isolation.settings.usage:
            from pytest_twilio_users.usage.reads import noting_reads

            reads = noting_reads(self.tally, lambda: isolation.current)
            self._watching.enter_context(reads)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember the node id, which is not the name of the scope where a test is installed."""
        self._nodes[stable_name(item)] = item.nodeid

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Have the last report of a test tell what was used."""
        report = yield
        if call.when == "teardown":
            self._pending += self.tally.take()
            if self._pending:
                setattr(report, ATTRIBUTE, [usage.to_json() for usage in self._pending])
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Read what a report tells. What one told that nobody logs, the next tells again."""
        told = getattr(report, ATTRIBUTE, None)
        if told:
            self._pending.clear()
            self._hear(told)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear what no report of a worker's told, or that it crashed and tells no more."""
        output = getattr(node, "workeroutput", None)
        self.is_whole = self.is_whole and output is not None
        self._hear((output or {}).get(_OUTPUT, ()))

    def finish(self, session: pytest.Session) -> None:
        """Take what no report told: that of fixtures that ended with the session."""
        told = [usage.to_json() for usage in (*self._pending, *self.tally.take())]
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = told
            return
        self._hear(told)
        for tell in self._at_end:
            tell(session)

    def _hear(self, told: Iterable[dict[str, Any]]) -> None:
        from pytest_twilio_users.usage.used import Usage

        if not self._is_worker:  # the controller hears it from the report
            self._usages += map(Usage.from_json, told)
