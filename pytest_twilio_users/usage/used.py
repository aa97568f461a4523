"""What a test used of Twilio's contract, as a value that JSON can hold."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

_MOST_VALUES = 20
"""How many values of a parameter are kept: the smallest ones, and the largest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationUse:
    """What was used of one operation. Names and counts: no value that may be somebody's.

    `calls` counts requests, `successes` those that were answered as the operation promises.
    `refusals` counts the other answers, by the name of their row in `REFUSALS`, or by status and
    code where no row is theirs ("418 50999"). `faults` counts the requests that met one, by name.
    `parameters` has each parameter that was sent, those of the path aside, by Twilio's names; with
    the values of numbers and booleans, as text, and with none of any other kind. `pages` counts
    the pages that were asked for beyond the first, `webhooks` the events that an application
    was to be told of, by name.

    `seen` counts the successes that the kit's own client read, and `fields` has the fields of
    those that the application read, such as "friendly_name", "users.sid", "meta.next_page_url".
    Both are empty unless the run writes a file of what was used. Of other clients' answers
    nobody sees what is read.
    """

    calls: int = 0
    successes: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: int = 0
    webhooks: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0
    fields: tuple[str, ...] = ()

    def __add__(self, other: Self) -> Self:
        """What both used."""
        sent, also = self.parameters, other.parameters
        return type(self)(
            calls=self.calls + other.calls,
            successes=self.successes + other.successes,
            refusals=_sum(self.refusals, other.refusals),
            faults=_sum(self.faults, other.faults),
            parameters={
                name: _outermost({*sent.get(name, ()), *also.get(name, ())})
                for name in sorted({**sent, **also})
            },
            pages=self.pages + other.pages,
            webhooks=_sum(self.webhooks, other.webhooks),
            seen=self.seen + other.seen,
            fields=tuple(sorted({*self.fields, *other.fields})),
        )

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave; of what a later kit adds nothing."""
        known = {each.name: found[each.name] for each in fields(cls)}
        sent = {name: tuple(values) for name, values in found["parameters"].items()}
        return cls(**{**known, "parameters": sent, "fields": tuple(found["fields"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a test used, with its subtests, examples and reruns; or a fixture that outlives tests.

    `name` is the test's node id; of a fixture "fixture people of tests.conftest". `mode` says who
    answered. `operations` has those that were called, by name, in the order of `OPERATIONS`; with
    no calls, one whose answer a wide fixture got and the test read.
    """

    name: str
    mode: str
    operations: Mapping[str, OperationUse]

    def to_json(self) -> dict[str, Any]:
        """The usage as JSON has it, by the names above."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave."""
        used = {name: OperationUse.from_json(use) for name, use in found["operations"].items()}
        return cls(name=found["name"], mode=found["mode"], operations=used)


def merged(usages: Iterable[Usage]) -> list[Usage]:
    """One usage for each name and mode, in the order of names."""
    found: dict[tuple[str, str], dict[str, OperationUse]] = {}
    for usage in usages:
        used = found.setdefault((usage.name, usage.mode), {})
        for operation, use in usage.operations.items():
            used[operation] = used.get(operation, OperationUse()) + use
    return [
        Usage(name=name, mode=mode, operations=dict(sorted(used.items())))
        for (name, mode), used in sorted(found.items())
    ]


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({**one, **other})}


def _outermost(values: set[str]) -> tuple[str, ...]:
    """Numbers in their order, or the smallest and the largest of them."""
    found = sorted(values, key=lambda value: (len(value), value))
    half = _MOST_VALUES // 2
    return (*found[:half], *found[half:][-half:])
