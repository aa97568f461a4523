"""Gathers what a live account's answers were like: how long they took, where they differ."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import printable
from pytest_twilio_users.report.document import Difference, Latency
from pytest_twilio_users.wire.answers import check_hidden, check_response
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Live
from pytest_twilio_users.wire.violations import Severity

_MOST_DIFFERENCES = 500
_MOST_TESTS = 20
"""How many are kept, with how many of the tests that met each."""

_IN_A_LIST = re.compile(r"^/users/\d+(?=/|$)")

_Row = tuple[str, str, str, str, str]
"""Severity, operation, place, what was found, what the kit knows."""


class LiveAnswers:
    """The answers that one process saw, or all of a run's. Threads may add to it."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._tests: dict[_Row, list[str]] = {}
        self._lock = Lock()

    def note(self, test: str, exchange: Exchange) -> None:
        """Note an exchange, if an account, and no fault, answered what an operation asks for."""
        who, response = exchange.request.answered_by, exchange.response
        if exchange.operation is None or response is None or not isinstance(who, Live):
            return
        if exchange.fault is not None:
            return
        operation = OPERATIONS[exchange.operation]
        differs = bool(check_response(operation, response))
        with self._lock:
            self._seconds[operation.name].append(who.seconds)
            for each in check_hidden(operation, exchange) if differs else ():
                place = printable(_IN_A_LIST.sub("/users/…", each.pointer)) or "body"
                severity, found = each.severity.name.lower(), printable(each.found)
                self._keep((severity, operation.name, place, found, each.allowed), [test])

    def hear(self, told: dict[str, Any]) -> None:
        """Add what another process told by `to_json`."""
        for operation, seconds in told["seconds"].items():
            self._seconds[operation] += seconds
        for row, tests in told["differences"]:
            self._keep(tuple(row), tests)

    def to_json(self) -> dict[str, Any]:
        """What can be told to another process."""
        return {"seconds": dict(self._seconds), "differences": [*map(list, self._tests.items())]}

    def latencies(self) -> Iterator[Latency]:
        """How long answers took, in the order of the table of operations."""
        for name in OPERATIONS:
            if name in self._seconds:
                yield Latency(operation=name, seconds=tuple(sorted(self._seconds[name])))

    def differences(self) -> Iterator[Difference]:
        """Where answers were not as the kit knows Twilio's, the worst first."""
        for (severity, operation, place, found, known), tests in sorted(
            self._tests.items(), key=lambda kept: (-Severity[kept[0][0].upper()], kept)
        ):
            yield Difference(
                severity=severity,
                operation=operation,
                place=place,
                found=found,
                known=known,
                tests=tuple(tests),
            )

    def _keep(self, row: _Row, tests: Iterable[str]) -> None:
        if row in self._tests or len(self._tests) < _MOST_DIFFERENCES:
            known = self._tests.setdefault(row, [])
            known += [test for test in tests if test not in known][: _MOST_TESTS - len(known)]
