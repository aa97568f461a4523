"""Reports of tests: last exchanges, no private value, a skip where a run has no default service."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.errors import DefaultServiceRefused, ExampleViolatedContract
from pytest_twilio_users.plugin.findings import note_finding
from pytest_twilio_users.plugin.skips import note_skip
from pytest_twilio_users.plugin.stash import BESIDE, CHANGES, ENGINE, HOLDING, OUTCOMES, RUN
from pytest_twilio_users.plugin.strictness import place_of

if TYPE_CHECKING:
    import warnings
    from collections.abc import Callable, Generator, Iterator, Sequence

    from pytest_twilio_users.handle.engine import Engine
    from pytest_twilio_users.wire.journal import Exchange

_MORE = "To see why each got its answer: print(twilio_users.journal.explain())"
_SAME = r"(?m)assert (.+) == \1$|^(E +)- (.+)\n\2\+ \3$"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell in the report of a module why its import may have failed."""
    report = yield
    call: Any = vars(report).get("call")
    if report.failed and call is not None and call.excinfo is not None:
        from pytest_twilio_users.plugin.credentials import TITLE, explain_import

        why = explain_import(call.excinfo.value, collector.config)
        report.sections += [(TITLE, why)] if why else []
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failing test's last exchanges."""
    report = yield
    if call.when == "call":  # once for each subtest, and for the test at last
        expected = hasattr(report, "wasxfail")
        item.stash.setdefault(OUTCOMES, []).append("passed" if expected else report.outcome)
    engine = item.config.stash.get(ENGINE, None)
    run = item.config.stash[RUN]
    is_told = call.excinfo is not None or report.failed
    if not is_told and run is None and (engine is None or not engine.private):
        return report
    error = None if call.excinfo is None else call.excinfo.value
    refused = None if error is None else _default_service_refused(error)
    if refused is not None:
        report.outcome = "skipped"
        report.longrepr = (*place_of(item), f"Skipped: {refused}")
    if isinstance(error, ExampleViolatedContract):
        # Its traceback leads through Hypothesis alone.
        text = "\n".join([str(error), *getattr(error, "__notes__", ())])
        failure = pytest.fail.Exception(text, pytrace=False).with_traceback(error.__traceback__)
        report.longrepr = item.repr_failure(pytest.ExceptionInfo.from_exception(failure))
    hide = engine.hide if engine is not None else run.hide if run is not None else str
    recent: Sequence[Exchange] = engine.recent if engine is not None else ()
    if report.failed:
        _tell_beside(report, item, shown=hide(str(error)))
        if engine is not None:
            report.sections += _sections(engine, item.config)
    if error is not None and refused is None and not isinstance(error, pytest.skip.Exception):
        note_finding(report, item, error, recent=recent, hide=hide)
    if run is not None and engine is not None:
        setattr(report, CHANGES, engine.changes_sent)
    if run is not None or (engine is not None and engine.private):
        _hide_private(report, hide, call.excinfo)
    note_skip(report, item)
    return report


def _sections(engine: Engine, config: pytest.Config) -> Iterator[tuple[str, str]]:
    """What the kit tells of a failure, without what any exchange of it was authorized with.

    An application that lost a secret may have sent it as any value.
    """
    if engine.recent_plans:
        yield "Twilio Users: plan", "\n".join(engine.recent_plans)
    if not len(engine.recent):
        return
    from pytest_twilio_users.plugin.credentials import TITLE, explain_exchanges
    from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_among

    borne = (each.request.authorization for each in engine.recent)
    secrets = secrets_among(borne, config.stash[HOLDING].secrets)
    exchanges = f"{engine.recent.table(lines=True)}\n{_MORE}"
    hooks = "\n".join(hook.with_traceback() for hook in engine.recent_webhooks)
    yield "Twilio Users: last exchanges", hide_secrets(exchanges, secrets)
    if hooks:
        yield "Twilio Users: last webhooks", hide_secrets(hooks, secrets)
    if why := explain_exchanges(engine.recent, config):
        yield TITLE, why


def _tell_beside(report: pytest.TestReport, item: pytest.Item, *, shown: str) -> None:
    """Say once what a test that passes would be warned of, if the failure does not say it."""
    beside = [sentence for sentence in item.stash.get(BESIDE, ()) if sentence not in shown]
    if beside:
        report.sections.append(("Twilio Users: warnings", "\n".join(beside)))
        item.stash[BESIDE] = []


class LaterReports:
    """Hides private values in what pytest tells besides the reports of tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Before others see it: what the subtest printed, and what it is called."""
        context, engine = getattr(report, "context", None), self._config.stash.get(ENGINE, None)
        if context is None or engine is None or not engine.private:
            return
        report.sections = [(title, engine.hide(text)) for title, text in report.sections]
        named = {name: engine.hide(str(value)) for name, value in context.kwargs.items()}
        # pytest's subtest context is frozen, and nobody else can reach what it prints.
        object.__setattr__(context, "kwargs", named)
        object.__setattr__(context, "msg", context.msg and engine.hide(context.msg))

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Before others see it: what anybody warned of while the test ran."""
        engine = self._config.stash.get(ENGINE, None)
        if engine is not None and engine.private:
            warning_message.message = engine.hide(str(warning_message.message))


def _hide_private(
    report: pytest.TestReport,
    hide: Callable[[str], str],
    raised: pytest.ExceptionInfo[BaseException] | None,
) -> None:
    """Hide private values, whatever the outcome: pytest tells of tests that passed, too."""
    if isinstance(report.longrepr, tuple):  # skipped: where, and why
        path, line, reason = report.longrepr
        report.longrepr = (path, line, hide(reason))
    elif report.longrepr is not None:
        report.longrepr = _hidden(report.longrepr, hide, raised)
    if hasattr(report, "wasxfail"):
        report.wasxfail = hide(report.wasxfail)
    report.sections = [(title, hide(text)) for title, text in report.sections]


def _hidden(
    shown: object, hide: Callable[[str], str], raised: pytest.ExceptionInfo[BaseException] | None
) -> Any:
    """A failure's text; with what was raised, for the line of the short summary."""
    text, crash = _marked(hide(str(shown))), getattr(shown, "reprcrash", None)
    if raised is None or crash is None:
        return text
    failure: Any = raised.getrepr(style="native")
    del failure.reprtraceback.reprentries[1:]
    failure.reprtraceback.reprentries[0].lines[:] = [f"{text}\n"]
    failure.reprtraceback.extraline = None
    message = crash.message.removeprefix(f"{raised.type.__module__}.")  # the line is short
    failure.reprcrash = replace(crash, message=_marked(hide(message)))
    return failure


def _marked(text: str) -> str:
    """The text, with a remark where two sides of a comparison look the same."""
    return re.sub(_SAME, r"\g<0>  (what differs is hidden, or cut)", text)


def _default_service_refused(error: BaseException) -> DefaultServiceRefused | None:
    """The error itself, or the first of a group that is of such errors alone, as of async tasks."""
    if isinstance(error, BaseExceptionGroup):
        found = [_default_service_refused(each) for each in error.exceptions]
        return found[0] if all(found) else None
    return error if isinstance(error, DefaultServiceRefused) else None
