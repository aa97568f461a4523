"""Hypothesis strategies for users, their fields, Twilio's answers, plans of faults.

    from pytest_twilio_users import strategies as twilio_st

Two calls with the same arguments give the same strategy.

The names are imported when they are first used: Hypothesis loads `registration` whenever it
is imported itself, and that is to cost nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.extras import require

if TYPE_CHECKING:
    from pytest_twilio_users.strategies.bad_days import fault_plans
    from pytest_twilio_users.strategies.hazards import HAZARDS
    from pytest_twilio_users.strategies.ids import account_sids, role_sids, service_sids, user_sids
    from pytest_twilio_users.strategies.invalid import Invalid, refusals
    from pytest_twilio_users.strategies.names import friendly_names, identities, invalid_identities
    from pytest_twilio_users.strategies.near_misses import BrokenAnswer, broken_answers
    from pytest_twilio_users.strategies.parameters import (
        create_parameters,
        list_parameters,
        update_parameters,
        webhook_enabled,
    )
    from pytest_twilio_users.strategies.resources import user_pages, users
    from pytest_twilio_users.strategies.successes import answers
    from pytest_twilio_users.strategies.user_attributes import (
        attributes,
        attributes_text,
        invalid_attributes_text,
    )

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

__all__ = [
    "HAZARDS",
    "BrokenAnswer",
    "Invalid",
    "account_sids",
    "answers",
    "attributes",
    "attributes_text",
    "broken_answers",
    "create_parameters",
    "fault_plans",
    "friendly_names",
    "identities",
    "invalid_attributes_text",
    "invalid_identities",
    "list_parameters",
    "refusals",
    "role_sids",
    "service_sids",
    "update_parameters",
    "user_pages",
    "user_sids",
    "users",
    "webhook_enabled",
]

_NAMES = {
    "bad_days": ("fault_plans",),
    "hazards": ("HAZARDS",),
    "ids": ("account_sids", "role_sids", "service_sids", "user_sids"),
    "invalid": ("Invalid", "refusals"),
    "names": ("friendly_names", "identities", "invalid_identities"),
    "near_misses": ("BrokenAnswer", "broken_answers"),
    "parameters": ("create_parameters", "list_parameters", "update_parameters", "webhook_enabled"),
    "resources": ("user_pages", "users"),
    "successes": ("answers",),
    "user_attributes": ("attributes", "attributes_text", "invalid_attributes_text"),
}


require("hypothesis", asked=__name__)


def __getattr__(name: str) -> Any:
    for module, names in _NAMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
