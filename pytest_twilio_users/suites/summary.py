"""How a run ends: which promises held, those of a server by their evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pytest_twilio_users.contract.behaviours import Behaviour
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.settings import SETTINGS, Mode
from pytest_twilio_users.suites.promises import CLIENT_PROMISES, PROMISES

Held = Mapping[str, bool | None]
"""Whether each promise held, by name; None where that was not found out."""


def summarize(
    results: Iterable[tuple[str, bool | None]], *, mode: Mode, host: str = ""
) -> Iterator[str]:
    """Tell how many promises held, and name those that did not.

    Args:
        results: a promise's name and whether a test of it passed, for each test;
            None for an error before or after the test.
        mode: who answered.
        host: in live and record, the host that did.
    """
    found: dict[str, set[bool | None]] = defaultdict(set)
    for name, passed in results:
        found[name].add(passed)
    held = {
        name: next(verdict for verdict in (False, None, True) if verdict in verdicts)
        for name, verdicts in found.items()
    }
    by_server = {name: ok for name, ok in held.items() if name in PROMISES}
    by_client = {name: ok for name, ok in held.items() if name in CLIENT_PROMISES}
    if by_server and host:
        yield from _summarize_live(by_server, host)
    elif by_server:
        yield from _summarize_server(by_server, mode)
    if by_client:
        yield from _summarize_client(by_client)
    undecided = list(held.values()).count(None)
    if undecided:
        yield f"{undecided} not found out: an error before or after their tests, see above"


def _summarize_server(held: Held, mode: Mode) -> Iterator[str]:
    evidence = {name: PROMISES[name].evidence for name in held}
    proven = Counter(evidence[name] for name, ok in held.items() if ok)
    asked = Counter(evidence.values())
    for kind in Evidence:
        if asked[kind]:
            yield f"{kind:<12} {proven[kind]:>3} of {asked[kind]:>3} held   ({kind.meaning})"
    note = ": what it does was not checked against Twilio" if mode is Mode.STUB else ""
    yield f"{'all':<12} {proven.total():>3} of {asked.total():>3} held by the {mode}{note}"
    for name, ok in held.items():
        if ok is False:
            yield f"BROKEN {name}: {PROMISES[name].statement} ({evidence[name]})"


def _summarize_live(held: Held, host: str) -> Iterator[str]:
    """Hold what the kit believes against what a server did."""
    known = Counter(promise.evidence for promise in PROMISES.values())
    found = {
        verdict: Counter(PROMISES[name].evidence for name, ok in held.items() if ok is verdict)
        for verdict in (True, False)
    }
    for kind in (*filter(known.get, Evidence), None):
        confirmed, contradicted, all_known = (
            counts.total() if kind is None else counts[kind]
            for counts in (found[True], found[False], known)
        )
        yield (
            f"{kind or 'all':<12} {confirmed:>3} confirmed, {contradicted:>3} contradicted,"
            f" {all_known - confirmed - contradicted:>3} not reached"
            + (f"   ({kind.meaning})" if kind else f", by {host}")
        )
    for name, ok in held.items():
        if ok is False:
            promise = PROMISES[name]
            yield f"CONTRADICTED {name}: {promise.statement} ({promise.evidence})"
            yield f"  To change: {_change(promise)}"


def _change(promise: Behaviour | Refusal) -> str:
    """What has to be changed for the stub to do as the server did."""
    if isinstance(promise, Behaviour) and promise.setting:
        return f"the setting {SETTINGS[promise.setting].ini} has the stub do otherwise."
    table = "behaviours" if isinstance(promise, Behaviour) else "refusals"
    return f"the row {promise.name!r} of contract/{table}.py, and what state/ does."


def _summarize_client(held: Held) -> Iterator[str]:
    yield f"{'client':<12} {list(held.values()).count(True):>3} of {len(held):>3} kept"
    for name, ok in held.items():
        if ok is False:
            promise = CLIENT_PROMISES[name]
            yield f"BROKEN {name}: {promise.statement}. {promise.reason}"
