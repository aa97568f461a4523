"""Finds what is wrong with cassettes, as if somebody had edited them by hand."""

from collections.abc import Collection, Iterator
from pathlib import Path

from pytest_twilio_users.cassettes.cassette import read_cassette
from pytest_twilio_users.cassettes.places import SESSION, split_name
from pytest_twilio_users.errors import CassetteError
from pytest_twilio_users.privacy.leaks import leaks


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
        except (AttributeError, KeyError, TypeError, ValueError):
            found = ["it is not as the kit writes it"]
        yield from (f"exchanges[{number}]: {leak}" for leak in found)
    if tests is not None and _is_orphan(cassette.name, tests):
        yield f"no test is called {cassette.name}"


def _is_orphan(name: str, tests: Collection[str]) -> bool:
    """Whether nobody would play it; of a fixture, whether no test is where it was set up."""
    node, fixture = split_name(name)
    if not fixture:
        return name not in tests
    return node != SESSION and not any(test.startswith(node) for test in tests)
