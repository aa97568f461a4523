"""Tests that ask for the kit late: by `request.getfixturevalue`, or `getfixture` in a doctest."""

from __future__ import annotations

from inspect import unwrap
from itertools import chain
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
    named = chain(_texts(parameters.values()), *map(_texts_of, functions))
    return any(text in _FIXTURES for text in named)


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


def _texts_of(function: Any) -> Iterator[str]:
    """The texts in a function, beneath what decorates it, and in those within it."""
    hypothesis = getattr(function, "hypothesis", None)
    inner = unwrap(getattr(hypothesis, "inner_test", function))
    plain = getattr(inner, "__func__", inner)
    code = getattr(plain, "__code__", None)
    if code is not None and not getattr(plain, "__module__", "").startswith(_KIT):
        yield from _texts(code.co_consts)
        yield from _texts(plain.__defaults__ or ())


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from _texts(value)
        elif hasattr(value, "co_consts"):
            yield from _texts(value.co_consts)
