"""Tells Hypothesis how to make the kit's types: `st.from_type(User)` works.

Hypothesis calls `register` when it is imported, by the entry point of this
project. So this imports little, and makes no strategy before one is asked for.
"""

from operator import attrgetter
from types import ModuleType

from hypothesis import strategies as st

from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.contract.refusals import Refusal


def register() -> None:
    """Register a strategy for each of User, UserPage, PageMeta and Refusal."""
    st.register_type_strategy(User, lambda _: _kit().users())
    st.register_type_strategy(UserPage, lambda _: _kit().user_pages())
    st.register_type_strategy(PageMeta, lambda _: _kit().user_pages().map(attrgetter("meta")))
    st.register_type_strategy(Refusal, lambda _: _kit().refusals())


def _kit() -> ModuleType:
    from pytest_twilio_users import strategies

    return strategies
