"""Tells of a run in which each test was skipped that asks more than the stub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_twilio_users.errors import counted
from pytest_twilio_users.plugin.marker import uses_kit
from pytest_twilio_users.plugin.stash import HOLDING
from pytest_twilio_users.settings import Mode

if TYPE_CHECKING:
    import pytest

_NOTHING = {
    Mode.REPLAY: "Nothing was replayed",
    Mode.RECORD: "Nothing was recorded",
    Mode.LIVE: "The account was not asked",
}


def note_skip(report: pytest.TestReport, item: pytest.Item) -> None:
    """Note whether a test that is to ask more than the stub was skipped, or did so."""
    holding = item.config.stash[HOLDING]
    scope = holding.isolation.test
    asks = scope is not None and scope.settings.mode is not Mode.STUB
    if not asks or not uses_kit(item):
        return
    if report.skipped and not hasattr(report, "wasxfail"):
        holding.skipped[item.nodeid] = reason_of(report)
    elif report.when == "call" or report.failed:
        holding.ran = True


def reason_of(report: pytest.TestReport) -> str:
    """Why a test was skipped."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def tell_skips(config: pytest.Config) -> str:
    """Say that all were skipped, if some were; else an empty text."""
    holding = config.stash[HOLDING]
    if holding.ran or not holding.skipped:
        return ""
    nothing = _NOTHING[holding.isolation.settings.mode]
    first, reason = next(iter(holding.skipped.items()))
    tests = counted(len(holding.skipped), "test")
    return f"{nothing}: all was skipped ({tests}), such as {first}: {reason}"
