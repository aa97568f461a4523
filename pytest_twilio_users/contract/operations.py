"""The ten operations, each with its parameters."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from pytest_twilio_users.contract.arguments import as_text
from pytest_twilio_users.contract.fields import Kind
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import InvalidArgument, brief, known_names

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Action(StrEnum):
    """What an operation does, whichever service it is for."""

    CREATE = "create"
    DELETE = "delete"
    FETCH = "fetch"
    LIST = "list"
    UPDATE = "update"


class Part(StrEnum):
    """The part of a request that carries a parameter."""

    PATH = "path"
    QUERY = "query"
    FORM = "form"
    HEADER = "header"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One input of an operation.

    `name` is Twilio's, `argument` the client's. `minimum` and `maximum` are the
    bounds of a number, `max_length` counts characters, `max_bytes` UTF-8 bytes.
    """

    name: str
    argument: str
    part: Part
    kind: Kind = Kind.TEXT
    required: bool = False
    sid: SidKind | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One of the ten: its name, request and success."""

    name: OperationName
    action: Action
    method: str
    path: str
    status: int
    parameters: tuple[Parameter, ...]
    twilio_type: str | None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in ("GET", "DELETE")

    def in_part(self, part: Part) -> tuple[Parameter, ...]:
        """The parameters that travel in one part of the request."""
        return tuple(parameter for parameter in self.parameters if parameter.part is part)

    def __str__(self) -> str:
        return self.name


SERVICE_SID = Parameter(
    name="ChatServiceSid",
    argument="chat_service_sid",
    part=Part.PATH,
    kind=Kind.SID,
    sid=SidKind.SERVICE,
    required=True,
)
# A User's SID or its identity: any text.
USER = Parameter(name="Sid", argument="sid", part=Part.PATH, required=True)
LONGEST_IDENTITY = LONGEST_FRIENDLY_NAME = 256
IDENTITY = Parameter(
    name="Identity",
    argument="identity",
    part=Part.FORM,
    required=True,
    max_length=LONGEST_IDENTITY,
)
FRIENDLY_NAME = Parameter(
    name="FriendlyName",
    argument="friendly_name",
    part=Part.FORM,
    max_length=LONGEST_FRIENDLY_NAME,
)
MOST_ATTRIBUTES = 16_384
ATTRIBUTES = Parameter(
    name="Attributes",
    argument="attributes",
    part=Part.FORM,
    kind=Kind.JSON_OBJECT,
    max_bytes=MOST_ATTRIBUTES,
)
ROLE_SID = Parameter(
    name="RoleSid", argument="role_sid", part=Part.FORM, kind=Kind.SID, sid=SidKind.ROLE
)
WEBHOOK_ENABLED = Parameter(
    name="X-Twilio-Webhook-Enabled",
    argument="x_twilio_webhook_enabled",
    part=Part.HEADER,
    kind=Kind.BOOLEAN,
)
BOOLEANS = ("true", "false")
"""The text of a boolean parameter."""
# Twilio's documents said 1000 until 2025-06-12 and say 50 since then.
LARGEST_PAGE = 50
DEFAULT_PAGE_SIZE = 50
PAGE_SIZE = Parameter(
    name="PageSize",
    argument="page_size",
    part=Part.QUERY,
    kind=Kind.INTEGER,
    minimum=1,
    maximum=LARGEST_PAGE,
)
PAGE = Parameter(name="Page", argument="page", part=Part.QUERY, kind=Kind.INTEGER, minimum=0)
PAGE_TOKEN = Parameter(name="PageToken", argument="page_token", part=Part.QUERY)

# Which names are reserved is a guess.
RESERVED_IDENTITIES = ("system",)

_USER_INPUT = (FRIENDLY_NAME, ATTRIBUTES, ROLE_SID)
_ACTIONS = {
    # action: method, about one user, status, parameters besides those of the path
    Action.CREATE: ("POST", False, 201, (IDENTITY, *_USER_INPUT, WEBHOOK_ENABLED)),
    Action.DELETE: ("DELETE", True, 204, (WEBHOOK_ENABLED,)),
    Action.FETCH: ("GET", True, 200, ()),
    Action.LIST: ("GET", False, 200, (PAGE_SIZE, PAGE, PAGE_TOKEN)),
    Action.UPDATE: ("POST", True, 200, (*_USER_INPUT, WEBHOOK_ENABLED)),
}


def operation_name(action: str, *, in_service: bool) -> OperationName:
    """The name of the operation that does this in a named service, or in the default one."""
    name = f"{action}_service_user" if in_service else f"{action}_user"
    return cast("OperationName", name)


def _operation(action: Action, *, in_service: bool) -> Operation:
    method, about_one_user, status, parameters = _ACTIONS[action]
    path = ("/v1/Services/{ChatServiceSid}" if in_service else "/v1") + "/Users"
    types = {
        Action.DELETE: None,
        Action.LIST: "ListServiceUserResponse" if in_service else "ListUserResponse",
    }
    user_type = "ConversationsV1ServiceServiceUser" if in_service else "ConversationsV1User"
    return Operation(
        name=operation_name(action, in_service=in_service),
        action=action,
        method=method,
        path=path + ("/{Sid}" if about_one_user else ""),
        status=status,
        parameters=(
            *((SERVICE_SID,) if in_service else ()),
            *((USER,) if about_one_user else ()),
            *parameters,
        ),
        twilio_type=types.get(action, user_type),
    )


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        _operation(action, in_service=in_service)
        for action in Action
        for in_service in (True, False)
    )
}
"""The ten operations by name, such as "create_service_user"."""


def known_operation(operation: object) -> Operation:
    """The operation of a name, or the operation itself.

    Raises:
        InvalidArgument: there is none.
    """
    if isinstance(operation, Operation):
        return operation
    name = as_text(operation) or ""
    if name not in OPERATIONS:
        raise InvalidArgument(
            f"{brief(operation)} is not an operation.{known_names(name, OPERATIONS)}"
        )
    return OPERATIONS[name]


def known_action(action: str) -> Action:
    """The action of a name, or the action itself.

    Raises:
        InvalidArgument: there is none.
    """
    text = as_text(action) or ""
    try:
        return Action(text)
    except ValueError:
        told = f"{brief(action)} is not an action.{known_names(text, Action)}"
        raise InvalidArgument(told) from None
