"""Which values the stub accepts, with the refusal for all others."""

import re
from collections.abc import Mapping

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    LONGEST_FRIENDLY_NAME,
    LONGEST_IDENTITY,
    MOST_ATTRIBUTES,
    PAGE,
    PAGE_SIZE,
    RESERVED_IDENTITIES,
    ROLE_SID,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.codec import decode_json, decode_number

# The escapes of the oddity of 2020-2021: `\/`, and perhaps `\u00e9`.
_REFUSED_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\(?:/|u)")


def default_role_sid(service_sid: str) -> str:
    """The service-level role that a user has without RoleSid."""
    return derive_sid(SidKind.ROLE, service_sid, "service user")


def refuse_identity(form: Mapping[str, str]) -> Refusal | None:
    """The refusal that the form's Identity meets on create."""
    identity = form.get(IDENTITY.name)
    if identity is None:
        return refusals.IDENTITY_MISSING
    if identity == "":
        return refusals.IDENTITY_EMPTY
    if len(identity) > LONGEST_IDENTITY:
        return refusals.IDENTITY_TOO_LONG
    if SidKind.USER.matches(identity):
        return refusals.IDENTITY_LIKE_SID
    if identity in RESERVED_IDENTITIES:
        return refusals.IDENTITY_RESERVED
    return None


def refuse_user_input(
    form: Mapping[str, str], *, service_sid: str, settings: Settings
) -> Refusal | None:
    """The refusal that FriendlyName, Attributes or RoleSid meets on create and update."""
    if len(form.get(FRIENDLY_NAME.name, "")) > LONGEST_FRIENDLY_NAME:
        return refusals.FRIENDLY_NAME_TOO_LONG
    if ATTRIBUTES.name in form:
        refusal = refuse_attributes(form[ATTRIBUTES.name], escapes=settings.attribute_escapes)
        if refusal is not None:
            return refusal
    role_sid = form.get(ROLE_SID.name)
    if role_sid is not None:
        return _refuse_role(role_sid, service_sid=service_sid, settings=settings)
    return None


def refuse_attributes(text: str, *, escapes: bool) -> Refusal | None:
    """The refusal that the text of Attributes meets."""
    if len(text.encode()) > MOST_ATTRIBUTES:
        return refusals.ATTRIBUTES_TOO_LONG
    try:
        parsed = decode_json(text)
    except ValueError:
        return refusals.ATTRIBUTES_NOT_JSON
    if not escapes and _REFUSED_ESCAPE.search(text):
        return refusals.ATTRIBUTES_NOT_JSON
    return None if isinstance(parsed, dict) else refusals.ATTRIBUTES_NO_OBJECT


def refuse_page(query: Mapping[str, str]) -> Refusal | None:
    """The refusal that PageSize or Page meets on list."""
    if not decode_number(query.get(PAGE_SIZE.name, "1")):  # none, or zero
        return refusals.PAGE_SIZE_MALFORMED
    if decode_number(query.get(PAGE.name, "0")) is None:
        return refusals.PAGE_MALFORMED
    return None


def _refuse_role(role_sid: str, *, service_sid: str, settings: Settings) -> Refusal | None:
    if not SidKind.ROLE.matches(role_sid):
        return refusals.ROLE_SID_MALFORMED
    known = (*settings.role_sids, default_role_sid(service_sid))
    if settings.role_sids and role_sid not in known:
        return refusals.ROLE_UNKNOWN
    return None
