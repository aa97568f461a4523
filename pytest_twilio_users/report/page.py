"""Renders a report as one HTML file: the one door of Jinja2, which is optional."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.possible import events_of, parameters_of, refusals_of
from pytest_twilio_users.errors import counted, cut, printable_lines
from pytest_twilio_users.report.document import Document, Latency, Outcome, Promise, Test
from pytest_twilio_users.suites.outcomes import Kind

_LONGEST_NAME = 500
_ROOM_FOR_FAILURES = 400_000
_ROOM_FOR_TESTS = 3_500_000
"""Bytes of HTML: of failing tests with their exchanges; of the list of all tests."""

_MOST_FAILURES = 5
_SLOWEST = 10
_MOST_DOTS = 200
"""How many are shown: failures of one test, whose subtests may fail each; slowest tests; requests
of an operation in the plot."""


def render(run: Document, *, beside: str) -> str:
    """Give the page; `beside` is the name of the JSON file that holds all of it.

    What the page has no room for is left out, and the page says how much that is.
    """
    get = _environment(beside=beside, most=_MOST_FAILURES, operations=OPERATIONS).get_template
    tests = sorted(run.tests, key=lambda test: not test.failures)  # those of a kind as they began
    failing = [test for test in tests if test.failures]
    articles = _fit(get("failing.html").render, failing, room=_ROOM_FOR_FAILURES)
    rows = _fit(get("row.html").render, tests, room=_ROOM_FOR_TESTS, linked=articles.keys())
    tally = Counter(test.outcome for test in run.tests)
    return get("page.html").render(
        run=run,
        headline=_headline(tally),
        tally={outcome: tally[outcome] for outcome in Outcome if tally[outcome]},
        sections=_sections(run, failing=len(failing)),
        missing=list(_missing(run)),
        articles=articles.values(),
        articles_left=len(failing) - len(articles),
        rows=rows.values(),
        rows_left=len(tests) - len(rows),
        slowest=sorted(tests, key=lambda test: -test.seconds)[:_SLOWEST],
        scale=max((latency.longest for latency in run.latencies), default=0),
    )


def _fit(
    render_one: Callable[..., str],
    tests: Sequence[Test],
    *,
    room: int,
    linked: Collection[int] = (),
) -> dict[int, Markup]:
    """What of the tests there is room for, by their number."""
    found = {}
    for number, test in enumerate(tests, start=1):
        text = render_one(test=test, number=number, linked=linked)
        size = len(text.encode())
        if size <= room:
            room -= size
            found[number] = Markup(text)  # noqa: S704  # the template's own
    return found


def _headline(tally: Mapping[Outcome, int]) -> str:
    bad = sum(count for outcome, count in tally.items() if outcome.is_bad)
    if bad:
        return f"{bad} of {counted(sum(tally.values()), 'test')} failed"
    return f"{counted(tally.get(Outcome.PASSED, 0), 'test')} passed"


def _sections(run: Document, *, failing: int) -> dict[str, str]:
    """The title of each section that there is, by its anchor."""
    titles = {
        "failing": "Failing tests" if failing else "",
        "operations": "Operations",
        "promises": "Promises" if run.promises else "",
        "drift": "Drift" if run.latencies else "",
        "latency": "Latency" if run.latencies else "",
        "slowest": "Slowest tests" if run.tests else "",
        "tests": "All tests" if run.tests else "",
    }
    return {anchor: title for anchor, title in titles.items() if title}


def _missing(run: Document) -> Iterator[str]:
    if not run.promises:
        yield "promises, as no test of the contract, client or resilience suite ran"
    if not run.latencies:
        yield "drift and latency, which a live run shows"


# What the templates make of values.


def _shown(value: Any) -> Any:
    """Each text as a page may show it: no control, no mark that turns what stands beside it."""
    return printable_lines(value.expandtabs(4)) if type(value) is str else value


def _seconds(value: float) -> str:
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.2f} s"
    return f"{value // 60:.0f} min {value % 60:.0f} s"


def _times(counts: Mapping[str, int]) -> list[str]:
    """Each name, with how often if that is more than once."""
    return [f"{name} \u00d7{count:,}" if count > 1 else name for name, count in counts.items()]


def _share(value: float, of: float) -> str:
    """Per cent."""
    return f"{100 * value / of:.2f}" if of else "0"


def _dots(latency: Latency, scale: float) -> list[str]:
    """Where requests are in the plot, in per cent: of many, evenly chosen ones."""
    step = -(-len(latency.seconds) // _MOST_DOTS)
    return list(dict.fromkeys(_share(each, scale) for each in latency.seconds[::step]))


def _without(possible: Iterable[str], used: Collection[str]) -> list[str]:
    """The gaps: what is possible and was not used."""
    return [name for name in possible if name not in used]


def _by_result(promises: Sequence[Promise]) -> dict[Kind, list[Promise]]:
    """The promises that each result has, the worst first."""
    found = {kind: [each for each in promises if each.result is kind] for kind in Kind}
    return {kind: each for kind, each in found.items() if each}


def _by_evidence(promises: Sequence[Promise]) -> dict[Evidence, tuple[int, int]]:
    """How many of each evidence held, of how many that were asked about."""
    held = Counter(each.evidence for each in promises if each.result is Kind.HELD)
    asked = Counter(each.evidence for each in promises if each.result is not Kind.SKIPPED)
    return {kind: (held[kind], asked[kind]) for kind in Evidence if asked[kind]}


def _csp_hash(content: str) -> str:
    """What allows this style or script, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _environment(**known: object) -> Environment:
    environment = Environment(
        loader=PackageLoader("pytest_twilio_users.report"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "counted": counted,
        "cut": partial(cut, longest=_LONGEST_NAME),
        "seconds": _seconds,
        "times": _times,
        "share": _share,
        "dots": _dots,
        "by_result": _by_result,
        "by_evidence": _by_evidence,
        "without": _without,
        "refusals_of": refusals_of,
        "parameters_of": parameters_of,
        "events_of": events_of,
        "csp_hash": _csp_hash,
    }
    environment.globals |= known
    return environment
