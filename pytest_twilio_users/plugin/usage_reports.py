"""What a run tells of what its tests used, at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import printable
from pytest_twilio_users.plugin.collecting import collect_usage
from pytest_twilio_users.plugin.marker import is_worker
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.usage.coverage import Coverage

if TYPE_CHECKING:
    from pytest_twilio_users.plugin.collecting import CollectedUsage


def report_usage(config: pytest.Config, settings: Settings) -> None:
    """Have it told what the tests use."""
    collected = collect_usage(config)
    if not is_worker(config) and not config.option.collectonly:
        reports = _UsageReports(settings, collected)
        config.pluginmanager.register(reports)
        collected.at_end(reports.finish)


class _UsageReports:
    def __init__(self, settings: Settings, collected: CollectedUsage) -> None:
        self._settings = settings
        self._collected = collected
        self._coverage = Coverage.of(())

    def finish(self, session: pytest.Session) -> None:
        """Fail the run where too little of what is relied on was used."""
        relies_on = self._settings.relies_on
        self._coverage = Coverage.of(self._collected.usages, relies_on=relies_on)
        if self._too_little and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @property
    def _too_little(self) -> bool:
        return self._coverage.percentage < self._settings.fail_under

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was used of each operation, where that is asked for."""
        settings, coverage = self._settings, self._coverage
        if not (settings.coverage or settings.fail_under):
            return
        for mode in coverage.used or (str(settings.mode),):
            terminalreporter.section(f"Twilio Users: coverage ({mode})")
            for line in coverage.table(mode):
                terminalreporter.write_line(line.text, yellow=line.gap)
        for line in (*coverage.names(), coverage.summary()):
            terminalreporter.write_line(printable(line.text), yellow=line.gap)
        if self._too_little:
            least, option = settings.fail_under, SETTINGS["fail_under"].option
            told = f"FAILED: {coverage.percentage} % is below the {least} % of {option}."
            terminalreporter.write_line(told, red=True)
