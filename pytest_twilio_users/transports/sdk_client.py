"""The handle's own client of Twilio's SDK, which asks a backend alone."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client

from pytest_twilio_users.transports.httpx_transport import BackendTransport, nowhere_to_pass
from pytest_twilio_users.transports.sdk_requests import ask

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK shows mypy no types
    """An HTTP client for the SDK that asks a backend, and the backend alone."""

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def request(self, method: str, url: str, *args: Any, **given: Any) -> SdkResponse:
        """Answer a request of the SDK.

        Raises:
            KitError: an override lets it pass, and there is no network behind.
        """
        answer = ask(self._transport, self, method, url, *args, **given)
        if answer is None:
            asked = f"{method} {urlsplit(url).path}"
            raise nowhere_to_pass(asked, client="twilio_users_sdk", own="twilio.rest.Client")
        return answer


def sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK that asks a backend, and the backend alone."""
    return client_of(BackendHttpClient(transport), account_sid, auth_token)


def client_of(http_client: HttpClient, account_sid: str, auth_token: str) -> Client:
    """A client of the SDK that sends by this, whatever the environment says."""
    client = Client(account_sid, auth_token, http_client=http_client)
    client.edge = client.region = None
    return client
