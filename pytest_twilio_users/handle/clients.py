"""Clients for the handle's users: the kit's own, or Twilio's SDK."""

from functools import cached_property
from typing import TYPE_CHECKING

from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.direct import AsyncDirectClient, DirectClient
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_catch import missing_sdk

if TYPE_CHECKING:
    from twilio.rest import Client


class Clients:
    """Each is made when it is first asked for; none needs a network."""

    def __init__(self, account: Account, *, origin: str, transport: BackendTransport) -> None:
        self._account = account
        self._origin = origin
        self._transport = transport

    @cached_property
    def sync(self) -> UsersClient:
        """The kit's."""
        return DirectClient(
            self._account.sid,
            self._account.auth_token,
            base_url=self._origin,
            transport=self._transport,
        )

    @cached_property
    def asynchronous(self) -> AsyncUsersClient:
        """The kit's, async; bound to no event loop."""
        return AsyncDirectClient(
            self._account.sid,
            self._account.auth_token,
            base_url=self._origin,
            transport=self._transport,
        )

    @cached_property
    def sdk(self) -> "Client":
        """The SDK's.

        Raises:
            KitError: the SDK is not installed.
        """
        if missing := missing_sdk("twilio_users.sdk"):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_client import sdk_client

        return sdk_client(self._transport, self._account.sid, self._account.auth_token)

    @cached_property
    def async_sdk(self) -> "Client":
        """The SDK's, for its async methods; bound to no event loop.

        Raises:
            KitError: the SDK is not installed.
        """
        if missing := missing_sdk("twilio_users.async_sdk"):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_client import async_sdk_client

        return async_sdk_client(self._transport, self._account.sid, self._account.auth_token)
