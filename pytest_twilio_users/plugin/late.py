"""Tests that ask for the kit late: by `request.getfixturevalue`, or `getfixture` in a doctest."""

from __future__ import annotations

from functools import lru_cache
from inspect import unwrap
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.plugin import fixtures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_twilio_users.scopes.isolation import Isolation

_FIXTURES = frozenset(name for name in vars(fixtures) if name.startswith("twilio_user"))
"""What a test names that is going to use the kit."""
_KIT = "pytest_twilio_users."


def asks_late(item: pytest.Item) -> bool:
    """Whether a test has the means to ask late, and names a fixture of the kit in its code."""
    if isinstance(item, pytest.DoctestItem):
        sources = "".join(part.source for part in item.dtest.examples)
        return "getfixture" in sources and any(name in sources for name in _FIXTURES)
    if "request" not in getattr(item, "fixturenames", ()):
        return False
    info: Any = getattr(item, "_fixtureinfo", None)  # with the test's fixtures, whose code may ask
    definitions = info.name2fixturedefs.values() if info is not None else ()
    functions = [getattr(item, "obj", None), *(each[-1].func for each in definitions if each)]
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return any(map(_names_the_kit, functions)) or not _FIXTURES.isdisjoint(
        _texts(parameters.values())
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


def _plain(found: Any) -> FunctionType | None:
    """The function beneath what decorates it, if it is one. Not to be sure of it is no error."""
    try:
        hypothesis = getattr(found, "hypothesis", None)
        plain = unwrap(getattr(hypothesis, "inner_test", found))
        plain = getattr(plain, "__func__", plain)
    except Exception:  # somebody else's object, which may answer as it likes
        return None
    return plain if type(plain) is FunctionType else None


def _names_the_kit(found: Any) -> bool:
    """Whether a function, or a method, names a fixture of the kit in a text."""
    function = found.__func__ if type(found) is MethodType else found
    if type(function) is FunctionType:
        return _remembered(function)
    return _is_named_in(_plain(function))


@lru_cache(maxsize=4096)  # fixtures are those of many tests
def _remembered(function: FunctionType) -> bool:
    return _is_named_in(_plain(function))


def _is_named_in(function: FunctionType | None) -> bool:
    if function is None or str(function.__module__).startswith(_KIT):
        return False
    constants = function.__code__.co_consts
    return not _FIXTURES.isdisjoint(_texts((*constants, *(function.__defaults__ or ()))))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    """The texts among values and in tuples, by what they are: they may be somebody else's."""
    left = [*values]
    while left:
        value = left.pop()
        kind = type(value)
        if issubclass(kind, str):
            yield str.__str__(value)
        elif issubclass(kind, tuple):
            left += tuple.__iter__(value)
        elif issubclass(kind, frozenset):
            left += frozenset.__iter__(value)
        elif kind is CodeType:
            left += value.co_consts
