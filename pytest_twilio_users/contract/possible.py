"""What tests can meet at each operation."""

from collections.abc import Mapping
from functools import cache
from typing import get_args

from pytest_twilio_users.contract.literals import FaultName
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    OPERATIONS,
    PAGE,
    PAGE_SIZE,
    PAGE_TOKEN,
    ROLE_SID,
    SERVICE_SID,
    USER,
    WEBHOOK_ENABLED,
    Action,
    Operation,
    Part,
)
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.contract.webhooks import EVENTS
from pytest_twilio_users.errors import brief, known_names

SUCCESS = "success"
PAGES = "pages"
"""Pages beyond the first."""

_REFUSED_FOR: Mapping[str, tuple[str, ...]] = {
    SERVICE_SID.name: ("not_found",),
    USER.name: ("not_found",),
    IDENTITY.name: (
        *("identity_taken", "identity_missing", "identity_empty", "identity_too_long"),
        *("identity_like_sid", "identity_reserved"),
    ),
    FRIENDLY_NAME.name: ("friendly_name_too_long",),
    ATTRIBUTES.name: ("attributes_not_json", "attributes_no_object", "attributes_too_long"),
    ROLE_SID.name: ("role_sid_malformed", "role_unknown"),
    WEBHOOK_ENABLED.name: ("webhook_enabled_malformed",),
    PAGE_SIZE.name: ("page_size_malformed",),
    PAGE.name: ("page_malformed",),
    PAGE_TOKEN.name: ("page_token_unknown",),
}
"""The refusals that a parameter's value can meet."""


@cache
def refusals_of(operation: Operation) -> tuple[str, ...]:
    """The names of the refusals that what is asked for can meet.

    Those of credentials, limits and outages are no operation's own: any request can.
    """
    found = (name for each in operation.parameters for name in _REFUSED_FOR[each.name])
    return tuple(dict.fromkeys(found))


@cache
def parameters_of(operation: Operation) -> tuple[str, ...]:
    """Twilio's names of the parameters, those of the path aside, which each request has."""
    return tuple(each.name for each in operation.parameters if each.part is not Part.PATH)


@cache
def events_of(operation: Operation) -> tuple[str, ...]:
    """The events that an application is told of."""
    return tuple(each.name for each in EVENTS.values() if each.action is operation.action)


@cache
def possible_at(operation: Operation) -> tuple[str, ...]:
    """All that tests can be expected to meet at an operation, each by its name."""
    return (
        SUCCESS,
        *refusals_of(operation),
        *parameters_of(operation),
        *((PAGES,) if operation.action is Action.LIST else ()),
        *events_of(operation),
    )


def require_possible(name: object) -> None:
    """See that a text names an operation, or something that can be met there.

    `create_user`, `create_user.identity_taken`, `list_user.PageSize`, `list_user.pages`,
    `create_user.onUserAdded`, `create_user.answer_lost`.

    Raises:
        ValueError: it does not.
    """
    if not isinstance(name, str):
        raise ValueError(f"{brief(name)} is not text.")
    operation, dot, part = name.partition(".")
    if operation not in OPERATIONS:
        raise ValueError(
            f"{brief(operation)} is not an operation.{known_names(operation, OPERATIONS)}"
        )
    known = possible_at(OPERATIONS[operation])
    more = {*REFUSALS, *get_args(FaultName)}
    if dot and part not in {*known, *more}:
        raise ValueError(
            f"{brief(part)} is nothing that {operation} has.{known_names(part, known)}"
            " Besides: any refusal, any fault."
        )
