"""What each action does to the users of an account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.arguments import require_flag
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    BOOLEANS,
    DEFAULT_PAGE_SIZE,
    FRIENDLY_NAME,
    IDENTITY,
    PAGE,
    PAGE_SIZE,
    PAGE_TOKEN,
    ROLE_SID,
    Action,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.admission import (
    default_role_sid,
    refuse_identity,
    refuse_page,
    refuse_user_input,
)
from pytest_twilio_users.state.pages import Cursor
from pytest_twilio_users.state.store import StoredUser, Write
from pytest_twilio_users.wire.codec import Call, encode_value


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPage:
    """A part of a service's list; None where there is no page before or after."""

    users: list[StoredUser]
    number: int
    size: int
    token: str | None
    previous_token: str | None
    next_token: str | None


Outcome = StoredUser | StoredPage | Refusal | None
"""What an action comes to: a user, a page, a refusal, or nothing (deleted)."""


def carry_out(account: Account, call: Call) -> Outcome:
    """Do what a call asks for."""
    service_sid = call.service_sid
    if service_sid is None:
        service_sid = account.default_service_sid
    elif not account.knows_service(service_sid):
        return refusals.NOT_FOUND
    if call.webhook_enabled not in (None, *BOOLEANS):
        return refusals.WEBHOOK_ENABLED_MALFORMED
    if call.user is None:
        if call.operation.action is Action.CREATE:
            return _create(account, service_sid, dict(call.form))
        return _list(account, service_sid, dict(call.query))
    user = account.store.find(service_sid, call.user)
    return refusals.NOT_FOUND if user is None else _carry_out_on(user, account, call)


def _carry_out_on(user: StoredUser, account: Account, call: Call) -> Outcome:
    if call.operation.action is Action.UPDATE:
        return _update(account, user, dict(call.form))
    if call.operation.action is Action.DELETE:
        account.store.write(user, None)
        return None
    return user


def _create(account: Account, service_sid: str, form: Mapping[str, str]) -> Outcome:
    user = _add(account, service_sid, form)
    if isinstance(user, StoredUser):
        account.store.newest = Write(None, user)
    return user


def add_user(
    account: Account,
    service_sid: str,
    *,
    identity: object,
    friendly_name: object = None,
    attributes: object = None,
    role_sid: object = None,
    is_online: bool | None = None,
    is_notifiable: bool | None = None,
    place: str = "",
) -> StoredUser | Refusal:
    """Add a user that nobody sent, as if it had been: give it, or the refusal that it meets.

    Args:
        account, service_sid: where.
        identity, friendly_name, attributes, role_sid: what would be sent; None is not.
        is_online, is_notifiable: what a fetch tells.
        place: stands before the parameter's name in a complaint.

    Raises:
        InvalidArgument: a value can't be meant.
    """
    given = (
        (IDENTITY, identity),
        (FRIENDLY_NAME, friendly_name),
        (ATTRIBUTES, attributes),
        (ROLE_SID, role_sid),
    )
    form = {
        parameter.name: encode_value(parameter, value, place=place)
        for parameter, value in given
        if value is not None
    }
    for name, value in (("is_online", is_online), ("is_notifiable", is_notifiable)):
        if value is not None:
            require_flag(value, name=f"{place}{name}")
    return _add(account, service_sid, form, is_online=is_online, is_notifiable=is_notifiable)


def _add(
    account: Account,
    service_sid: str,
    form: Mapping[str, str],
    *,
    is_online: bool | None = None,
    is_notifiable: bool | None = None,
) -> StoredUser | Refusal:
    refusal = refuse_identity(form) or refuse_user_input(
        form, service_sid=service_sid, settings=account.settings
    )
    if refusal is not None:
        return refusal
    identity = form[IDENTITY.name]
    if account.store.has_identity(service_sid, identity):
        return refusals.IDENTITY_TAKEN
    now = account.clock().replace(microsecond=0)
    user = StoredUser(
        number=account.store.next_number(),
        sid=account.sids.next(SidKind.USER),
        service_sid=service_sid,
        identity=identity,
        friendly_name=form.get(FRIENDLY_NAME.name),
        attributes=form.get(ATTRIBUTES.name, "{}"),
        role_sid=form.get(ROLE_SID.name) or default_role_sid(service_sid),
        is_online=is_online,
        is_notifiable=is_notifiable,
        date_created=now,
        date_updated=now,
    )
    account.store.change(None, user)
    return user


def _update(account: Account, user: StoredUser, form: Mapping[str, str]) -> Outcome:
    refusal = refuse_user_input(form, service_sid=user.service_sid, settings=account.settings)
    if refusal is not None:
        return refusal
    sent: dict[str, Any] = {
        attribute: form[parameter.name]
        for attribute, parameter in _CHANGEABLE.items()
        if parameter.name in form
    }
    if not sent:
        return user
    changed = replace(user, **sent, date_updated=account.clock().replace(microsecond=0))
    account.store.write(user, changed)
    return changed


def _list(account: Account, service_sid: str, query: Mapping[str, str]) -> Outcome:
    refusal = refuse_page(query)
    if refusal is not None:
        return refusal
    token = query.get(PAGE_TOKEN.name)
    cursor = Cursor(number=0) if token is None else Cursor.from_token(service_sid, token)
    if cursor is None:
        return refusals.PAGE_TOKEN_UNKNOWN
    size = min(int(query.get(PAGE_SIZE.name, DEFAULT_PAGE_SIZE)), account.settings.max_page_size)
    look = account.store.before if cursor.backwards else account.store.after
    users = look(service_sid, cursor.number, size)
    first, last = _bounds(users, cursor)
    has_previous = token is not None and bool(account.store.before(service_sid, first, 1))
    has_next = bool(account.store.after(service_sid, last, 1))
    return StoredPage(
        users=users,
        number=int(query.get(PAGE.name, "0")),
        size=size,
        token=token,
        previous_token=(
            Cursor(number=first, backwards=True).token(service_sid) if has_previous else None
        ),
        next_token=Cursor(number=last).token(service_sid) if has_next else None,
    )


def _bounds(users: list[StoredUser], cursor: Cursor) -> tuple[int, int]:
    """The numbers that a page lies between: of its own users, or around its place."""
    if users:
        return users[0].number, users[-1].number
    # The user with the cursor's number lies behind a place "before" it, and before one "after".
    if cursor.backwards:
        return cursor.number, cursor.number - 1
    return cursor.number + 1, cursor.number


_CHANGEABLE = {parameter.argument: parameter for parameter in (FRIENDLY_NAME, ATTRIBUTES, ROLE_SID)}
