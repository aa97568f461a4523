"""Gives strategies a short repr, as Hypothesis's own may take pages."""

from collections.abc import Callable
from copy import copy
from functools import cache, wraps
from typing import TypeVar

from hypothesis import strategies as st

ValueT = TypeVar("ValueT")


def titled(title: str, strategy: st.SearchStrategy[ValueT]) -> st.SearchStrategy[ValueT]:
    """The same strategy, whose repr is the title and `()`.

    Hypothesis warns of a repr that is very long, which fails a test where
    warnings are errors. A failing test shows the value, and not how it was made.
    """

    def make(draw: st.DrawFn) -> ValueT:
        return copy(draw(strategy))  # Hypothesis remembers how it made the original

    make.__name__ = make.__qualname__ = title
    return st.composite(make)()


def made_once(
    make: Callable[[], st.SearchStrategy[ValueT]],
) -> Callable[[], st.SearchStrategy[ValueT]]:
    """Make a strategy when it is first asked for; its title is the name of the function."""

    @cache
    @wraps(make)
    def made() -> st.SearchStrategy[ValueT]:
        return titled(make.__name__, make())

    return made
