"""A client that waits for its turn, for what a live run left behind."""

from collections.abc import Mapping
from typing import Any

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.client.reading import read
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.account import LiveAccount
from pytest_twilio_users.live.network import Network
from pytest_twilio_users.live.pacing import Limits, Timing
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.messages import Request, Secret


class RetryingClient(UsersClient):
    """A client that sends again what may be sent again; it fetches, lists and deletes."""

    def __init__(self, access: Access) -> None:
        account = access.account
        super().__init__(account.sid, account.auth_token, base_url=account.base_url, environ={})
        self._access = access

    def _send(self, operation: str, request: Request) -> Any:
        answer = self._access.ask_own(request.method, request.target)
        return read(operation, (request, answer))


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
    return RetryingClient(Access(Network(), account, limits=limits, timing=Timing()))
