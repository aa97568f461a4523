"""What a test used of Twilio's contract, as a value that JSON can hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
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
    """

    calls: int = 0
    successes: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: int = 0
    webhooks: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        """What both used."""
        return type(self)(
            **{
                each.name: _add(getattr(self, each.name), getattr(other, each.name))
                for each in fields(self)
            }
        )

    def to_json(self) -> dict[str, Any]:
        """The use as JSON has it, by the names above."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave."""
        sent = {name: tuple(values) for name, values in found["parameters"].items()}
        return cls(**{**found, "parameters": sent})


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a test used, with its subtests, examples and reruns; or a fixture that outlives tests.

    `name` is the test's node id; of a fixture "fixture people of tests.conftest". `mode` says who
    answered. `operations` has those that were called, by name, in the order of `OPERATIONS`.
    """

    name: str
    mode: str
    operations: Mapping[str, OperationUse]

    def to_json(self) -> dict[str, Any]:
        """The usage as JSON has it."""
        used = {name: use.to_json() for name, use in self.operations.items()}
        return {"name": self.name, "mode": self.mode, "operations": used}

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


def _add(one: Any, other: Any) -> Any:
    """Counts add up, of values each is kept once."""
    if isinstance(one, int):
        return one + other
    if isinstance(one, tuple):
        values = sorted({*one, *other}, key=lambda value: (len(value), value))
        half = _MOST_VALUES // 2
        return tuple(values if len(values) <= _MOST_VALUES else values[:half] + values[-half:])
    return {
        name: _add(one[name], other[name]) if name in one and name in other else value
        for name, value in sorted({**one, **other}.items())
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return list(value) if isinstance(value, tuple) else value
