"""Clients for the handle's users: the kit's own, or Twilio's SDK."""

from functools import cached_property
from typing import TYPE_CHECKING

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.direct import AsyncDirectClient, DirectClient
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_note import missing_sdk

if TYPE_CHECKING:
    from twilio.rest import Client


class OwnClients:
    """All ask through one transport. The SDK's are made when they are first asked for."""

    def __init__(
        self, account_sid: str, auth_token: str, *, origin: str, transport: BackendTransport
    ) -> None:
        login = account_sid, auth_token
        self.sync = DirectClient(*login, base_url=origin, transport=transport)
        self.asynchronous = AsyncDirectClient(*login, base_url=origin, transport=transport)
        self._login = login
        self._transport = transport

    @cached_property
    def sdk(self) -> "Client":
        """The SDK's, for its sync methods."""
        if missing := missing_sdk("twilio_users.sdk"):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_client import sdk_client

        return sdk_client(self._transport, *self._login)

    @cached_property
    def async_sdk(self) -> "Client":
        """The SDK's, for its async methods."""
        if missing := missing_sdk("twilio_users.async_sdk", is_async=True):
            raise KitError(missing)
        from pytest_twilio_users.transports.sdk_async_client import async_sdk_client

        return async_sdk_client(self._transport, *self._login)
