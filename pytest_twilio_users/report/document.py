"""What a report tells of a run: one value, JSON as it is page."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from statistics import median, quantiles

from pytest_twilio_users.suites.outcomes import Kind
from pytest_twilio_users.usage.used import OperationUse

FORMAT = 1
"""The version of the JSON's form."""

BEGINS = b'{\n "format": '
"""How the JSON begins."""


class Outcome(StrEnum):
    """The outcome of a test. Of several (phases, subtests) the first in this list counts.

    ERROR: its setup or teardown failed, or its file could not be read.
    """

    FAILED = "failed"
    ERROR = "error"
    PASSED = "passed"
    XPASSED = "xpassed"
    XFAILED = "xfailed"
    SKIPPED = "skipped"

    @property
    def is_bad(self) -> bool:
        """Whether it fails the run."""
        return self in (Outcome.FAILED, Outcome.ERROR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One exchange of a failing test: the request and its result.

    Everything is text as it may be shown. `came` is the status with a refusal's code and
    message, or why there was no answer; `why` is what `exchange.explain()` tells.
    """

    number: int
    subject: str
    asked: str
    sent: Mapping[str, str]
    sent_from: str
    status: int | None
    came: str
    fault: str
    violations: tuple[str, ...]
    answer: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """How one phase of a test, or one of its subtests, failed.

    `turns` are its last exchanges, `left_out` counts those before; `more` is what else pytest
    tells, such as what was printed, by title.
    """

    when: str
    message: str
    text: str
    turns: tuple[Turn, ...] = ()
    left_out: int = 0
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """One test, its phases, subtests and reruns together.

    `calls` counts the requests for each operation; `reruns` how often it was run again.
    """

    name: str
    outcome: Outcome
    seconds: float
    calls: Mapping[str, int]
    reruns: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeUse:
    """What was used of the operations in one mode; `tests` counts those that called each."""

    mode: str
    tests: Mapping[str, int]
    operations: Mapping[str, OperationUse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What a suite's tests found out about one promise; `evidence` is empty for a client's."""

    name: str
    statement: str
    evidence: str
    result: Kind
    seen: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One way in which answers of an account were not as the kit knows, with its tests."""

    severity: str
    operation: str
    place: str
    found: str
    known: str
    tests: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Latency:
    """How long an operation's answers took on a live account, in seconds, shortest first."""

    operation: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half of the answers came sooner."""
        return median(self.seconds)

    @property
    def ninety_fifth(self) -> float:
        """19 of 20 answers came sooner."""
        some = self.seconds * 2  # of one, too, quantiles can be told
        return quantiles(some, n=20, method="inclusive")[-1]

    @property
    def longest(self) -> float:
        """The answer that took the longest."""
        return self.seconds[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A whole run.

    `project` is the name of its folder, `began` the moment in UTC, `versions` are those of what
    ran it by name; `host` is who answered in live and record. `ended` tells what ended the run
    early, if something did; `relied` how much was used of what is relied on.
    """

    project: str
    began: str
    seconds: float
    mode: str
    host: str
    ended: str
    versions: Mapping[str, str]
    tests: tuple[Test, ...]
    relied: str
    uses: tuple[ModeUse, ...]
    promises: tuple[Promise, ...] = ()
    differences: tuple[Difference, ...] = ()
    latencies: tuple[Latency, ...] = ()

    def to_json(self) -> str:
        """The same for machines, in ASCII."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"
