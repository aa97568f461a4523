"""Arguments of the client's operations."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from pytest_twilio_users.contract.operations import PAGE, PAGE_SIZE
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.strategies.names import friendly_names, identities
from pytest_twilio_users.strategies.titles import made_once, titled
from pytest_twilio_users.strategies.user_attributes import attributes

Arguments = dict[str, Any]

_ABSENT = object()


def _arguments(
    required: Mapping[str, st.SearchStrategy[Any]], optional: Mapping[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Arguments]:
    """Each optional one may be absent, and is so in the simplest dictionary."""
    # Hypothesis's own `optional` does not always shrink to the one key that matters.
    absent = st.just(_ABSENT)
    drawn = {name: absent | strategy for name, strategy in optional.items()}
    return st.fixed_dictionaries({**required, **drawn}).map(_present)


def _present(drawn: Arguments) -> Arguments:
    return {name: value for name, value in drawn.items() if value is not _ABSENT}


def webhook_enabled() -> st.SearchStrategy[bool]:
    """False or True. The client also accepts the texts "true" and "false".

    >>> @given(webhook_enabled())
    ... def test_webhooks_are_on_or_off(enabled):
    ...     assert enabled in (False, True)
    """
    return st.booleans()


def create_parameters(
    *, role_sids: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[Arguments]:
    """Keyword arguments of `create_user`: identity, with any of the others.

    Args:
        role_sids: the strategy for `role_sid`. Without it no role is drawn, as
            Twilio refuses unknown roles.

    >>> @given(create_parameters())
    ... def test_an_identity_is_required(parameters):
    ...     assert parameters["identity"]
    """
    return _user_input("create_parameters", _role_sids(role_sids))


def update_parameters(
    *, role_sids: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[Arguments]:
    """Keyword arguments of `update_user` besides the user: any of them, or none.

    Args:
        role_sids: as for `create_parameters`.

    >>> @given(update_parameters(role_sids=role_sids()))
    ... def test_an_identity_stays(parameters):
    ...     assert "identity" not in parameters
    """
    return _user_input("update_parameters", _role_sids(role_sids))


@made_once
def list_parameters() -> st.SearchStrategy[Arguments]:
    """Keyword arguments of `list_user` for the first page: page_size from 1 to 50, page, or none.

    >>> @given(list_parameters())
    ... def test_a_page_has_room(parameters):
    ...     assert parameters.get("page_size", 50) >= 1
    """
    page_sizes = st.integers(PAGE_SIZE.minimum, PAGE_SIZE.maximum)
    pages = st.integers(PAGE.minimum, 1000)
    return _arguments({}, {PAGE_SIZE.argument: page_sizes, PAGE.argument: pages})


def _role_sids(given: object) -> st.SearchStrategy[str] | None:
    if given is None or isinstance(given, st.SearchStrategy):
        return given
    raise InvalidArgument(
        f"role_sids={brief(given)} is not a strategy: give one, such as"
        " role_sids=st.sampled_from([...])."
    )


@lru_cache(maxsize=64)
def _user_input(
    title: str, role_sids: st.SearchStrategy[str] | None
) -> st.SearchStrategy[Arguments]:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "friendly_name": friendly_names(),
        "attributes": attributes(),
        "x_twilio_webhook_enabled": webhook_enabled(),
    }
    if role_sids is not None:
        optional["role_sid"] = role_sids
    required = {"identity": identities()} if title == "create_parameters" else {}
    return titled(title, _arguments(required, optional))
