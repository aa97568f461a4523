"""Adds or lists users for a test, without an entry in the journal."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_twilio_users.backends.stub import fetched_user
from pytest_twilio_users.client import Text, UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, require_sid
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class StubbedUsers:
    """The stub's, in memory, without a request."""

    def __init__(self, account: Account, records: Records, *, origin: str) -> None:
        self._account = account
        self._records = records
        self._origin = origin

    def add(self, identity: Text | None, *, service_sid: str | None, **more: Any) -> User:
        """Add a user that Twilio would take; `more` is handed to the stub as it is.

        Raises:
            InvalidArgument: it would refuse, or a value is not allowed.
        """
        account = self._account
        with account.lock:
            home = account.default_service_sid
            if service_sid is not None:
                home = account.require_service(service_sid, name="service_sid")
            numbers = self._records.current.numbers
            before = numbers[home]
            try:
                return self.show(self._add(home, identity, more))
            except InvalidArgument:
                numbers[home] = before  # the name is nobody's
                raise

    def _add(self, service_sid: str, identity: Text | None, more: Mapping[str, Any]) -> StoredUser:
        name = self._unused_identity(service_sid) if identity is None else identity
        added = add_user(self._account, service_sid, identity=name, **more)
        if isinstance(added, Refusal):
            given = [] if identity is None else [brief(identity)]
            given += [f"{key}={brief(value)}" for key, value in more.items() if value is not None]
            raise InvalidArgument(
                f"add_user({', '.join(given)}): Twilio would refuse this user. {added.statement}."
            )
        return added

    def list(self, service_sid: str | None) -> list[User]:
        """All users, or those of a service, oldest first.

        Raises:
            InvalidArgument: the account has no such service.
        """
        account = self._account
        with account.lock:
            if service_sid is not None:
                service_sid = account.require_service(service_sid, name="service_sid")
            return [self.show(user) for user in account.store.users(service_sid)]

    def show(self, user: StoredUser) -> User:
        """A user as Twilio would show it."""
        return User.from_dict(fetched_user(self._account, user, origin=self._origin))

    def _unused_identity(self, service_sid: str) -> str:
        while True:
            identity = self._records.current.next_name(service_sid)
            if not self._account.store.has_identity(service_sid, identity):
                return identity


class RequestedUsers:
    """Those of a live account or of its recorded answers, by requests."""

    def __init__(
        self,
        client: UsersClient,
        account: Account,
        records: Records,
        *,
        own_identity: Callable[[str], str],
    ) -> None:
        self._client = client
        self._account = account
        self._records = records
        self._own_identity = own_identity

    def add(
        self,
        identity: Text | None,
        *,
        service_sid: str | None,
        is_online: bool | None,
        is_notifiable: bool | None,
        **user_input: Any,
    ) -> User:
        """Create a user.

        Raises:
            InvalidArgument: no request can make such a user.
            TwilioApiError: Twilio refused.
        """
        if (is_online, is_notifiable) != (None, None):
            raise InvalidArgument(
                "add_user: is_online and is_notifiable can be set only on the stub, and the"
                f" mode is {self._records.current.scope.settings.mode.value}."
            )
        default = self._account.default_service_sid
        if service_sid is not None:
            service_sid = require_sid(SidKind.SERVICE, service_sid, name="service_sid")
        if identity is None:
            identity = self._own_identity(self._records.current.next_name(service_sid or default))
        if service_sid in (None, default):
            return self._client.create_user(identity, **user_input)
        return self._client.create_service_user(service_sid, identity, **user_input)

    def list(self, service_sid: str | None) -> list[User]:
        """The users of a service; by default of the run's, and of the default one if it may."""
        settings = self._records.current.scope.settings
        default = self._account.default_service_sid
        if service_sid is not None:
            service_sid = require_sid(SidKind.SERVICE, service_sid, name="service_sid")
        found: list[User] = []
        if service_sid != default:
            named = service_sid or settings.service_sid or self._account.other_service_sid
            found += self._client.iter_service_users(named)
        if service_sid == default or (service_sid is None and settings.default_service):
            found += self._client.iter_users()
        return found
