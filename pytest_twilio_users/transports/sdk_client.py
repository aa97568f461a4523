"""The handle's own clients of Twilio's SDK, which ask a backend alone."""

from twilio.http import HttpClient
from twilio.rest import Client

from pytest_twilio_users.transports.httpx_transport import BackendTransport


def sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK that asks a backend, and the backend alone."""
    from pytest_twilio_users.transports.sdk_requests import BackendHttpClient

    return _client(BackendHttpClient(transport), account_sid, auth_token)


def async_sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """The same for the SDK's async methods; bound to no event loop."""
    from pytest_twilio_users.transports.sdk_aiohttp import AsyncBackendHttpClient  # not for sync

    return _client(AsyncBackendHttpClient(transport), account_sid, auth_token)


def _client(http_client: HttpClient, account_sid: str, auth_token: str) -> Client:
    client = Client(account_sid, auth_token, http_client=http_client)
    client.edge = client.region = None  # whatever the environment says
    return client
