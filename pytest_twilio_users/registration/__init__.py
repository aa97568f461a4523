"""Tells Hypothesis how to make the kit's types: `st.from_type(User)` works.

Hypothesis calls `register` when it is imported, by the entry point of this
project. So this imports little, and makes no strategy before one is asked for.
"""

from hypothesis import strategies as st

from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.contract.refusals import Refusal


def register() -> None:
    """Register a strategy for each of User, UserPage, PageMeta and Refusal."""
    st.register_type_strategy(User, _users)
    st.register_type_strategy(UserPage, _pages)
    st.register_type_strategy(PageMeta, _metas)
    st.register_type_strategy(Refusal, _refusals)


def _users(_: type[User]) -> st.SearchStrategy[User]:
    from pytest_twilio_users.strategies import users

    return users()


def _pages(_: type[UserPage]) -> st.SearchStrategy[UserPage]:
    from pytest_twilio_users.strategies import user_pages

    return user_pages()


def _metas(_: type[PageMeta]) -> st.SearchStrategy[PageMeta]:
    return _pages(UserPage).map(_meta_of)


def _meta_of(page: UserPage) -> PageMeta:
    return page.meta


def _refusals(_: type[Refusal]) -> st.SearchStrategy[Refusal]:
    from pytest_twilio_users.strategies import refusals

    return refusals()
