"""Tests that ask for the kit late: by `request.getfixturevalue`, or `getfixture` in a doctest."""

from __future__ import annotations

from functools import lru_cache
from inspect import unwrap
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.plugin import fixtures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from pytest_twilio_users.scopes.isolation import Isolation

_FIXTURES = frozenset(name for name in vars(fixtures) if name.startswith("twilio_user"))
"""What a test names that is going to use the kit."""
_KIT = "pytest_twilio_users."


def asks_late(item: pytest.Item) -> bool:
    """Whether a test has the means to ask late, and names a fixture of the kit in its code."""
    example: Any = getattr(item, "dtest", None)  # of a doctest
    if example is not None:
        sources = "".join(part.source for part in example.examples)
        return "getfixture" in sources and any(name in sources for name in _FIXTURES)
    if "request" not in getattr(item, "fixturenames", ()):
        return False
    info: Any = getattr(item, "_fixtureinfo", None)  # with the test's fixtures, whose code may ask
    definitions = info.name2fixturedefs.values() if info is not None else ()
    functions = [getattr(item, "obj", None), *(each[-1].func for each in definitions if each)]
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return not _FIXTURES.isdisjoint(_texts(parameters.values())) or any(
        _names_the_kit(getattr(function, "__func__", function)) for function in functions
    )


def note_late_askers(handle: pytest.FixtureDef[Any], isolation: Isolation) -> None:
    """Have whoever asks for the handle use the kit: once it is there, pytest calls no hook."""
    if "execute" in vars(handle):
        return
    execute = handle.execute

    def execute_and_use(request: Any) -> Any:
        value = execute(request)
        isolation.use()
        return value

    handle.execute = execute_and_use  # type: ignore[method-assign]  # of this fixture only


@lru_cache(maxsize=4096)  # fixtures are those of many tests
def _names_the_kit(function: Any) -> bool:
    """Whether a function, beneath what decorates it, names a fixture of the kit in a text."""
    hypothesis = getattr(function, "hypothesis", None)
    plain = unwrap(getattr(hypothesis, "inner_test", function))
    code = getattr(plain, "__code__", None)
    if code is None or plain.__module__.startswith(_KIT):
        return False
    return not _FIXTURES.isdisjoint(_texts((*code.co_consts, *(plain.__defaults__ or ()))))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from _texts(value)
        elif hasattr(value, "co_consts"):
            yield from _texts(value.co_consts)
