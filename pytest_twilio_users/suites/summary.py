"""The summary of a run: which promises held."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from pytest_twilio_users.contract.behaviours import Behaviour
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import counted
from pytest_twilio_users.settings import SETTINGS, Mode
from pytest_twilio_users.suites.broken_answers import BrokenAnswer
from pytest_twilio_users.suites.outcomes import Finding, Kind, answers
from pytest_twilio_users.suites.promises import OF_CLIENTS, OF_THE_STUB, PROMISES, UNASKED


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The result of all tests of a promise. `text` is what was seen, or why nothing was."""

    kind: Kind
    text: str = ""


Verdicts = Mapping[str, Verdict]

_ASKED = [kind for kind in Kind if kind is not Kind.SKIPPED]


def summarize(
    findings: Iterable[Finding],
    *,
    broken: Iterable[BrokenAnswer] = (),
    mode: Mode,
    host: str = "",
    ended: str = "",
) -> Iterator[str]:
    """Tell how many promises held, and name those that did not or were not reached.

    Args:
        findings: what each test found out about each of its promises.
        broken: what was wrong with answers besides, once for each test that met it.
        mode: who answered.
        host: in live and record, the host that did.
        ended: what ended the run before all tests were over.
    """
    verdicts = judge_all(findings)
    server = {name: verdict for name, verdict in verdicts.items() if name in PROMISES}
    client = {name: verdict for name, verdict in verdicts.items() if name in OF_CLIENTS}
    if ended:
        yield f"ENDED EARLY: {ended}"
    if server and host:
        for name in PROMISES:
            if name not in server and name not in OF_THE_STUB:
                why = UNASKED.get(name, "no test of it was selected")
                server[name] = Verdict(kind=Kind.SKIPPED, text=why)
        yield from _summarize_live(server, host)
    elif server:
        yield from _summarize_server(server, mode)
    yield from _tell_broken(broken, contradicted={*_of(server, Kind.CONTRADICTED)})
    if client:
        yield from _summarize_client(client)
    yield from _tell_not_reached(server | client)


def judge_all(findings: Iterable[Finding]) -> dict[str, Verdict]:
    """What all findings come to, by promise."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.promise].append(finding)
    contradicted = {
        name
        for name, each in found.items()
        if any(f.kind is Kind.CONTRADICTED or _refused(f) == name for f in each)
    }
    return {
        name: min(
            (_tell_verdict(finding, contradicted) for finding in each),
            key=lambda verdict: [*Kind].index(verdict.kind),
        )
        for name, each in found.items()
    }


def _tell_verdict(finding: Finding, contradicted: set[str]) -> Verdict:
    """Where an operation does not keep its own promise, the others were not asked about."""
    if finding.kind is not Kind.REFUSED:
        return Verdict(kind=finding.kind, text=finding.text)
    own = _refused(finding)
    if own in contradicted and own != finding.promise:
        return Verdict(kind=Kind.NOT_REACHED, text=f"see {own}")
    return Verdict(kind=Kind.CONTRADICTED, text=finding.text)


def _refused(finding: Finding) -> str | None:
    """What the operation promises that was not answered as it should be, if one was not."""
    operation = finding.text.partition(":")[0]
    return answers(operation) if finding.kind is Kind.REFUSED and operation in OPERATIONS else None


def _of(verdicts: Verdicts, *kinds: Kind) -> list[str]:
    return [name for name, verdict in verdicts.items() if verdict.kind in kinds]


def _summarize_server(verdicts: Verdicts, mode: Mode) -> Iterator[str]:
    held = Counter(PROMISES[name].evidence for name in _of(verdicts, Kind.HELD))
    asked = Counter(PROMISES[name].evidence for name in _of(verdicts, *_ASKED))
    for kind in Evidence:
        if asked[kind]:
            yield f"{kind:<12} {held[kind]:>3} of {asked[kind]:>3} held   ({kind.meaning})"
    note = ": what it does was not checked against Twilio" if mode is Mode.STUB else ""
    yield f"{'all':<12} {held.total():>3} of {asked.total():>3} held by the {mode}{note}"
    for name in _of(verdicts, Kind.CONTRADICTED):
        yield f"BROKEN {name}: {PROMISES[name].statement} ({PROMISES[name].evidence})"
        yield f"  Seen: {verdicts[name].text}"


def _summarize_live(verdicts: Verdicts, host: str) -> Iterator[str]:
    """Hold what the kit believes against what a server did."""
    columns = {
        "confirmed": _of(verdicts, Kind.HELD),
        "contradicted": _of(verdicts, Kind.CONTRADICTED),
        "not reached": _of(verdicts, Kind.NOT_REACHED, Kind.SKIPPED),
    }
    counts = {
        word: Counter(PROMISES[name].evidence for name in names) for word, names in columns.items()
    }
    known = {PROMISES[name].evidence for name in verdicts}
    for kind in filter(known.__contains__, Evidence):
        told = ", ".join(f"{count[kind]:>3} {word}" for word, count in counts.items())
        yield f"{kind:<12} {told}   ({kind.meaning})"
    told = ", ".join(f"{count.total():>3} {word}" for word, count in counts.items())
    yield f"{'all':<12} {told}, by {host}"
    for name in columns["contradicted"]:
        promise, seen = PROMISES[name], verdicts[name].text
        yield f"CONTRADICTED {name}: {promise.statement} ({promise.evidence})"
        yield f"  Seen: {seen}"
        yield f"  To change: {_change(promise, seen, host)}"


def _change(promise: Behaviour | Refusal, seen: str, host: str) -> str:
    """What has the stub do as the server did, or makes it known to those who can."""
    if isinstance(promise, Behaviour) and promise.setting:
        return f"the setting {SETTINGS[promise.setting].ini} changes what the stub does."
    kit = f"pytest-twilio-users {version('pytest-twilio-users')}"
    found = f"{promise.name} ({promise.evidence}), {kit}, {host}: {seen}"
    return f"there is no setting. Report this line in an issue of the kit: {found}"


def _summarize_client(verdicts: Verdicts) -> Iterator[str]:
    held, asked = len(_of(verdicts, Kind.HELD)), len(_of(verdicts, *_ASKED))
    yield f"{'client':<12} {held:>3} of {asked:>3} kept"
    for name in _of(verdicts, Kind.CONTRADICTED):
        promise = OF_CLIENTS[name]
        yield f"BROKEN {name}: {promise.statement}. {promise.reason}"


def _tell_broken(broken: Iterable[BrokenAnswer], *, contradicted: set[str]) -> Iterator[str]:
    """What was wrong with answers, each once, unless it is a contradicted promise's own."""
    found: dict[tuple[str, str], list[BrokenAnswer]] = defaultdict(list)
    for each in broken:
        if each.promise not in contradicted:
            found[each.rule].append(each)
    for first, *others in found.values():
        operations = ", ".join(sorted({each.operation for each in (first, *others)}))
        yield f"VIOLATION by {operations}: {first} ({counted(len(others) + 1, 'test')})"


def _tell_not_reached(verdicts: Verdicts) -> Iterator[str]:
    """The promises of which nothing was found out, by the reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for name in _of(verdicts, Kind.NOT_REACHED, Kind.SKIPPED):
        operation, _, rest = verdicts[name].text.partition(": ")
        reasons[rest if operation in OPERATIONS else verdicts[name].text].append(name)
    for reason, names in reasons.items():
        yield f"NOT REACHED {', '.join(names)}"
        yield f"  Because: {reason}"
