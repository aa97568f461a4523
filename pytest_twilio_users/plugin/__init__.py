"""The pytest plugin: options, marker, and the moments of a test that the kit takes part in.

Loading it imports none of httpx, respx, hypothesis, syrupy and asyncio.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pytest_twilio_users.cassettes.places import fixture_name
from pytest_twilio_users.errors import (
    DefaultServiceRefused,
    KitWarning,
    PreflightFailed,
    SettingError,
    ViolatedByExample,
)
from pytest_twilio_users.plugin.fixtures import (
    HANDLE,
    ISOLATION,
    RUN,
    twilio_user,
    twilio_user_factory,
    twilio_users,
    twilio_users_async_client,
    twilio_users_async_sdk,
    twilio_users_backend,
    twilio_users_client,
    twilio_users_matcher,
    twilio_users_sdk,
    twilio_users_server,
    twilio_users_service_sid,
    twilio_users_snapshot,
)
from pytest_twilio_users.scopes.isolation import Isolation, Scope
from pytest_twilio_users.scopes.node_names import is_installed, stable_name
from pytest_twilio_users.settings import RUN_SETTINGS, Mode, Setting, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from pytest_twilio_users.scopes.examples import Examples

__all__ = [
    "twilio_user",
    "twilio_user_factory",
    "twilio_users",
    "twilio_users_async_client",
    "twilio_users_async_sdk",
    "twilio_users_backend",
    "twilio_users_client",
    "twilio_users_matcher",
    "twilio_users_sdk",
    "twilio_users_server",
    "twilio_users_service_sid",
    "twilio_users_snapshot",
]

MARKER = "twilio_users"
PROMISE = "twilio_users_promise"
EXAMPLES: pytest.StashKey[Examples] = pytest.StashKey()
RUNNING: pytest.StashKey[pytest.Item] = pytest.StashKey()
OUTCOMES: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer each setting as an option and as a key of the configuration file."""
    group = parser.getgroup("twilio-users", "Twilio Conversations users")
    for setting in RUN_SETTINGS:
        group.addoption(setting.option, metavar="VALUE", default=None, help=setting.help)
        parser.addini(setting.ini, setting.help, type=_ini_type(setting), default=None)


def _ini_type(setting: Setting) -> Literal["string", "bool", "int", "args"]:
    # pytest knows whole numbers in configuration files since 8.4.
    knows_int = pytest.version_tuple >= (8, 4)
    return "string" if setting.ini_type == "int" and not knows_int else setting.ini_type


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
    try:
        settings = Settings.fold(
            option=config.getoption,
            environ=os.environ,
            ini=lambda key: _read_ini(config, key),
        )
        config.stash[RUN] = None
        if settings.mode in (Mode.LIVE, Mode.RECORD):
            _go_live(config, settings)
    except SettingError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[ISOLATION] = Isolation(settings)
    config.pluginmanager.register(SubtestReports(config))


def _go_live(config: pytest.Config, settings: Settings) -> None:
    """Find the account to ask, and take part in the run."""
    from pytest_twilio_users.live.account import live_account
    from pytest_twilio_users.live.run import LiveRun

    worker: Any = getattr(config, "workerinput", {})  # of xdist
    config.stash[RUN] = LiveRun.begin(
        live_account(settings, os.environ),
        settings,
        folder=config.rootpath / settings.ledger,
        token=worker.get("testrunuid", ""),
        worker=worker.get("workerid", "main"),
        workers=worker.get("workercount", 1),
    )


def _read_ini(config: pytest.Config, key: str) -> Any:
    try:
        return config.getini(key)
    except (TypeError, ValueError, pytest.UsageError) as error:
        told = str(error)
        raise SettingError(
            told if key in told else f"{key} in the configuration file: {told}"
        ) from None


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say who answers, what earlier live runs left behind, and what recordings are old."""
    settings, run = config.stash[ISOLATION].settings, config.stash[RUN]
    told = [str(settings), *(run.leftovers() if run is not None else ())]
    if settings.mode is Mode.REPLAY:
        from pytest_twilio_users.cassettes.ages import tell_ages

        told += tell_ages(config.rootpath / settings.cassettes, days=settings.cassette_days)
    return [f"twilio-users: {line}" for line in told]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Look whether the account answers, before the first test of a live run."""
    config = session.config
    run = config.stash[RUN]
    if run is None or _is_worker(config) or config.option.collectonly:
        return
    try:
        run.preflight()
    except PreflightFailed as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read the markers early, so that a wrong one is a usage error and not a failing test."""
    for item in items:
        try:
            unfit = _unfit(item, _settings(item))
        except pytest.UsageError:
            if not _is_worker(config):
                raise
            unfit = ""  # a worker can't end the run: the test says what is wrong
        if unfit:
            item.add_marker(pytest.mark.skip(reason=unfit))
        promises = [name for mark in item.iter_markers(PROMISE) for name in mark.args]
        item.user_properties += [(PROMISE, name) for name in promises]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Begin a scope for the test."""
    __tracebackhide__ = True
    try:
        settings = _settings(item)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)
    fixtures = getattr(item, "fixturenames", ())
    item.config.stash[RUNNING] = item
    item.stash[OUTCOMES] = []
    isolation, name = item.config.stash[ISOLATION], stable_name(item)
    isolation.begin_test(item.nodeid, settings, name=name, fixtures=fixtures)
    with _told_by_the_report(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let a fixture that outlives the test act for itself."""
    __tracebackhide__ = True
    isolation = request.config.stash[ISOLATION]
    with isolation.setting_up(fixturedef, request.node.nodeid):
        if fixturedef.scope == "function":
            return (yield)
        try:
            with isolation.acting(fixturedef, _scope(fixturedef, request)):
                return (yield)
        finally:
            _isolate_examples(request.config)  # this may have been the handle
            # Finalizers run last in, first out: this one before the fixture's own.
            fixturedef.addfinalizer(lambda: isolation.begin_fixture_teardown(fixturedef))


def pytest_fixture_post_finalizer(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Undo what the fixture did."""
    request.config.stash[ISOLATION].end_fixture(fixturedef)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although Twilio would not have understood it."""
    __tracebackhide__ = True
    _isolate_examples(item.config)
    with _told_by_the_report(item):
        result = yield
    _complain(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """End the test's scope after its fixtures are torn down."""
    __tracebackhide__ = True
    isolation = item.config.stash[ISOLATION]
    isolation.begin_teardown()
    outcomes = item.stash.get(OUTCOMES, [])
    passed = outcomes[-1:] == ["passed"] and "failed" not in outcomes
    try:
        with _told_by_the_report(item):
            result = yield
    except BaseException:
        passed = False
        raise
    finally:
        isolation.leave_test()
        unsaid = _settle(item, passed=passed)
    _complain(item)
    if unsaid:
        pytest.fail(unsaid, pytrace=False)
    return result


def _settle(item: pytest.Item, *, passed: bool) -> str:
    """Have cassettes written, or hear what of them was not said again."""
    handle = item.config.stash.get(HANDLE, None)
    if handle is None:
        return ""
    name = stable_name(item)
    return handle.settle(passed=lambda scope: passed if scope.name == name else not scope.failed)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """Be ready for fixtures that are torn down now, as the run was interrupted."""
    isolation, handle = session.config.stash[ISOLATION], session.config.stash.get(HANDLE, None)
    isolation.begin_teardown()
    result = yield
    if handle is not None:
        isolation.end()
        handle.close()  # before the summary is told, of whose process it may be
    return result


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave httpx, the environment and the account as they were, however the run ended."""
    isolation, handle = config.stash.get(ISOLATION, None), config.stash.get(HANDLE, None)
    if isolation is not None:  # the settings were no usage error
        isolation.end()
    if handle is not None:
        handle.close()
    if EXAMPLES in config.stash:
        del config.stash[EXAMPLES]  # the process may run pytest again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failing test's last exchanges."""
    report = yield
    if call.when == "call":  # once for each subtest, and for the test at last
        expected = hasattr(report, "wasxfail")
        item.stash.setdefault(OUTCOMES, []).append("passed" if expected else report.outcome)
    refused = None if call.excinfo is None else _default_service_refused(call.excinfo.value)
    if refused is not None:
        report.outcome = "skipped"
        report.longrepr = (str(item.path), _line(item), f"Skipped: {refused}")
    if call.excinfo is not None and isinstance(error := call.excinfo.value, ViolatedByExample):
        # Its traceback leads through Hypothesis alone.
        text = "\n".join([str(error), *getattr(error, "__notes__", ())])
        failure = pytest.fail.Exception(text, pytrace=False).with_traceback(error.__traceback__)
        report.longrepr = item.repr_failure(pytest.ExceptionInfo.from_exception(failure))
    handle = item.config.stash.get(HANDLE, None)
    run = item.config.stash[RUN]
    if handle is not None:
        if report.failed and len(handle.recent):
            report.sections.append(("Twilio Users: last exchanges", str(handle.recent)))
        if handle.private:
            _hide_private(report, handle.hide)
    elif run is not None:
        _hide_private(report, run.hide)
    return report


class SubtestReports:
    """Hides private values in what pytest adds to a subtest's report after it was made."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Before others see it: what the subtest printed, and what it is called."""
        context, handle = getattr(report, "context", None), self._config.stash.get(HANDLE, None)
        if context is None or handle is None or not handle.private:
            return
        report.sections = [(title, handle.hide(text)) for title, text in report.sections]
        named = {name: handle.hide(str(value)) for name, value in context.kwargs.items()}
        object.__setattr__(context, "kwargs", named)
        object.__setattr__(context, "msg", context.msg and handle.hide(context.msg))


def _hide_private(report: pytest.TestReport, hide: Callable[[str], str]) -> None:
    """Hide private values, whatever the outcome: pytest tells of tests that passed, too."""
    if isinstance(report.longrepr, tuple):  # skipped: where, and why
        path, line, reason = report.longrepr
        report.longrepr = (path, line, hide(reason))
    elif report.longrepr is not None:
        report.longrepr = hide(str(report.longrepr))
    if hasattr(report, "wasxfail"):
        report.wasxfail = hide(report.wasxfail)
    report.sections = [(title, hide(text)) for title, text in report.sections]


def _default_service_refused(error: BaseException) -> DefaultServiceRefused | None:
    """The error itself, or the first of a group that is of such errors alone, as of async tasks."""
    if isinstance(error, BaseExceptionGroup):
        found = [_default_service_refused(each) for each in error.exceptions]
        return found[0] if all(found) else None
    return error if isinstance(error, DefaultServiceRefused) else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell how many promises of the contract held, if any were asked about."""
    run = config.stash[RUN]
    leftovers = list(run.leftovers()) if run is not None else []
    if leftovers:
        terminalreporter.section("Twilio Users: left behind")
        for line in leftovers:
            terminalreporter.write_line(line)
    results = [
        (str(name), report.passed)
        for report in chain.from_iterable(terminalreporter.stats.values())
        if isinstance(report, pytest.TestReport) and (report.failed or report.when == "call")
        if not report.skipped
        for key, name in report.user_properties
        if key == PROMISE
    ]
    if results:
        from pytest_twilio_users.suites.promises import summarize

        terminalreporter.section("Twilio Users: promises")
        mode = config.stash[ISOLATION].settings.mode
        host = run.account.recorded_from if run is not None else ""
        for line in summarize(results, mode=mode, host=host):
            terminalreporter.write_line(line)


def _is_worker(config: pytest.Config) -> bool:
    """Whether this is a process of pytest-xdist's that only runs tests."""
    return hasattr(config, "workerinput")


def _unfit(item: pytest.Item, settings: Settings) -> str:
    """Why the test can't run in its mode; an empty text if it can."""
    mode = settings.mode
    if mode not in settings.modes:
        return f"it runs in {', '.join(settings.modes)} mode, and the mode is {mode}"
    uses_kit = "twilio_users" in getattr(item, "fixturenames", ())
    replayed = mode in (Mode.RECORD, Mode.REPLAY) and uses_kit
    if replayed and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return (
            f"a Hypothesis test, whose examples differ from run to run, and the mode is {mode}."
            f' It runs on the stub with @pytest.mark.{MARKER}(mode="stub")'
        )
    return ""


def _scope(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Scope:
    """The scope of a fixture, under the markers of its class or module, not of the test."""
    parameter = getattr(request, "param_index", 0)
    base = "" if is_installed(fixturedef.baseid) else fixturedef.baseid
    module, root = fixturedef.func.__module__, request.config.rootpath
    if (root / "__init__.py").exists():  # a checkout may be in a folder of any name
        module = module.removeprefix(f"{root.name}.")
    defined_in = f"{base} {module}"
    named = f"{fixturedef.argname}[{parameter}]"
    return Scope(
        f"{defined_in}::{named}",
        _settings(request.node),
        recorded_as=fixture_name(stable_name(request.node), f"{defined_in}::{named}"),
    )


def _settings(node: pytest.Item | pytest.Collector) -> Settings:
    """The run's settings with the node's markers over them, the closest marker last."""
    settings = node.config.stash[ISOLATION].settings
    for marker in reversed(list(node.iter_markers(MARKER))):
        source = f"@pytest.mark.{MARKER} of {node.nodeid}"
        if marker.args:
            raise pytest.UsageError(
                f"{source}: settings are given by name, such as strict=False; found {marker.args}."
            )
        try:
            settings = settings.changed(marker.kwargs, source=source)
        except SettingError as error:
            raise pytest.UsageError(str(error)) from None
    return settings


@contextmanager
def _told_by_the_report(item: pytest.Item) -> Iterator[None]:
    """A failure's report shows the exchanges with their violations: no need to tell them again."""
    try:
        yield
    except BaseException:
        handle = item.config.stash.get(HANDLE, None)
        if handle is not None:
            handle.take_complaint()
        raise


def _isolate_examples(config: pytest.Config) -> None:
    """Have each example of a Hypothesis test begin anew. Without Hypothesis there are none."""
    stash = config.stash
    if EXAMPLES in stash or HANDLE not in stash or "hypothesis" not in sys.modules:
        return

    def complain(example: Scope) -> None:
        __tracebackhide__ = True
        complaint = _complaint(stash[RUNNING], example)
        if complaint:
            raise ViolatedByExample(complaint)

    from pytest_twilio_users.scopes.examples import Examples

    stash[EXAMPLES] = Examples(stash[ISOLATION], complain=complain)
    stash[EXAMPLES].listen()


def _complain(item: pytest.Item) -> None:
    """Fail a test for what Twilio would not take as meant."""
    complaint = _complaint(item)
    if complaint:
        pytest.fail(complaint, pytrace=False)


def _complaint(item: pytest.Item, scope: Scope | None = None) -> str:
    """What Twilio would not take as meant. Of what was probably not meant there is a warning."""
    handle = item.config.stash.get(HANDLE, None)
    if handle is None:
        return ""
    complaint, warned = handle.take_complaint(scope)
    for sentence in warned:
        try:
            warnings.warn_explicit(sentence, KitWarning, str(item.path), _line(item))
        except KitWarning:  # the author made it an error
            complaint = "\n".join(filter(None, (complaint, sentence)))
    return complaint


def _line(item: pytest.Item) -> int:
    return (item.location[1] or 0) + 1
