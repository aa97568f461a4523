"""Collects from reports what tests found out about promises."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.plugin.marker import MARKER, PROMISE
from pytest_twilio_users.plugin.skips import reason_of
from pytest_twilio_users.plugin.stash import ASKED, ENDED, ENGINE, HOLDING, RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pytest

    from pytest_twilio_users.suites.broken_answers import BrokenAnswer
    from pytest_twilio_users.suites.outcomes import Finding
    from pytest_twilio_users.wire.journal import Exchange

FOUND = "twilio_users_found"

_OUTCOMES = ("passed", "failed", "skipped")  # a test that is run again has one more


def note_finding(
    report: pytest.TestReport,
    item: pytest.Item,
    error: BaseException,
    *,
    recent: Sequence[Exchange],
    hide: Callable[[str], str],
) -> None:
    """Have a report say what an error means for the promises; end a run that can't go on."""
    promises = promises_in(item.user_properties)
    if not promises or report.when == "teardown":
        return
    from pytest_twilio_users.suites.outcomes import Kind, judge
    from pytest_twilio_users.suites.promises import OF_CLIENTS
    from pytest_twilio_users.wire.secrecy import hide_secrets

    kind, text = judge(error, recent[-1] if len(recent) else None)
    if report.when == "setup":  # nothing was asked yet
        kind = Kind.NOT_REACHED
    elif not OF_CLIENTS.keys().isdisjoint(promises):  # a client's own errors break them
        kind = Kind.CONTRADICTED
    shown = hide_secrets(hide(text), item.config.stash[HOLDING].secrets)
    report.user_properties.append((FOUND, (str(kind), shown)))
    if isinstance(error, KitError) and error.ends_run:
        item.session.shouldstop = hide(str(error))


def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> list[str] | None:
    """Say where an answer differs, by its stand-ins; the contract suite has the found one left."""
    item, engine = config.stash.get(RUNNING, None), config.stash.get(ENGINE, None)
    if op != "==" or item is None or engine is None or not engine.private:
        return None
    from pytest_twilio_users.suites.differences import difference
    from pytest_twilio_users.suites.promises import PROMISES

    if PROMISES.keys().isdisjoint(promises_in(item.user_properties)):
        return None
    return [difference(left, right, hide=engine.hide)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Remember what is asked about, in case that the run does not come to it."""
    asked = {item.nodeid: promises_in(item.user_properties) for item in session.items}
    session.config.stash[ASKED] = {test: names for test, names in asked.items() if names}


def note_end(session: pytest.Session) -> None:
    """Remember why the run ends before all tests are over, if somebody wished so."""
    xdist: Any = session.config.pluginmanager.get_plugin("dsession")
    why = session.shouldfail or session.shouldstop or getattr(xdist, "shouldstop", "")
    if why:
        session.config.stash.setdefault(ENDED, str(why))


def findings(
    reports: Iterable[pytest.TestReport], config: pytest.Config, *, interrupted: bool
) -> tuple[list[Finding], list[BrokenAnswer], str]:
    """What all tests found out, what was wrong with answers, and what ended the run early."""
    asked: dict[str, tuple[str, ...]] = config.stash.get(ASKED, {})
    left = dict(asked)
    reports = [
        each for each in reports if promises_in(each.user_properties) and each.outcome in _OUTCOMES
    ]
    if not left and not reports:
        return [], [], ""
    from pytest_twilio_users.suites.broken_answers import VIOLATION, BrokenAnswer
    from pytest_twilio_users.suites.outcomes import Finding, Kind

    found: list[Finding] = []
    broken: set[tuple[str, BrokenAnswer]] = set()
    for report in reports:
        for kind, text in verdicts_in(report):
            left.pop(report.nodeid, None)
            found += [
                Finding(promise=name, kind=Kind(kind), text=text)
                for name in promises_in(report.user_properties)
            ]
        for value in _noted(report.user_properties, VIOLATION):
            broken.add((report.nodeid, BrokenAnswer.from_property(value)))
    ended = config.stash.get(ENDED, "it was interrupted") if left or interrupted else ""
    found += [
        Finding(promise=name, kind=Kind.NOT_REACHED, text=ended)
        for names in left.values()
        for name in names
    ]
    return found, [each for _, each in sorted(broken, key=str)], ended


def count_kinds(
    reports: Iterable[pytest.TestReport], config: pytest.Config, *, interrupted: bool
) -> dict[str, int]:
    """How many promises held, were contradicted and so on; those that were asked about."""
    found, _, _ = findings(reports, config, interrupted=interrupted)
    if not found:
        return {}
    from pytest_twilio_users.suites.summary import judge_all

    return Counter(str(verdict.kind) for verdict in judge_all(found).values())


def readable(noted: Any) -> Any:
    """What a report notes, as people read it."""
    match noted:
        case (str(name), value) if name.startswith(MARKER):  # else the kit may not be used at all
            from pytest_twilio_users.suites.broken_answers import VIOLATION, BrokenAnswer

            return name, str(BrokenAnswer.from_property(value)) if name == VIOLATION else value
        case _:
            return noted


def verdicts_in(report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    """What a phase of a test found out, in which words, if it tells anything."""
    noted = [*_noted(report.user_properties, FOUND)]
    if noted:
        yield from noted
    elif report.skipped:
        yield "skipped", reason_of(report)
    elif report.when == "call":
        yield "held", ""


def promises_in(properties: Sequence[object]) -> tuple[str, ...]:
    """The promises that a test is about."""
    if not properties:
        return ()
    return tuple(name for name in _noted(properties, PROMISE) if isinstance(name, str))


def _noted(properties: Sequence[object], key: str) -> Iterator[Any]:
    """What the kit noted by a key. Beside it stands what others note, in any form."""
    for each in properties:
        match each:
            case (str(name), value) if name == key:
                yield value
            case _:
                pass
