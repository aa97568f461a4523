"""The handle's client of Twilio's SDK, which asks only the backend."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.response import HTTPResponse

from pytest_twilio_users.transports import urllib3_retries
from pytest_twilio_users.transports.asked import asking
from pytest_twilio_users.transports.given_answers import nowhere_to_pass
from pytest_twilio_users.transports.httpx_transport import BackendTransport

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class BackendHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK shows mypy no types
    """An HTTP client for the SDK that asks only a backend."""

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self.session = requests.Session()
        self.session.trust_env = False  # what the environment says is the application's
        self.session.mount("https://", _BackendAdapter(transport))

    def request(self, method: str, url: str, *args: Any, **given: Any) -> SdkResponse:
        """Answer a request of the SDK.

        Raises:
            KitError: an override lets it pass, and there is no network behind.
        """
        with asking(url):
            return super().request(method, url, *args, **given)


class _BackendAdapter(HTTPAdapter):
    """An adapter of requests whose connections lead to a backend."""

    def __init__(self, transport: BackendTransport) -> None:
        self._transport = transport
        super().__init__()

    def init_poolmanager(self, *args: Any, **given: Any) -> None:
        """Make the pools."""
        super().init_poolmanager(*args, **given)
        transport = self._transport

        class BackendPool(HTTPSConnectionPool):
            """A pool of connections to a backend."""

            def urlopen(self, method: str, url: str, *args: Any, **given: Any) -> HTTPResponse:
                """Answer a request."""
                answer = urllib3_retries.answer(transport, self, method, url, *args, **given)
                if answer is None:
                    asked = f"{method} {url.partition('?')[0]}"
                    raise nowhere_to_pass(
                        asked, client="twilio_users_sdk", own="twilio.rest.Client"
                    )
                return answer

        self.poolmanager.pool_classes_by_scheme = {"https": BackendPool}


def sdk_client(transport: BackendTransport, account_sid: str, auth_token: str) -> Client:
    """Make a client of the SDK that asks a backend, and the backend alone."""
    return client_of(BackendHttpClient(transport), account_sid, auth_token)


def client_of(http_client: HttpClient, account_sid: str, auth_token: str) -> Client:
    """A client of the SDK that sends by this, whatever the environment says."""
    client = Client(account_sid, auth_token, http_client=http_client)
    client.edge = client.region = None
    return client
