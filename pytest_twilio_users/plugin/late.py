"""Tests that ask for the kit late: by `request.getfixturevalue`, or `getfixture` in a doctest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pytest_twilio_users.scopes.isolation import Isolation

_STEM = "twilio_user"
"""What the names of the kit's fixtures begin with."""


def asks_late(item: pytest.Item) -> bool:
    """Whether a test has the means to ask late, and names a fixture of the kit in its code."""
    example: Any = getattr(item, "dtest", None)  # of a doctest
    if example is not None:
        sources = "".join(part.source for part in example.examples)
        return "getfixture" in sources and _STEM in sources
    if "request" not in getattr(item, "fixturenames", ()):
        return False
    function = getattr(item, "obj", None)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and any(name.startswith(_STEM) for name in _texts(code))


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


def _texts(code: Any) -> Iterator[str]:
    """The texts in a function, and in those within it."""
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif hasattr(constant, "co_consts"):
            yield from _texts(constant)
