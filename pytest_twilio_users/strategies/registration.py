"""Tells Hypothesis how to make the kit's types: `st.from_type(User)` works.

Hypothesis calls `register` when it is imported, by the entry point of this project, in
runs that never use the kit, too. So this imports no type, and makes no strategy before one
is asked for.
"""

from collections.abc import Callable
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.contract.arrivals import await_types

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_STRATEGIES: dict[str, Callable[[ModuleType], "SearchStrategy[Any]"]] = {
    "User": lambda kit: kit.users(),
    "UserPage": lambda kit: kit.user_pages(),
    "PageMeta": lambda kit: kit.user_pages().map(attrgetter("meta")),
    "Refusal": lambda kit: kit.refusals(),
}


def register() -> None:
    """Register a strategy for each type of the contract that is imported, now or later."""
    await_types(_register)


def _register(kind: type) -> None:
    from hypothesis import strategies as st

    def strategy(_: type) -> "SearchStrategy[Any]":
        from pytest_twilio_users import strategies as kit

        return _STRATEGIES[kind.__name__](kit)

    st.register_type_strategy(kind, strategy)
