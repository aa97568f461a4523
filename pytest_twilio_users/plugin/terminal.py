"""What is said of the whole run, in its header or at its end."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import printable
from pytest_twilio_users.plugin.marker import PROMISE
from pytest_twilio_users.plugin.stash import HOLDING, ISOLATION, RUN
from pytest_twilio_users.settings import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say who answers, what earlier live runs left behind, and what recordings are old."""
    settings, run = config.stash[ISOLATION].settings, config.stash[RUN]
    told = [str(settings), *(run.leftovers() if run is not None else ())]
    if settings.mode is Mode.REPLAY:
        from pytest_twilio_users.cassettes.ages import tell_ages

        told += tell_ages(config.rootpath / settings.cassettes, days=settings.cassette_days)
    return [printable(f"twilio-users: {line}") for line in told]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
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
    results = [
        (name, report.passed if report.when == "call" else None)
        for report in chain.from_iterable(terminalreporter.stats.values())
        if isinstance(report, pytest.TestReport) and (report.failed or report.when == "call")
        if not report.skipped
        for name in _promises(report)
    ]
    if results:
        from pytest_twilio_users.suites.summary import summarize

        terminalreporter.section("Twilio Users: promises")
        mode = config.stash[ISOLATION].settings.mode
        host = run.account.recorded_from if run is not None else ""
        for line in summarize(results, mode=mode, host=host):
            terminalreporter.write_line(printable(line))


def _promises(report: pytest.TestReport) -> Iterator[str]:
    """The promises that a test is about. Beside them stands what others note, in any form."""
    properties: list[object] = [*report.user_properties]
    for each in properties:
        match each:
            case (str(key), str(name)) if key == PROMISE:
                yield name
            case _:
                pass
