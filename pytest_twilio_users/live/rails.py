"""Which accounts, services, paths a live run may not send to."""

import re
from collections.abc import Callable
from dataclasses import replace

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import DefaultServiceRefused, LiveRefused
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.settings import SETTINGS
from pytest_twilio_users.wire.codec import Call, Unrouted, decode, decode_anew, decode_credentials
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_LIKE_AN_UPDATE = ("PATCH", "PUT")
"""What Twilio has for no user (documented), and what other APIs change one by."""

_OVERRIDES = ("x-http-method", "x-http-method-override", "x-method-override")
"""Headers by which some servers take a request for one of another method."""

_PARTS = re.compile(r"[/\\]")


def check_credentials(
    authorization: str | None, account: LiveAccount, *, reads: bool = False
) -> None:
    """Let the configured account through, and what can only be refused; to read, its key, too.

    Raises:
        LiveRefused: the credentials may open another account.
    """
    if authorization is None:
        return
    credentials = decode_credentials(authorization)
    if credentials is None:
        raise LiveRefused(
            "The request's Authorization header is not HTTP Basic, so the kit can't see which"
            f" account it belongs to. This run may change only {account.sid}. Nothing was sent."
        )
    name = credentials[0]
    foreign = SidKind.ACCOUNT.matches(name) or SidKind.API_KEY.matches(name)
    if reads and name == account.api_key_sid:
        return
    if foreign and name != account.sid:
        raise LiveRefused(
            f"The request has the credentials of another {SidKind(name[:2]).label}, {name[:6]}…."
            f" This run may change only {account.sid}. Nothing was sent."
        )


def asked_for(request: Request) -> str:
    """What a request asks for: an operation by its name, or else method and path."""
    call = decode(request)
    return call.operation.name if isinstance(call, Call) else f"{request.method} {request.path}"


def check_place(
    request: Request, account: LiveAccount, *, is_there: Callable[[str], bool]
) -> Call | None:
    """Let reads through, changes in the configured services, and what can only be refused.

    Gives what it would change; None for a read. `is_there` tells whether the account has a
    service.

    Raises:
        DefaultServiceRefused: the path means the default service, and none is configured.
        LiveRefused: it would change something else, or who knows what by another method.
    """
    call = _call_of(request)
    asked = asked_for(request)
    if override := next(filter(request.header, _OVERRIDES), None):
        raise LiveRefused(
            f"{asked}: its header {override} asks for another method. The kit can't know which"
            " one a live account would use. Nothing was sent."
        )
    if isinstance(call, Call) and call.service_sid is None and not account.default_service_sid:
        raise DefaultServiceRefused(
            f"{asked}: the path without a service means the account's default service, and this"
            f" run may not use it. To allow it: {SETTINGS['default_service'].option}=IS…"
        )
    if request.method == "GET":
        return None
    if isinstance(call, Unrouted):
        raise LiveRefused(
            f"{asked}: no operation answers it, so its effect on a live account is unknown."
            " Nothing was sent."
        )
    if not _may_change(call.service_sid, account, is_there):
        raise LiveRefused(
            f"{asked}: service {call.service_sid} is not the one that this run may"
            f" change, {account.service_sid} ({SETTINGS['service_sid'].option}). Nothing was sent."
        )
    return call


def _call_of(request: Request) -> Call | Unrouted:
    """What a request asks for; of a user's path, what an update would, should it be taken."""
    call = decode(request)
    if request.method in _LIKE_AN_UPDATE:
        update = decode_anew(replace(request, method="POST"))
        if isinstance(update, Call) and update.operation.action is Action.UPDATE:
            return update
    return call


def _may_change(
    service_sid: str | None, account: LiveAccount, is_there: Callable[[str], bool]
) -> bool:
    if service_sid in (None, account.service_sid, account.default_service_sid):
        return True
    if SidKind.SERVICE.matches(service_sid):
        return not is_there(service_sid)
    # Where no service can be, a change can only be refused; but dots and slashes may lead
    # elsewhere, and "default" is a service's name in some of Twilio's products.
    nowhere = service_sid.isalnum() and service_sid.lower() != "default"
    return nowhere and len(service_sid) != len(account.service_sid)


def leads_elsewhere(user: str) -> bool:
    """Whether a server that resolves dots in a path could read another path: the service's own."""
    return any(part in (".", "..") for part in _PARTS.split(user))
