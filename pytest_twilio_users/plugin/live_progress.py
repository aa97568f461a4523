"""Tells how far a live run has come, beneath what pytest writes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._io import TerminalWriter
from _pytest.terminal import TerminalReporter  # older ones do not show it elsewhere

from pytest_twilio_users.live.progress_line import ProgressLine, moves_cursor, pace_of
from pytest_twilio_users.plugin.stash import CHANGES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_twilio_users.settings import Settings

NAME = "twilio_users_progress"
"""By which `-p no:twilio_users_progress` turns it off."""


def tell_progress(session: pytest.Session, settings: Settings) -> None:
    """Tell from now on how far the run has come, if anything is told of it."""
    plugins = session.config.pluginmanager
    reporter = plugins.get_plugin("terminalreporter")
    if reporter is not None:
        plugins.register(LiveProgress(session, reporter, settings), NAME)


class LiveProgress:
    """Counts the tests that are over, and the changes that were sent, by the reports."""

    def __init__(
        self, session: pytest.Session, reporter: TerminalReporter, settings: Settings
    ) -> None:
        self._session = session
        self._reporter = reporter
        self._writer: Any = session.config.get_terminal_writer()
        self._settings = settings
        self._over: set[str] = set()
        self._sent: dict[object, int] = {}
        self._running = ""
        rewrite = self._write_beneath if _is_free(reporter) else None
        self._line = ProgressLine("tests", rewrite=rewrite, log=self._write)
        self._shown = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logstart(self, nodeid: str) -> Generator[None]:
        """Name the test that begins."""
        with self._aside():
            self._running = nodeid
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None]:
        """Count what is over."""
        with self._aside():
            if report.when == "teardown":
                self._over.add(report.nodeid)
            worker = getattr(report, "node", None)  # of xdist
            self._sent[worker] = getattr(report, CHANGES, 0)
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logfinish(self) -> Generator[None]:
        """Step aside: pytest may end its line here."""
        with self._aside():
            yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Leave the last line to pytest."""
        self._erase()

    @contextmanager
    def _aside(self) -> Iterator[None]:
        self._erase()
        yield
        settings = self._settings
        changes = f"{sum(self._sent.values())} of {settings.changes} changes, {pace_of(settings)}"
        self._line.show(len(self._over), self._session.testscollected, changes, self._running)

    def _write(self, line: str) -> None:
        self._reporter.ensure_newline()  # which has pytest begin its next one anew
        if self._writer.width_of_current_line:
            self._writer.line()
        self._writer.line(line)

    # pytest goes on where its own line ended: the cursor is put back there.

    def _write_beneath(self, text: str) -> None:
        column = self._writer.width_of_current_line
        forward = f"\x1b[{column}C" if column else ""
        self._writer.write_raw(f"\n{text}\x1b[A\r{forward}", flush=True)
        self._shown = True

    def _erase(self) -> None:
        if self._shown:
            self._writer.write_raw("\x1b[J")
            self._shown = False


def _is_free(reporter: TerminalReporter) -> bool:
    """Whether nobody else writes beneath pytest's line."""
    config = reporter.config
    told = config.pluginmanager.has_plugin("logging-plugin") and config.getini("log_cli")
    busy = (
        config.getoption("capture", "no") in ("no", "tee-sys")
        or any(config.getoption(name, None) for name in ("usepdb", "trace", "log_cli_level"))
        or told
    )
    own = type(reporter) is TerminalReporter and hasattr(TerminalWriter, "write_raw")
    return own and not busy and bool(reporter.isatty) and moves_cursor(os.environ)
