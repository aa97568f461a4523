"""The client of a sweep."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_twilio_users.client import TwilioApiError, UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.refusals import NOT_FOUND
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.network import Network
from pytest_twilio_users.live.pacing import Limits, Timing
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.messages import Request, Secret


class _RetryingClient(UsersClient):
    """Waits for its turn, and sends again what may be sent again."""

    def __init__(self, access: Access) -> None:
        account = access.account
        super().__init__(account.sid, account.auth_token, base_url=account.base_url, environ={})
        self._access = access

    def _send(self, request: Request) -> Any:
        return request, self._access.ask_own(request.method, request.target)


def open_client(settings: Settings, *, environ: Mapping[str, str]) -> UsersClient:
    """Open a client of the account whose credentials are in the environment.

    Raises:
        InvalidArgument: there are none.
    """
    asking = UsersClient(base_url=settings.base_url, environ=environ)
    account = LiveAccount(
        sid=asking.username,
        auth_token=Secret(environ["TWILIO_AUTH_TOKEN"]),
        service_sid="",  # it asks for users of whichever service they are left in
        base_url=asking.origin,
    )
    limits = Limits.share(settings, workers=1)
    return _RetryingClient(Access(Network(), account, limits=limits, timing=Timing()))


def fetch(client: UsersClient, service_sid: str | None, user: str) -> User | None:
    """The user, in a service or else the default one; None if Twilio says that there is none."""
    try:
        if service_sid is None:
            return client.fetch_user(user)
        return client.fetch_service_user(service_sid, user)
    except TwilioApiError as error:
        if error.code == NOT_FOUND.code:
            return None
        raise


def delete(client: UsersClient, service_sid: str | None, sid: str) -> None:
    """Delete the user; if it is gone, all is well."""
    try:
        if service_sid is None:
            client.delete_user(sid)
        else:
            client.delete_service_user(service_sid, sid)
    except TwilioApiError as error:
        if error.code != NOT_FOUND.code:
            raise


def iter_all(client: UsersClient, service_sid: str | None) -> Iterator[User]:
    """The users, page by page."""
    return client.iter_users() if service_sid is None else client.iter_service_users(service_sid)
