"""The table of neighbours: resources that applications often use beside users.

They are loose. Paths, prefixes of SIDs, keys of lists, names of fields, and what is there where
nothing is sent, are those of Twilio's OpenAPI file of Conversations v1; where a row knows more,
it says from where. None of it was compared with Twilio's answers, as the ten operations were not
either; and nothing checks what is sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.wire.paths import path_segments

_SERVICE = "{chat_service_sid}"
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def twins(path: str) -> tuple[str, str]:
    """A path, and that which names the service."""
    return path, f"/v1/Services/{_SERVICE}{path.removeprefix('/v1')}"


USERS = twins("/v1/Users")
"""The paths of the users, which have neighbours below them, too."""


def snake(name: str) -> str:
    """A name of Twilio's in a form or a path, as a field has it: `UniqueName`, `unique_name`."""
    return _CAPITAL.sub("_", name).lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleOf:
    """Stands in a row for the SID of a role that a new service has."""

    friendly_name: str

    def sid(self, service_sid: str) -> str:
        """The SID of that role in a service."""
        return derive_sid(SidKind.ROLE, service_sid, self.friendly_name)


class DefaultService:
    """Stands in a row for the SID of the account's default service."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Neighbour:
    """One kind of resource.

    `name` is what it is called in `add` and `of`, and the key of its lists unless `key` is.
    `path` is that of its list; where it has no `sid`, which is two letters, it is one of a kind,
    and the path is its own. `fields` are what it has besides SIDs, dates and links, with what they
    are where nothing was sent; a type (`int`, `bool`) stands for null, and says how text is read.
    `unique` are fields by which one is found, by the first that it has; two in a list can't have
    the same value, and each has the refusal of the second. `renamed` are fields that have another
    name in forms, and `counted` is the one that numbers those of a list, from 0. `actions` are
    what can be done to it. `twin` tells whether it is in a service, so that it is found below
    `/v1/Services/{chat_service_sid}`, too; `view` whether it is read through participants.
    """

    name: str
    path: str
    sid: str = ""
    key: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    unique: Mapping[str, Refusal] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""
    actions: frozenset[Action] = frozenset(Action)
    twin: bool = True
    view: bool = False

    @property
    def list_key(self) -> str:
        """The key of its lists."""
        return self.key or self.name

    @property
    def is_single(self) -> bool:
        """Whether it is one of a kind."""
        return not (self.sid or self.view)

    @property
    def in_service(self) -> bool:
        """Whether it belongs to a service, and not to the account."""
        return self.twin or _SERVICE in self.path

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it is found."""
        return twins(self.path) if self.twin else (self.path,)

    @property
    def ancestors(self) -> Iterator[tuple[str, str]]:
        """What it is in, besides a service: the path of each list, and the name of the SID."""
        segments = path_segments(self.path)
        for position, segment in enumerate(segments):
            if segment.startswith("{") and segment != _SERVICE:
                yield "/" + "/".join(segments[:position]), segment[1:-1]

    @property
    def link_name(self) -> str:
        """What a link to it is called."""
        return snake(path_segments(self.path)[-1])

    @property
    def arranged_by(self) -> str:
        """The call that arranges one."""
        if self.view:
            return next(row for row in NEIGHBOURS if row.name == "participants").arranged_by
        named = [*self.unique][:1] or [name for name in self.fields if name != self.counted][:1]
        given = [f", {name}=…" for name in (*dict(self.ancestors).values(), *named)]
        return f'twilio_users.neighbours.add("{self.name}"{"".join(given)})'

    def is_sid(self, text: str) -> bool:
        """Tell whether a text is a SID of the kind."""
        return re.fullmatch(f"{self.sid}[0-9a-fA-F]{{32}}", text) is not None

    def is_below(self, other: "Neighbour") -> bool:
        """Tell whether the other's links lead to it."""
        if other.name == "services":
            above = path_segments(self.path)[:-1]
            return above == ["v1", "Services", _SERVICE] or (self.twin and above == ["v1"])
        within = re.escape(other.path) + ("" if other.is_single else "/{[^/]+}")
        return re.fullmatch(f"{within}/[^/{{]+", self.path) is not None


CONVERSATION_EXISTS = Refusal(
    name="conversation_exists",
    case="The unique name is another conversation's",
    status=409,
    code=50353,
    message="Conversation with provided unique name already exists",
    evidence=Evidence.THIRD_PARTY,
)
PARTICIPANT_EXISTS = Refusal(
    name="participant_exists",
    case="The identity takes part in the conversation",
    status=409,
    code=50433,
    message="Participant already exists",
    evidence=Evidence.THIRD_PARTY,
)
BINDING_EXISTS = Refusal(
    name="binding_exists",
    case="The address takes part in the conversation, by the same proxy address",
    status=409,
    code=50416,
    message="A binding for this participant and proxy address already exists",
    evidence=Evidence.INFERRED,
    note="The code is documented, and the message begins so.",
)

REFUSALS = (CONVERSATION_EXISTS, PARTICIPANT_EXISTS, BINDING_EXISTS)
"""Those that neighbours meet besides the users'."""

_ALL_BUT_UPDATE = frozenset(Action) - {Action.UPDATE}
_ONCE = frozenset({Action.FETCH, Action.UPDATE})
_CONVERSATION = "/v1/Conversations/{conversation_sid}"

NEIGHBOURS = (
    Neighbour(
        name="services",
        path="/v1/Services",
        sid=SidKind.SERVICE.value,
        fields={"friendly_name": None},
        actions=_ALL_BUT_UPDATE,
        twin=False,
    ),
    Neighbour(
        name="conversations",
        path="/v1/Conversations",
        sid="CH",
        fields={
            "messaging_service_sid": None,
            "friendly_name": None,
            "unique_name": None,
            "attributes": "{}",
            "state": "active",
            "timers": {},
            "bindings": {},
        },
        unique={"unique_name": CONVERSATION_EXISTS},
    ),
    Neighbour(
        name="participants",
        path=f"{_CONVERSATION}/Participants",
        sid="MB",
        fields={
            "identity": None,
            "attributes": "{}",
            "messaging_binding": None,
            "role_sid": RoleOf(friendly_name="channel user"),
            "last_read_message_index": int,
            "last_read_timestamp": None,
        },
        unique={"identity": PARTICIPANT_EXISTS, "messaging_binding": BINDING_EXISTS},
    ),
    Neighbour(
        name="messages",
        path=f"{_CONVERSATION}/Messages",
        sid="IM",
        fields={
            "index": int,
            "author": "system",  # documented
            "body": None,
            "media": None,
            "attributes": "{}",
            "participant_sid": None,
            "delivery": None,
            "content_sid": None,
        },
        counted="index",
    ),
    Neighbour(
        name="webhooks",
        path=f"{_CONVERSATION}/Webhooks",
        sid="WH",
        fields={"target": None, "configuration": {"filters": []}},
    ),
    Neighbour(
        name="roles",
        path="/v1/Roles",
        sid=SidKind.ROLE.value,
        fields={"friendly_name": None, "type": None, "permissions": []},
        renamed={"permission": "permissions"},
    ),
    Neighbour(
        name="configuration",
        path="/v1/Configuration",
        fields={
            "default_chat_service_sid": DefaultService(),
            "default_messaging_service_sid": None,
            "default_inactive_timer": None,
            "default_closed_timer": None,
        },
        actions=_ONCE,
        twin=False,
    ),
    Neighbour(
        name="configuration_webhooks",
        path="/v1/Configuration/Webhooks",
        fields={
            "method": None,
            "filters": [],
            "pre_webhook_url": None,
            "post_webhook_url": None,
            "target": None,
        },
        actions=_ONCE,
        twin=False,
    ),
    Neighbour(
        name="service_configuration",
        path=f"/v1/Services/{_SERVICE}/Configuration",
        fields={
            "default_conversation_creator_role_sid": RoleOf(friendly_name="channel admin"),
            "default_conversation_role_sid": RoleOf(friendly_name="channel user"),
            "default_chat_service_role_sid": RoleOf(friendly_name="service user"),
            "reachability_enabled": False,
        },
        actions=_ONCE,
        twin=False,
    ),
    Neighbour(
        name="service_configuration_webhooks",
        path=f"/v1/Services/{_SERVICE}/Configuration/Webhooks",
        fields={
            "method": None,
            "filters": [],
            "pre_webhook_url": None,
            "post_webhook_url": None,
        },
        actions=_ONCE,
        twin=False,
    ),
    Neighbour(
        name="user_conversations",
        path="/v1/Users/{user_sid}/Conversations",
        key="conversations",
        fields={"notification_level": "default", "last_read_message_index": int},
        actions=frozenset(Action) - {Action.CREATE},
        view=True,
    ),
    Neighbour(
        name="participant_conversations",
        path="/v1/ParticipantConversations",
        key="conversations",
        actions=frozenset({Action.LIST}),
        view=True,
    ),
)
"""The neighbours that the kit has. Authors add more."""

NEW_ROLES = {
    # Programmable Chat's documents tell of these four, with its own words for the permissions.
    "service admin": "service",
    "service user": "service",
    "channel admin": "conversation",
    "channel user": "conversation",
}
"""The roles that a new service has, and what each is for."""
