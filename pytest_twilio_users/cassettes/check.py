"""Finds private values or broken contents in cassettes."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pytest_twilio_users.cassettes.cassette import NOT_THE_KITS, read_cassette
from pytest_twilio_users.cassettes.places import SESSION, split_name
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import CassetteError
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.restoring import restore_request, restore_response
from pytest_twilio_users.privacy.stand_ins import is_stand_in
from pytest_twilio_users.privacy.unification import Meanings


def check(folder: Path, *, tests: Collection[str] | None = None) -> Iterator[str]:
    """Find private values, cassettes that can't be read, and orphans; other files may be there.

    Args:
        folder: where the cassettes are.
        tests: the node ids of all tests; None: their cassettes are not looked for.
    """
    if not folder.is_dir():
        yield f"{folder}: there is no such folder"
    for path in sorted(folder.rglob("*.json")):
        yield from (f"{path}: {problem}" for problem in _problems(path, folder, tests))


def _problems(path: Path, folder: Path, tests: Collection[str] | None) -> Iterator[str]:
    try:
        cassette = read_cassette(path, folder=folder)
    except CassetteError as error:
        yield str(error)
        return
    for number, exchange in enumerate(cassette.exchanges):
        try:
            found = leaks(exchange.request, exchange.response)
        except NOT_THE_KITS:
            found = ["it is not as the kit writes it"]
        yield from (f"exchanges[{number}]: {leak}" for leak in found)
    if tests is not None and _is_orphan(cassette.name, tests):
        yield f"there is no test {cassette.name}"


def _is_orphan(name: str, tests: Collection[str]) -> bool:
    """Whether nobody would play it; of a fixture, whether no test is where it was set up."""
    node, fixture = split_name(name)
    if not fixture:
        return name not in tests
    return node != SESSION and not any(test.startswith(node) for test in tests)


def leaks(request: JsonObject, response: JsonObject) -> list[str]:
    """What may be private in an exchange, each with what was found; nothing, if all is well.

    The messages are written as the test would see them and described again: what is
    private then has to be a stand-in, and what is not described has no place there.
    """
    finder = _Finder()
    description = Description(text=finder.text, number=finder.number, written=lambda _: 1)
    asked = restore_request(request, Meanings(), origin=DEFAULT_ORIGIN)
    answered = restore_response(response, Meanings(), origin=DEFAULT_ORIGIN)
    found = [*_undescribed(request, description.request(asked), "request")]
    found += _undescribed(response, description.response(answered), "response")
    return list(dict.fromkeys([*finder.found, *found]))


class _Finder:
    """Leaves private values as they are, and notes those that are no stand-ins."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def text(self, value: str) -> str:
        if value and not is_stand_in(value):
            self._find(value)
        return value

    def number(self, value: float) -> float:
        if not is_stand_in(value):
            self._find(value)
        return value

    def _find(self, value: Any) -> None:
        self.found.append(f"{value!r} is not a stand-in")


def _undescribed(hidden: JsonObject, described: JsonObject, where: str) -> Iterator[str]:
    """What no description has, such as a header that is never recorded."""
    for key, value in hidden.items():
        if key not in described:
            yield f"{where}.{key} is never recorded"
        elif key == "operation" and value != described[key]:
            yield f"{where}.operation is {value!r}, but the request asks for {described[key]}"
        elif key == "headers":
            for name in value.keys() - described[key].keys():
                yield (
                    f"{where}.headers.{name} is a header that is never recorded, or not with this"
                    " value"
                )
