"""Writes the report of a run: asked for by the setting `report`, else not there at all."""

from __future__ import annotations

import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users import __version__
from pytest_twilio_users.cassettes.whole_files import write_whole
from pytest_twilio_users.errors import printable
from pytest_twilio_users.extras import missing
from pytest_twilio_users.plugin.collecting import collect_usage
from pytest_twilio_users.plugin.findings import findings
from pytest_twilio_users.plugin.marker import is_worker
from pytest_twilio_users.plugin.output_files import why_not_written
from pytest_twilio_users.plugin.stash import ANSWERS, ENDED, ENGINE, HOLDING, RUN
from pytest_twilio_users.report.document import BEGINS, Document
from pytest_twilio_users.report.failures import tell_failure
from pytest_twilio_users.report.gathering import (
    FAILURE,
    gather_promises,
    gather_tests,
    gather_uses,
)
from pytest_twilio_users.report.live_answers import LiveAnswers
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.usage.coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Collection, Generator
    from pathlib import Path

    from pytest_twilio_users.plugin.collecting import CollectedUsage
    from pytest_twilio_users.wire.journal import Journal

_OPTION = SETTINGS["report"].option


def report_page(config: pytest.Config, settings: Settings) -> None:
    """Have the report written when the run ends.

    Raises:
        pytest.UsageError: it can't be.
    """
    collected = collect_usage(config)
    collected.tally.hear = config.stash.setdefault(ANSWERS, LiveAnswers()).note
    secrets = config.stash[HOLDING].secrets
    config.pluginmanager.register(_Failures(secrets))
    if not is_worker(config):
        path = config.invocation_params.dir / str(settings.report)
        beside = path.with_suffix(".json")
        problem = missing("report", asked=_OPTION) or why_not_written(
            path,
            option=_OPTION,
            example="report.html",
            json=beside,
            begins=BEGINS,
            what="report",
        )
        if settings.usage and beside == config.invocation_params.dir / settings.usage:
            problem = f"{_OPTION}: {beside} is {SETTINGS['usage'].option}'s. Name another."
        if problem:
            raise pytest.UsageError(printable(problem))
        report = _Report(path, settings, collected, secrets)
        config.pluginmanager.register(report)
        collected.at_end(report.write)


class _Failures:
    """Has the report of each failure tell the conversation before it."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = secrets

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed:
            engine = item.config.stash.get(ENGINE, None)
            self._note(report, None if engine is None else engine.recent)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if report.failed:
            self._note(report, None)
        return report

    def _note(
        self, report: pytest.TestReport | pytest.CollectReport, recent: Journal | None
    ) -> None:
        setattr(report, FAILURE, asdict(tell_failure(report, recent, secrets=self._secrets)))


class _Report:
    def __init__(
        self, path: Path, settings: Settings, collected: CollectedUsage, secrets: Collection[str]
    ) -> None:
        self._path = path
        self._settings = settings
        self._collected = collected
        self._secrets = secrets
        self._began, self._clock = datetime.now(UTC), Elapsed.seconds()
        self._reports: list[pytest.TestReport | pytest.CollectReport] = []
        self._told, self._is_lost = "", False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep it to the end, as pytest itself does."""
        self._reports.append(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self._reports.append(report)

    def write(self, session: pytest.Session) -> None:
        """Write page and JSON; where they can't be written, the run fails."""
        if session.exitstatus == pytest.ExitCode.USAGE_ERROR:
            return  # no test ran
        from pytest_twilio_users.report.page import render

        document, beside = self._document(session), self._path.with_suffix(".json")
        try:
            write_whole(self._path, render(document, beside=beside.name).encode())
            write_whole(beside, document.to_json().encode())
            self._told = f"twilio-users: the report is {self._path}; the same as JSON beside it"
        except OSError as error:
            self._told = f"FAILED: can't write {self._path}: {error.strerror}."
            self._is_lost = True
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the report is, or why it is not."""
        if self._told:
            terminalreporter.write_line(printable(self._told), red=self._is_lost)

    def _document(self, session: pytest.Session) -> Document:
        config = session.config
        mode, run, answers = self._settings.mode, config.stash[RUN], config.stash[ANSWERS]
        interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED
        of_tests = [each for each in self._reports if isinstance(each, pytest.TestReport)]
        found, _, _ = findings(of_tests, config, interrupted=interrupted)
        usages = self._collected.usages
        tests = tuple(gather_tests(self._reports, usages, secrets=self._secrets))
        return Document(
            project=config.rootpath.name,
            began=f"{self._began:%Y-%m-%d %H:%M} UTC",
            seconds=Elapsed.seconds() - self._clock,
            mode=mode,
            host=run.account.recorded_from if run is not None else "",
            ended=config.stash.get(ENDED, "it was interrupted" if interrupted else ""),
            versions={
                "pytest-twilio-users": __version__,
                "pytest": pytest.__version__,
                "Python": platform.python_version(),
            },
            tests=tests,
            relied=Coverage.of(usages, relies_on=self._settings.relies_on).summary().text,
            uses=tuple(gather_uses(usages, {each.nodeid for each in self._reports}, mode=mode)),
            promises=tuple(gather_promises(found)),
            differences=tuple(answers.differences()),
            latencies=tuple(answers.latencies()),
        )
