"""What a live run may not send."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import DefaultServiceRefused, LiveRefused
from pytest_twilio_users.settings import SETTINGS
from pytest_twilio_users.wire.codec import Call, Unrouted, decode, decode_credentials
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, kw_only=True, slots=True)
class Rails:
    """The limits of one process of a live run.

    `changes` counts the creates, updates and deletes that it may send;
    `concurrency` is how many requests may be under way at once; `deadline`, in
    seconds, is for how long a request is tried again. `foreign_users` lets users
    be changed that the run did not make.
    """

    account_sid: str
    service_sid: str
    default_service_sid: str | None
    foreign_users: bool
    changes: int
    changes_per_second: float
    concurrency: int
    deadline: float

    def check_credentials(self, authorization: str | None, *, username: str) -> None:
        """Let the configured account through, and what can only be refused.

        Raises:
            LiveRefused: the credentials may open another account.
        """
        if authorization is None:
            return
        credentials = decode_credentials(authorization)
        if credentials is None:
            raise LiveRefused(
                "The request has an Authorization header that is no HTTP Basic, so whose it is"
                f" can't be seen. This run may change {self.account_sid} alone. Nothing was sent."
            )
        name = credentials[0]
        foreign = SidKind.ACCOUNT.matches(name) or SidKind.API_KEY.matches(name)
        if foreign and name not in (self.account_sid, username):
            kind = SidKind(name[:2]).label
            allowed = self.account_sid if username == self.account_sid else f"{username}'s account"
            raise LiveRefused(
                f"The request has the credentials of another {kind}, {name[:6]}…: this run may"
                f" change {allowed} alone. Nothing was sent."
            )

    def check_place(self, request: Request, *, is_there: Callable[[str], bool]) -> None:
        """Let reads through, changes in the configured services, and what can only be refused.

        Args:
            request: what is to be sent.
            is_there: tells whether the account has a service.

        Raises:
            DefaultServiceRefused: the path means the default service, and none is configured.
            LiveRefused: it would change something else.
        """
        call = decode(request)
        if isinstance(call, Call) and call.service_sid is None and not self.default_service_sid:
            raise DefaultServiceRefused(
                f"{call.operation}: the path without a service means the account's default service,"
                " and this run may not change it. If it may:"
                f" {SETTINGS['default_service'].option}=IS…"
            )
        if request.method == "GET":
            return
        if isinstance(call, Unrouted):
            if call.known and request.method in _NO_METHODS:
                return
            raise LiveRefused(
                f"{request.method} {request.path}: no operation answers it, and what it would"
                " change on a live account is unknown. Nothing was sent."
            )
        if not self._may_change(call.service_sid, is_there):
            raise LiveRefused(
                f"{call.operation}: service {call.service_sid} is not the one that this run may"
                f" change, {self.service_sid} ({SETTINGS['service_sid'].option}). Nothing was sent."
            )

    def _may_change(self, service_sid: str | None, is_there: Callable[[str], bool]) -> bool:
        if service_sid in (None, self.service_sid, self.default_service_sid):
            return True
        if SidKind.SERVICE.matches(service_sid):
            return not is_there(service_sid)
        # Where no service can be, a change can only be refused; but dots and slashes may lead
        # elsewhere, and "default" is a service's name in some of Twilio's products.
        nowhere = service_sid.isalnum() and service_sid.lower() != "default"
        return nowhere and len(service_sid) != len(self.service_sid)


_NO_METHODS = ("PATCH", "PUT")
"""What Twilio has for no user (documented): a user's path refuses it."""


class Budget:
    """How many changes are left. Safe for threads."""

    def __init__(self, changes: int) -> None:
        self._changes = changes
        self._left = changes
        self._lock = threading.Lock()

    def spend(self, operation: str) -> None:
        """Take one change off.

        Raises:
            LiveRefused: none is left.
        """
        with self._lock:
            if self._left == 0:
                raise LiveRefused(
                    f"{operation}: the {self._changes} changes that this process may send are"
                    f" used up. If it may send more: {SETTINGS['changes'].option}=N"
                )
            self._left -= 1


_PARTS = re.compile(r"[/\\]")


def leads_elsewhere(user: str) -> bool:
    """Whether a server that resolves dots in a path could read another path: the service's own."""
    return any(part in (".", "..") for part in _PARTS.split(user))
