"""Hypothesis strategies for users, what they are made of, and Twilio's answers.

    from pytest_twilio_users import strategies as twilio_st

Calling one twice gives the same strategy: it costs nothing. The names below are imported
when they are first used: Hypothesis imports this package for its `registration`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_twilio_users.strategies.answering import answers
    from pytest_twilio_users.strategies.attributing import (
        attributes,
        attributes_text,
        invalid_attributes_text,
    )
    from pytest_twilio_users.strategies.breaking import BrokenAnswer, broken_answers
    from pytest_twilio_users.strategies.naming import (
        HAZARDS,
        friendly_names,
        identities,
        invalid_identities,
    )
    from pytest_twilio_users.strategies.parameters import (
        create_parameters,
        list_parameters,
        update_parameters,
        webhook_enabled,
    )
    from pytest_twilio_users.strategies.refusing import Invalid, refusals
    from pytest_twilio_users.strategies.resources import user_pages, users
    from pytest_twilio_users.strategies.sids import account_sids, role_sids, service_sids, user_sids

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

_MODULES = {
    "BrokenAnswer": "breaking",
    "HAZARDS": "naming",
    "Invalid": "refusing",
    "account_sids": "sids",
    "answers": "answering",
    "attributes": "attributing",
    "attributes_text": "attributing",
    "broken_answers": "breaking",
    "create_parameters": "parameters",
    "friendly_names": "naming",
    "identities": "naming",
    "invalid_attributes_text": "attributing",
    "invalid_identities": "naming",
    "list_parameters": "parameters",
    "refusals": "refusing",
    "role_sids": "sids",
    "service_sids": "sids",
    "update_parameters": "parameters",
    "user_pages": "resources",
    "user_sids": "sids",
    "users": "resources",
    "webhook_enabled": "parameters",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
