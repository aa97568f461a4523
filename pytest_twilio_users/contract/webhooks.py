"""The events that Twilio tells an application about users: their parameters, with evidence."""

from dataclasses import dataclass

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import Action

SECONDS = 5.0
"""How long Twilio waits for an application's answer."""

SIGNATURE = "X-Twilio-Signature"
"""The header with the signature, which shows that Twilio sent the webhook."""

SOURCE = "API"
"""Where a change comes from that was made by a request."""

_DOCUMENTED = Evidence.DOCUMENTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """An event that Twilio reports by a webhook.

    `action` is what a request asked for, `before` whether it is told before the change is made.
    `parameters` are those that it has besides the common ones, each with what it tells of the
    user.
    """

    name: str
    action: Action
    before: bool
    parameters: tuple[tuple[str, str], ...]
    evidence: Evidence = _DOCUMENTED


COMMON = ("AccountSid", "EventType", "Source")
"""What each event has; ClientIdentity is documented for changes by chat clients alone."""

_OF_ALL = (
    ("ChatServiceSid", "service_sid"),
    ("UserSid", "sid"),
    ("Identity", "identity"),
    ("RoleSid", "role_sid"),
    ("Attributes", "attributes"),
    ("FriendlyName", "friendly_name"),
)
_CREATED = ("DateCreated", "date_created")
_UPDATED = ("DateUpdated", "date_updated")
_REACHABLE = (("isOnline", "is_online"), ("isNotifiable", "is_notifiable"))

ADDED = Event(
    name="onUserAdded", action=Action.CREATE, before=False, parameters=(*_OF_ALL, _CREATED)
)
UPDATE = Event(
    name="onUserUpdate", action=Action.UPDATE, before=True, parameters=(*_OF_ALL, _UPDATED)
)
UPDATED = Event(
    name="onUserUpdated",
    action=Action.UPDATE,
    before=False,
    parameters=(*_OF_ALL, _CREATED, _UPDATED, *_REACHABLE),
)

EVENTS = {event.name: event for event in (ADDED, UPDATE, UPDATED)}
"""Every event about users, by name."""

AFTER = {event.action: event for event in EVENTS.values() if not event.before}
"""The event after each action. A delete has none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that Twilio does about webhooks."""

    statement: str
    evidence: Evidence


RULES = tuple(
    Rule(statement=statement, evidence=evidence)
    for statement, evidence in (
        ("A request causes events only with `X-Twilio-Webhook-Enabled: true`", _DOCUMENTED),
        ("`onUserAdded` comes after a create; a delete has no event", _DOCUMENTED),
        ("`onUserUpdate` comes before an update, `onUserUpdated` after it", _DOCUMENTED),
        ("An update that changes nothing causes events, too", Evidence.INFERRED),
        ("A request that is refused for another reason causes no event", Evidence.INFERRED),
        ("`onUserUpdate` shows the user as the update would make it", Evidence.INFERRED),
        ("Each is a POST of a form, signed with the account's token", _DOCUMENTED),
        (
            (
                "Dates have milliseconds, `2021-08-10T18:00:58.111Z`"
                " (a published delivery of `onMessageAdded`)"
            ),
            Evidence.SIBLING,
        ),
        (
            "Booleans are `true` or `false` (an application expects those of Twilio's Chat)",
            Evidence.THIRD_PARTY,
        ),
        ("A parameter that is null is not sent", Evidence.INFERRED),
        ("Twilio waits 5 seconds for an answer", _DOCUMENTED),
        ("An answer of 4xx or 5xx to `onUserUpdate` refuses the update", _DOCUMENTED),
        ("No answer to `onUserUpdate` lets the update pass", _DOCUMENTED),
        (
            "Any other answer to `onUserUpdate` lets the update pass: its body is not read",
            Evidence.INFERRED,
        ),
        ("A redirect is not followed", Evidence.INFERRED),
    )
)
