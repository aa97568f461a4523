"""The fields: the 13 of a User, the seven of a page's meta."""

from dataclasses import dataclass
from enum import StrEnum

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.sids import SidKind


class Kind(StrEnum):
    """What a value of a field or a parameter is."""

    TEXT = "text"
    SID = "sid"
    JSON_OBJECT = "json-object"
    DATE_TIME = "date-time"
    URL = "url"
    LINKS = "links"
    BOOLEAN = "boolean"
    INTEGER = "integer"


class Pii(StrEnum):
    """Twilio's own marking of personal data."""

    NONE = "none"
    STANDARD = "standard"
    SENSITIVE = "sensitive"


class Varies(StrEnum):
    """Where the value of a field differs although the test did the same."""

    NEVER = "never"
    EACH_RUN = "each run"
    EACH_SERVICE = "each service"
    EACH_ACCOUNT = "each account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One part of a resource.

    Twilio's schema marks every field of a User as nullable. `null_when` says
    when null is known to be answered; where it is empty, nobody has seen one.
    """

    name: str
    kind: Kind
    sid: SidKind | None = None
    null_when: str = ""
    pii: Pii = Pii.NONE
    varies: Varies = Varies.NEVER
    evidence: Evidence = Evidence.DOCUMENTED


USER_FIELDS = {
    field.name: field
    for field in (
        Field(name="sid", kind=Kind.SID, sid=SidKind.USER, varies=Varies.EACH_RUN),
        Field(name="account_sid", kind=Kind.SID, sid=SidKind.ACCOUNT, varies=Varies.EACH_ACCOUNT),
        Field(
            name="chat_service_sid", kind=Kind.SID, sid=SidKind.SERVICE, varies=Varies.EACH_SERVICE
        ),
        Field(name="role_sid", kind=Kind.SID, sid=SidKind.ROLE, varies=Varies.EACH_SERVICE),
        Field(name="identity", kind=Kind.TEXT, pii=Pii.STANDARD),
        Field(
            name="friendly_name",
            kind=Kind.TEXT,
            null_when="it was never set",
            pii=Pii.STANDARD,
            evidence=Evidence.THIRD_PARTY,
        ),
        Field(name="attributes", kind=Kind.JSON_OBJECT, pii=Pii.SENSITIVE),
        Field(
            name="is_online",
            kind=Kind.BOOLEAN,
            null_when="in a list, and while the service's reachability is off",
            varies=Varies.EACH_RUN,
        ),
        Field(
            name="is_notifiable",
            kind=Kind.BOOLEAN,
            null_when="in a list, and while the service's reachability is off",
            varies=Varies.EACH_RUN,
        ),
        Field(name="date_created", kind=Kind.DATE_TIME, varies=Varies.EACH_RUN),
        Field(name="date_updated", kind=Kind.DATE_TIME, varies=Varies.EACH_RUN),
        Field(name="url", kind=Kind.URL, varies=Varies.EACH_RUN),
        Field(name="links", kind=Kind.LINKS, varies=Varies.EACH_RUN),
    )
}

META_FIELDS = {
    field.name: field
    for field in (
        Field(name="page", kind=Kind.INTEGER),
        Field(name="page_size", kind=Kind.INTEGER),
        Field(name="first_page_url", kind=Kind.URL),
        Field(
            name="previous_page_url",
            kind=Kind.URL,
            null_when="on the first page",
            evidence=Evidence.RECORDED,
        ),
        Field(name="url", kind=Kind.URL),
        Field(
            name="next_page_url",
            kind=Kind.URL,
            null_when="on the last page",
            evidence=Evidence.RECORDED,
        ),
        Field(name="key", kind=Kind.TEXT),
    )
}

LINK_NAMES = ("user_conversations",)
"""What `links` holds."""
