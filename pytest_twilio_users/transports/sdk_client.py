"""The handle's own client of Twilio's SDK."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.sdk_messages import LetPass
from pytest_twilio_users.transports.sdk_requests import ask

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK shows mypy no types
    """An HTTP client for the SDK that asks a backend, and the backend alone."""

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def request(self, method: str, url: str, *args: Any, **given: Any) -> Response:
        """Answer a request of the SDK.

        Raises:
            KitError: an override lets it pass, and there is no network behind.
        """
        try:
            return ask(self._transport, self, method, url, *args, **given)
        except LetPass:
            raise KitError(
                f"{method} {urlsplit(url).path} may pass through, but twilio_users_sdk has"
                " no network behind it in stub mode. Send it from a twilio.rest.Client of your own."
            ) from None


def sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK that asks a backend, and the backend alone."""
    client = Client(account_sid, auth_token, http_client=BackendHttpClient(transport))
    client.edge = client.region = None  # whatever the environment says
    return client
