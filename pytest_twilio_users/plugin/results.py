"""Tells machines what a run came to: the file of --junitxml, GitHub Actions."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.ci.github import tell_github
from pytest_twilio_users.plugin.collecting import ATTRIBUTE
from pytest_twilio_users.plugin.findings import (
    count_kinds,
    note_end,
    promises_in,
    readable,
    verdicts_in,
)
from pytest_twilio_users.plugin.stash import ISOLATION, USAGE
from pytest_twilio_users.plugin.terminal import summarized

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_twilio_users.usage.coverage import Coverage


class Results:
    """Collects all reports on the controller, and prints a summary at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._settings = config.stash[ISOLATION].settings
        self._reports: list[pytest.TestReport] = []
        self._verdicts: dict[str, list[tuple[str, str]]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None]:
        """Have JUnit's file say what the test came to: it has the properties of its teardown."""
        noted = report.user_properties
        if promises_in(noted):
            self._reports.append(report)
            self._verdicts.setdefault(report.nodeid, []).extend(verdicts_in(report))
        if report.when == "teardown":
            report.user_properties = [*self._of_test(report)]
        yield
        report.user_properties = noted

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, Any, Any]:
        """Tell what all came to: JUnit's file is written meanwhile, GitHub is told at last."""
        note_end(session)
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        for plugin in self._config.pluginmanager.get_plugins():
            if type(plugin).__name__ == "LogXML":
                for name, value in self._of_run(interrupted=interrupted):
                    plugin.add_global_property(name, value)
        result = yield
        self._tell_github(interrupted=interrupted)
        return result

    def _of_test(self, report: pytest.TestReport) -> Iterator[tuple[str, object]]:
        yield from map(readable, report.user_properties)
        for kind, text in self._verdicts.pop(report.nodeid, ()):
            yield "twilio_users_result", f"{kind}: {text}" if text else kind
        if hasattr(report, ATTRIBUTE):
            from pytest_twilio_users.usage.coverage import tell_use
            from pytest_twilio_users.usage.used import Usage

            for usage in map(Usage.from_json, getattr(report, ATTRIBUTE)):
                if usage.name == report.nodeid:  # and no fixture that ended with it
                    for operation, use in usage.operations.items():
                        yield "twilio_users_used", f"{operation}: {', '.join(tell_use(use))}"

    def _of_run(self, *, interrupted: bool) -> Iterator[tuple[str, object]]:
        yield "twilio_users_mode", self._settings.mode
        kinds = count_kinds(self._reports, self._config, interrupted=interrupted)
        for kind, count in kinds.items():
            yield f"twilio_users_{kind.replace(' ', '_')}", count
        if coverage := self._coverage():
            yield "twilio_users_coverage", coverage.percentage

    def _tell_github(self, *, interrupted: bool) -> None:
        if self._config.option.collectonly:
            return
        told = summarized(self._reports, self._config, interrupted=interrupted)
        coverage = self._coverage()
        if not (told or coverage):
            return
        from pytest_twilio_users.suites.shown_promises import alarms, promises_as_markdown
        from pytest_twilio_users.usage.shown_coverage import coverage_as_markdown

        summary = [*promises_as_markdown(told)] if told else []
        summary += coverage_as_markdown(coverage) if coverage else ()
        tell_github(alarms(told), summary, environ=os.environ, log=sys.stderr)

    def _coverage(self) -> Coverage | None:
        collected = self._config.stash.get(USAGE, None)
        if collected is None or not (self._settings.coverage or self._settings.fail_under):
            return None
        from pytest_twilio_users.usage.coverage import Coverage

        return Coverage.of(collected.usages, relies_on=self._settings.relies_on)
