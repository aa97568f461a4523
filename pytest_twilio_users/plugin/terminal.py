"""What is said of the whole run, in its header or at its end."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import printable
from pytest_twilio_users.plugin.findings import findings
from pytest_twilio_users.plugin.skips import tell_skips
from pytest_twilio_users.plugin.stash import HOLDING, ISOLATION, RUN

if TYPE_CHECKING:
    from collections.abc import Iterable


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say who answers, and what earlier live runs left behind."""
    settings, run = config.stash[ISOLATION].settings, config.stash[RUN]
    told = [str(settings), *(run.leftovers() if run is not None else ())]
    return [printable(f"twilio-users: {line}") for line in told]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Tell how many promises of the contract held, if any were asked about."""
    run = config.stash[RUN]
    leftovers = list(run.leftovers()) if run is not None else []
    if leftovers:
        terminalreporter.section("Twilio Users: left behind")
        for line in leftovers:
            terminalreporter.write_line(printable(line))
    refused = config.stash[HOLDING].refused
    if refused:
        terminalreporter.section("Twilio Users: refused")
        for line in refused:
            terminalreporter.write_line(printable(line))
    expired = config.stash[HOLDING].expired
    if expired:
        from pytest_twilio_users.cassettes.ages import tell_expired

        terminalreporter.section("Twilio Users: old cassettes")
        for line in tell_expired(expired):
            terminalreporter.write_line(printable(line))
    unsaid = tell_skips(config)
    if unsaid:
        terminalreporter.section("Twilio Users: skipped")
        terminalreporter.write_line(printable(unsaid))
    from_tests = (
        report
        for report in chain.from_iterable(terminalreporter.stats.values())
        if isinstance(report, pytest.TestReport)
    )
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    told = summarized(from_tests, config, interrupted=interrupted)
    if told:
        terminalreporter.section("Twilio Users: promises")
    for line in told:
        terminalreporter.write_line(line)


def summarized(
    reports: Iterable[pytest.TestReport], config: pytest.Config, *, interrupted: bool
) -> list[str]:
    """The lines that tell what tests found out of promises; none if none was asked about."""
    found, broken, ended = findings(reports, config, interrupted=interrupted)
    if not found or config.option.collectonly:
        return []
    from pytest_twilio_users.suites.summary import summarize

    run, mode = config.stash[RUN], config.stash[ISOLATION].settings.mode
    host = run.account.recorded_from if run is not None else ""
    told = summarize(found, broken=broken, mode=mode, host=host, ended=ended)
    return [*map(printable, told)]
