"""What a run tells of what its tests used, at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import printable
from pytest_twilio_users.plugin.collecting import collect_usage
from pytest_twilio_users.plugin.marker import is_worker
from pytest_twilio_users.plugin.output_files import why_not_written
from pytest_twilio_users.plugin.stash import ENDED
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.usage.coverage import Coverage
from pytest_twilio_users.usage.usage_file import BEGINS, write_usage

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_twilio_users.plugin.collecting import CollectedUsage

_ENDS = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
"""How a run ends that came to its end."""


def report_usage(config: pytest.Config, settings: Settings) -> None:
    """Have it told what the tests use.

    Raises:
        pytest.UsageError: the file that is to say it can't be written.
    """
    collected = collect_usage(config)
    if is_worker(config) or config.option.collectonly:
        return
    path = None
    if settings.usage is not None:
        path = config.invocation_params.dir / settings.usage
        problem = why_not_written(
            path,
            option=SETTINGS["usage"].option,
            example="usage.json",
            json=path,
            begins=BEGINS,
            what="usage file",
        )
        if problem:
            raise pytest.UsageError(printable(problem))
    reports = _UsageReports(settings, collected, path)
    config.pluginmanager.register(reports)
    collected.at_end(reports.finish)


class _UsageReports:
    def __init__(self, settings: Settings, collected: CollectedUsage, path: Path | None) -> None:
        self._settings = settings
        self._collected = collected
        self._path = path
        self._coverage = Coverage.of(())
        self._is_written = False
        self._failed: list[str] = []

    def finish(self, session: pytest.Session) -> None:
        """Write the file, and fail the run where too little of what is relied on was used."""
        settings, usages = self._settings, self._collected.usages
        self._coverage = coverage = Coverage.of(usages, relies_on=settings.relies_on)
        if self._path is not None:
            ended = session.exitstatus in _ENDS and ENDED not in session.config.stash
            try:
                write_usage(self._path, usages, complete=ended and self._collected.is_whole)
                self._is_written = True
            except OSError as error:
                self._failed.append(f"can't write {self._path}: {error.strerror}.")
        if coverage.percentage < settings.fail_under:
            least = f"{settings.fail_under} % of {SETTINGS['fail_under'].option}"
            self._failed.append(f"{coverage.percentage} % is below the {least}.")
        if self._failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was used of each operation, where that is asked for."""
        settings, coverage = self._settings, self._coverage
        if settings.coverage or settings.fail_under:
            for mode in coverage.used or (str(settings.mode),):
                terminalreporter.section(f"Twilio Users: coverage ({mode})")
                for line in coverage.table(mode):
                    terminalreporter.write_line(line.text, yellow=line.gap)
            for line in (*coverage.names(), coverage.summary()):
                terminalreporter.write_line(printable(line.text), yellow=line.gap)
        if self._is_written:
            terminalreporter.write_line(
                printable(f"twilio-users: what each test used is in {self._path}")
            )
        for problem in self._failed:
            terminalreporter.write_line(printable(f"FAILED: {problem}"), red=True)
