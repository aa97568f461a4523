"""Options of a run. A wrong value ends it with one sentence."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.ci import listens
from pytest_twilio_users.errors import KitWarning, PreflightFailed, SettingError, printable
from pytest_twilio_users.plugin.holding import hold
from pytest_twilio_users.plugin.interrupts import end_at_signals, interruptible
from pytest_twilio_users.plugin.marker import MARKER, PROMISE, is_worker
from pytest_twilio_users.plugin.reports import LaterReports
from pytest_twilio_users.plugin.stash import ENDED, HOLDING, ISOLATION, RUN
from pytest_twilio_users.settings import RUN_SETTINGS, Mode, Setting, Settings, near_misses

if TYPE_CHECKING:
    from collections.abc import Generator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer each setting as an option and as a key of the configuration file."""
    group = parser.getgroup("twilio-users", "Twilio Conversations users")
    for setting in RUN_SETTINGS:
        # Of a switch, the option alone is a yes; argparse takes a path behind it for its value.
        alone: dict[str, Any] = {"nargs": "?", "const": "yes"} if setting.is_switch else {}
        group.addoption(setting.option, metavar="VALUE", default=None, help=setting.help, **alone)
        parser.addini(setting.ini, setting.help, type=_ini_type(setting), default=None)


def _ini_type(setting: Setting) -> Any:
    """Have pytest hand on text as it is, for the setting's own parser, and TOML's own types."""
    kind = {"bool": bool, "int": int}.get(setting.ini_type)
    if kind is None:
        return setting.ini_type
    # Files have TOML's own types since 9.0, where a key can have one type alone.
    alone = setting.ini_type if pytest.version_tuple >= (9, 0) else "string"
    return str | kind if pytest.version_tuple >= (9, 2) else alone


def pytest_configure(config: pytest.Config) -> None:
    """Fold the settings; a wrong one ends the run with one clear sentence."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(**settings): settings of pytest-twilio-users for this test, such as"
        " strict=False or max_page_size=50.",
    )
    config.addinivalue_line(
        "markers",
        f"{PROMISE}(*names): the promises that a test of the contract or the client suite proves.",
    )
    hold(config, option=config.getoption)
    isolation = config.stash[ISOLATION] = config.stash[HOLDING].isolation
    settings = isolation.settings
    config.stash[RUN] = None
    if settings.mode.is_live:
        try:
            _go_live(config, settings)
        except SettingError as error:
            raise pytest.UsageError(str(error)) from None
    if settings.mode is not Mode.STUB:  # else nothing is private
        config.pluginmanager.register(LaterReports(config))
    if settings.coverage or settings.fail_under or settings.usage:
        from pytest_twilio_users.plugin.usage_reports import report_usage

        report_usage(config, settings)
    if settings.report is not None and not config.option.collectonly:
        from pytest_twilio_users.plugin.report_page import report_page

        report_page(config, settings)
    if not is_worker(config):  # xdist's workers have the same environment, and report to us
        if config.getoption("xmlpath", None) or listens(os.environ):
            from pytest_twilio_users.plugin.results import Results

            config.pluginmanager.register(Results(config))
        _warn_of_near_misses(config)


def _warn_of_near_misses(config: pytest.Config) -> None:
    for sentence in near_misses(os.environ):
        try:
            config.issue_config_time_warning(KitWarning(sentence), stacklevel=2)
        except KitWarning:  # of warnings that are errors, too, the name may be somebody else's
            sys.stderr.write(f"twilio-users: {printable(sentence)}\n")


def _go_live(config: pytest.Config, settings: Settings) -> None:
    """Find the account to ask, and take part in the run."""
    from pytest_twilio_users.live.live_account import live_account
    from pytest_twilio_users.live.run import LiveRun, name_of_run
    from pytest_twilio_users.plugin import enough

    end_at_signals(config)
    worker: Any = getattr(config, "workerinput", {})  # of xdist
    config.stash[RUN] = LiveRun(
        account=live_account(settings, os.environ),
        settings=settings,
        folder=config.rootpath / settings.ledger,
        name=name_of_run(worker.get("testrunuid", "")),
        worker=worker.get("workerid", "main"),
        workers=worker.get("workercount", 1),
    )
    config.pluginmanager.register(enough)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Look whether a live run may send enough, and the account answers, before its first test."""
    config = session.config
    run = config.stash[RUN]
    if run is not None and not is_worker(config) and not config.option.collectonly:
        from pytest_twilio_users.plugin.enough import require_enough

        require_enough(config, [item.nodeid for item in session.items])
        try:
            run.preflight()
        except PreflightFailed as error:
            config.stash[ENDED] = str(error)
            raise pytest.UsageError(str(error)) from None
        if run.open_network is None:
            from pytest_twilio_users.plugin.live_progress import tell_progress

            tell_progress(session, run.settings)
    with interruptible(config):
        try:
            return (yield)
        except (pytest.exit.Exception, session.Interrupted) as ended:
            config.stash.setdefault(ENDED, str(ended))
            raise
