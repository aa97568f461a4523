"""What is said of the whole run, in its header or at its end."""

from __future__ import annotations

from itertools import chain

import pytest

from pytest_twilio_users.errors import printable
from pytest_twilio_users.plugin.findings import findings
from pytest_twilio_users.plugin.skips import tell_skips
from pytest_twilio_users.plugin.stash import HOLDING, ISOLATION, RUN

_OUTCOMES = ("passed", "failed", "skipped")  # a test that is run again has one more


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
        if isinstance(report, pytest.TestReport) and report.outcome in _OUTCOMES
    )
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    found, broken, ended = findings(from_tests, config, interrupted=interrupted)
    if found and not config.option.collectonly:
        from pytest_twilio_users.suites.summary import summarize

        terminalreporter.section("Twilio Users: promises")
        mode = config.stash[ISOLATION].settings.mode
        host = run.account.recorded_from if run is not None else ""
        for line in summarize(found, broken=broken, mode=mode, host=host, ended=ended):
            terminalreporter.write_line(printable(line))
