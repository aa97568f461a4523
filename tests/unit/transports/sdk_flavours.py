"""The HTTP clients of Twilio's SDK, sync and async, used in the same manner."""

import inspect

import pytest
from twilio.http.http_client import TwilioHttpClient

from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.sdk_client import sdk_client
from pytest_twilio_users.transports.sdk_note import AsyncSdkNote, SdkNote
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

LOGIN = ("AC" + "a" * 32, "a-secret")
USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.twilio.com/2010-04-01/Accounts.json"


class Sdk:
    """One flavour of the SDK's HTTP client; what it gives is awaited at once."""

    def __init__(self, runner):
        self.is_async = runner is not None
        self._runner = runner
        self.kind = TwilioHttpClient
        if self.is_async:
            module = pytest.importorskip("twilio.http.async_http_client")  # since 8.0
            self.kind = module.AsyncTwilioHttpClient

    def note(self):
        """What notes whom this flavour asks for."""
        return AsyncSdkNote() if self.is_async else SdkNote()

    def catch(self, transport):
        """A catch of what this flavour sends by."""
        return (AiohttpCatch if self.is_async else Urllib3Catch)(transport)

    def own(self, transport):
        """The handle's own client of this flavour."""
        if not self.is_async:
            return sdk_client(transport, *LOGIN)
        from pytest_twilio_users.transports.sdk_async_client import async_sdk_client

        return async_sdk_client(transport, *LOGIN)

    def http(self, **named):
        """Open an HTTP client of the SDK."""

        async def make():
            return self.kind(**named)

        return self._runner.run(make()) if self.is_async else self.kind(**named)

    def close(self, client):
        """Close what is open."""
        if self.is_async:
            self._runner.run(client.close())
        elif client.session:
            client.session.close()

    def run(self, result):
        """Await a result that can be awaited."""
        return self._runner.run(result) if inspect.iscoroutine(result) else result

    def request(self, client, method="GET", url=USERS, **message):
        """Send a request."""
        return self.run(client.request(method, url, **{"auth": LOGIN, **message}))
