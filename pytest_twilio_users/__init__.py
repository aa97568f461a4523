"""A stateful fake of Twilio's Conversations users for pytest.

The names below are imported when they are first used, so that importing the
package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_twilio_users.client import AsyncUsersClient, TwilioApiError, UsersClient
    from pytest_twilio_users.contract.literals import ModeName, OperationName, RefusalName
    from pytest_twilio_users.contract.models import PageMeta, User, UserPage
    from pytest_twilio_users.errors import (
        ContractViolated,
        InvalidArgument,
        KitError,
        KitWarning,
        UnansweredRequest,
    )
    from pytest_twilio_users.handle.twilio_users import TwilioUsers
    from pytest_twilio_users.state.checkpoint import Checkpoint
    from pytest_twilio_users.wire.journal import Exchange, Journal
    from pytest_twilio_users.wire.webhook import Webhook

__all__ = [
    "AsyncUsersClient",
    "Checkpoint",
    "ContractViolated",
    "Exchange",
    "InvalidArgument",
    "Journal",
    "KitError",
    "KitWarning",
    "ModeName",
    "OperationName",
    "PageMeta",
    "RefusalName",
    "TwilioApiError",
    "TwilioUsers",
    "UnansweredRequest",
    "User",
    "UserPage",
    "UsersClient",
    "Webhook",
]

__version__ = "0.1.0"

_MODULES = {
    "AsyncUsersClient": "client",
    "Checkpoint": "state.checkpoint",
    "ContractViolated": "errors",
    "Exchange": "wire.journal",
    "InvalidArgument": "errors",
    "Journal": "wire.journal",
    "KitError": "errors",
    "KitWarning": "errors",
    "ModeName": "contract.literals",
    "OperationName": "contract.literals",
    "PageMeta": "contract.models",
    "RefusalName": "contract.literals",
    "TwilioApiError": "client",
    "TwilioUsers": "handle.twilio_users",
    "UnansweredRequest": "errors",
    "User": "contract.models",
    "UserPage": "contract.models",
    "UsersClient": "client",
    "Webhook": "wire.webhook",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
