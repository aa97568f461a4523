"""What each action does to the users of an account."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.arguments import require_flag
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    BOOLEANS,
    FRIENDLY_NAME,
    IDENTITY,
    ROLE_SID,
    Action,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.admission import (
    default_role_sid,
    refuse_identity,
    refuse_user_input,
)
from pytest_twilio_users.state.pages import StoredPage, read_page
from pytest_twilio_users.state.store import StoredUser, Write
from pytest_twilio_users.wire.codec import Call, encode_value

Outcome = StoredUser | StoredPage[StoredUser] | Refusal | None
"""The result of an action: a user, a page, a refusal, or None (deleted)."""


def carry_out(account: Account, call: Call) -> Outcome:
    """Do what a call asks for."""
    service_sid = _service_of(account, call, has_room=account.load.takes_change)
    if isinstance(service_sid, Refusal):
        return service_sid
    if call.user is None:
        if call.operation.action is Action.CREATE:
            return _create(account, service_sid, dict(call.form))
        most = account.settings.max_page_size
        return read_page(account.store, service_sid, dict(call.query), max_page_size=most)
    user = account.store.find(service_sid, call.user)
    return refusals.NOT_FOUND if user is None else _carry_out_on(user, account, call)


def foresee(account: Account, call: Call) -> StoredUser | None:
    """The user as an update is going to leave it; None where the call is none, or is refused."""
    if call.operation.action is not Action.UPDATE:
        return None
    service_sid = _service_of(account, call, has_room=account.load.has_room)
    if isinstance(service_sid, Refusal):
        return None
    user = account.store.find(service_sid, call.user or "")
    changed = None if user is None else _changed(account, user, dict(call.form))
    return None if isinstance(changed, Refusal) else changed


def _service_of(account: Account, call: Call, *, has_room: Callable[..., bool]) -> str | Refusal:
    """The service that a call is for, unless it is refused whatever it asks for."""
    service_sid = call.service_sid
    if service_sid is None:
        service_sid = account.default_service_sid
    elif not account.knows_service(service_sid):
        return refusals.NOT_FOUND
    limit = account.settings.rate_limit
    if limit and call.operation.method != "GET" and not has_room(service_sid, most=limit):
        return refusals.TOO_MANY_CHANGES
    if call.webhook_enabled not in (None, *BOOLEANS):
        return refusals.WEBHOOK_ENABLED_MALFORMED
    return service_sid


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
        InvalidArgument: a value is not allowed.
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
    if account.store.has_name(service_sid, identity):
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


def _update(account: Account, user: StoredUser, form: Mapping[str, str]) -> StoredUser | Refusal:
    changed = _changed(account, user, form)
    if isinstance(changed, StoredUser) and changed is not user:
        account.store.write(user, changed)
    return changed


def _changed(account: Account, user: StoredUser, form: Mapping[str, str]) -> StoredUser | Refusal:
    """The user as an update makes it; the same where nothing was sent."""
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
    return replace(user, **sent, date_updated=account.clock().replace(microsecond=0))


_CHANGEABLE = {parameter.argument: parameter for parameter in (FRIENDLY_NAME, ATTRIBUTES, ROLE_SID)}
