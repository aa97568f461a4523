"""How much of Twilio's operations the tests of a run used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Self

from pytest_twilio_users.contract.operations import OPERATIONS, Action, Operation
from pytest_twilio_users.contract.possible import (
    PAGES,
    SUCCESS,
    events_of,
    parameters_of,
    possible_at,
    refusals_of,
)
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.usage.used import OperationUse, Usage

_WIDTHS = {
    "operation": -19,
    "calls": 5,
    "success": 7,
    "refusals": 8,
    "parameters": 10,
    "pages": 5,
    "webhooks": 8,
    "faults": 6,
}
"""A line of a terminal has room for them."""

COLUMNS = (*_WIDTHS,)

_WIDTH = 95


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the table, and whether it shows a gap."""

    text: str
    gap: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What tests used of each operation, by mode, and of the parts that are relied on.

    `used` is by mode and operation, `total` by operation, whoever answered. `relied` has the names
    of what is relied on by operation, in the order of `possible_at`.
    """

    used: Mapping[str, Mapping[str, OperationUse]]
    total: Mapping[str, OperationUse]
    relied: Mapping[str, tuple[str, ...]]
    named: tuple[str, ...]

    @classmethod
    def of(cls, usages: Iterable[Usage], *, relies_on: tuple[str, ...] = ()) -> Self:
        """Hold what was used against what is relied on: what was called, if nothing is named."""
        used: dict[str, dict[str, OperationUse]] = {}
        total: defaultdict[str, OperationUse] = defaultdict(OperationUse)
        for usage in usages:
            of_mode = used.setdefault(usage.mode, {})
            for name, use in usage.operations.items():
                of_mode[name] = of_mode.get(name, OperationUse()) + use
                total[name] += use
        relied: dict[str, tuple[str, ...]] = {}
        for name in relies_on or [each for each in OPERATIONS if total[each].calls]:
            operation, _, part = name.partition(".")
            parts = (part,) if part else _expected(OPERATIONS[operation], used)
            relied[operation] = tuple(dict.fromkeys((*relied.get(operation, ()), *parts)))
        return cls(used=used, total=total, relied=relied, named=relies_on)

    @property
    def gaps(self) -> dict[str, tuple[str, ...]]:
        """What is relied on and was not used, by operation."""
        left = {
            name: tuple(part for part in parts if part not in met_in(self.total[name]))
            for name, parts in self.relied.items()
        }
        return {name: parts for name, parts in left.items() if parts}

    @property
    def asked(self) -> int:
        """How much is relied on."""
        return sum(map(len, self.relied.values()))

    @property
    def met(self) -> int:
        """How much of it was used."""
        return self.asked - sum(map(len, self.gaps.values()))

    @property
    def percentage(self) -> int:
        """The same of a hundred, rounded down; 0 where nothing is relied on."""
        return 100 * self.met // self.asked if self.asked else 0

    def table(self, mode: str) -> Iterator[Line]:
        """The operations, one line each, as they were used in a mode."""
        yield Line(text=_row(COLUMNS))
        yield from (Line(text=_row(cells), gap=gap) for cells, gap in self.rows(mode))

    def rows(self, mode: str) -> Iterator[tuple[list[str], bool]]:
        """The cells of each operation, by `COLUMNS` or fewer, and whether there is a gap."""
        for operation in OPERATIONS.values():
            use = self.used.get(mode, {}).get(operation.name, OperationUse())
            yield [*map(str, _cells(operation, use, mode))], not use.successes

    def names(self) -> Iterator[Line]:
        """What was used of each operation, and what of it is missing, by name."""
        gaps = self.gaps
        for name in OPERATIONS:
            use = self.total[name]
            if use.calls:
                yield from _listed(f"{name} used", tell_use(use))
            if name in gaps:
                yield from _listed(f"{name} GAPS", gaps[name], gap=True)

    def summary(self) -> Line:
        """How much of what is relied on was used."""
        if not self.asked:
            return Line(text="No test called an operation.", gap=True)
        whose = f"what is relied on: {', '.join(self.named)}"
        if not self.named:
            whose = "what can be met at the operations that were called"
        text = f"{self.percentage} % ({self.met} of {self.asked}) of {whose}"
        return Line(text=text, gap=bool(self.gaps))


def met_in(use: OperationUse) -> set[str]:
    """The names of all that was met of an operation."""
    met = {*use.refusals, *use.parameters, *use.webhooks, *use.faults}
    return met | ({SUCCESS} if use.successes else set()) | ({PAGES} if use.pages else set())


def _expected(operation: Operation, modes: Iterable[str]) -> tuple[str, ...]:
    """What can be met; of webhooks the stub alone knows."""
    unknown = () if Mode.STUB in modes else events_of(operation)
    return tuple(part for part in possible_at(operation) if part not in unknown)


def _cells(operation: Operation, use: OperationUse, mode: str) -> Iterator[object]:
    yield operation
    if not use.calls:
        yield "-"
        yield "never called"
        return
    yield use.calls
    yield use.successes
    yield _share(use.refusals, refusals_of(operation))
    yield _share(use.parameters, parameters_of(operation))
    yield use.pages if operation.action is Action.LIST else "-"
    yield _share(use.webhooks, events_of(operation) if mode == Mode.STUB else ())
    yield sum(use.faults.values()) or "-"


def _share(used: Iterable[str], possible: tuple[str, ...]) -> str:
    """How many of those that are possible; more may have been met."""
    return f"{len({*used} & {*possible})}/{len(possible)}" if possible else "-"


def _row(cells: Iterable[object]) -> str:
    placed = zip(cells, _WIDTHS.values(), strict=False)
    return " ".join(f"{cell!s:{'<' if width < 0 else '>'}{abs(width)}}" for cell, width in placed)


def tell_use(use: OperationUse) -> Iterator[str]:
    """What was met, with how often where that is counted."""
    counted = {SUCCESS: use.successes, **use.refusals, PAGES: use.pages, **use.webhooks}
    for name, count in {**counted, **use.faults}.items():
        if count:
            yield f"{name} {count}"
    yield from use.parameters


def _listed(subject: str, names: Iterable[str], *, gap: bool = False) -> Iterator[Line]:
    text = f"{subject}: {', '.join(names)}"
    for line in wrap(text, _WIDTH, subsequent_indent="    ", break_on_hyphens=False):
        yield Line(text=line, gap=gap)
