"""Short names of strategies: in Hypothesis's own words some would take pages."""

from typing import TypeVar

from hypothesis import strategies as st

ValueT = TypeVar("ValueT")


def titled(title: str, strategy: st.SearchStrategy[ValueT]) -> st.SearchStrategy[ValueT]:
    """The same strategy, whose repr is the title and `()`.

    Hypothesis warns of a repr that is very long, which fails a test where
    warnings are errors.
    """

    def make(draw: st.DrawFn) -> ValueT:
        return draw(strategy)

    make.__name__ = make.__qualname__ = title
    return st.composite(make)()
