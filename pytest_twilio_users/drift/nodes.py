"""A place in an OpenAPI document, with its references followed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn
from urllib.parse import unquote

from pytest_twilio_users.errors import KitError, brief

_SOUGHT = object()
"""What stands for where a reference leads while it is looked up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The content of a file. `source` is its name in error messages."""

    content: object
    source: str
    # Where references lead. Each is looked up once: each may lead through many others, twice.
    _targets: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def root(self) -> "Node":
        """The whole of it."""
        return Node(self, self.content, "#")

    def complain(self, place: str, problem: str) -> NoReturn:
        """Say what is wrong at a place.

        Raises:
            KitError: always.
        """
        raise KitError(f"{self.source}: {place} {problem}.")

    def follow(self, value: Any, place: str) -> list[Any]:
        """What is said at a place: there, and where its reference leads, what is nearer first.

        Raises:
            KitError: a reference leads nowhere, to another file, or back to itself.
        """
        said: list[Any] = []
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            if reference in seen or self._targets.get(reference) is _SOUGHT:
                self.complain(place, f"refers to {brief(reference)}, which leads back to itself")
            seen.add(reference)
            said.append({name: part for name, part in value.items() if name != "$ref"})
            if reference not in self._targets:
                self._targets[reference] = _SOUGHT
                self._targets[reference] = self._target(reference, place)
            value = self._targets[reference]
        return [*said, value]

    def _target(self, reference: str, place: str) -> Any:
        file, _, pointer = reference.partition("#")
        if file:
            self.complain(
                place, f"refers to {brief(reference)}, another file: have both bundled into one"
            )
        first, *names = pointer.split("/")
        target = [self.content] if not first else []
        for step in names:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            target = [
                part
                for value in target[:1]
                for said in self.follow(value, place)
                for part in _part(said, name)
            ]
        if not target:
            self.complain(place, f"refers to {brief(reference)}, which is not there")
        return target[0]


class Node:
    """The value at a place of a document. References are followed when it is read."""

    def __init__(self, document: Document, here: object, place: str) -> None:
        self._document = document
        self._here = here
        self._place = place

    @property
    def value(self) -> Any:
        """As it stands there, None if nothing does. The same place has the same object."""
        return self._said[-1]

    def __getitem__(self, name: str) -> "Node":
        """What an object has by this name."""
        parts = (said[name] for said in self._objects() if name in said)
        return Node(self._document, next(parts, None), self._below(name))

    def __contains__(self, name: str) -> bool:
        """Whether an object has something by this name."""
        return any(name in said for said in self._objects())

    def names(self) -> list[str]:
        """The names of what an object has."""
        return list(dict.fromkeys(name for said in self._objects() for name in said))

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """What an object has, by name."""
        return ((name, self[name]) for name in self.names())

    def elements(self) -> Iterator["Node"]:
        """What a list has."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self._complain(self.value, "a list")
        for number, part in enumerate(self.value):
            yield Node(self._document, part, self._below(str(number)))

    def text(self) -> str:
        """The text that stands there."""
        if not isinstance(self.value, str):
            self._complain(self.value, "text")
        return self.value

    @cached_property
    def _said(self) -> list[Any]:
        return self._document.follow(self._here, self._place)

    def _objects(self) -> Iterator[dict[str, Any]]:
        for said in self._said:
            if isinstance(said, dict):
                yield said
            elif said is not None:
                self._complain(said, "an object")

    def _complain(self, found: object, expected: str) -> NoReturn:
        what = "is missing" if found is None else f"is {brief(found)}"
        self._document.complain(self._place, f"{what}; expected {expected}")

    def _below(self, name: str) -> str:
        return f"{self._place}/{name.replace('~', '~0').replace('/', '~1')}"


def _part(said: Any, name: str) -> list[Any]:
    """What an object has by a name, or a list by a number, if it does."""
    if isinstance(said, dict) and name in said:
        return [said[name]]
    if isinstance(said, list) and re.fullmatch("[0-9]{1,9}", name):
        return said[int(name) :][:1]
    return []
