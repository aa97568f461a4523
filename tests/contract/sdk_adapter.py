"""Twilio's SDK for Python as the client suite asks for it."""

import json
from typing import Any
from urllib.parse import quote

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

WEBHOOK = "x_twilio_webhook_enabled"


class SdkAdapter:
    """Passes what it is given straight to the SDK, the header in the words that it asks for."""

    suffix = ""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        client = Client(account_sid, auth_token, http_client=self.http_client())
        self._conversations = client.conversations.v1

    def http_client(self) -> HttpClient:
        """The SDK's own, whose requests the kit catches."""
        return TwilioHttpClient()

    def create_user(self, identity: str, /, **given: Any) -> Any:
        """Create a user in the default service."""
        return self._ask("create", self._users(), identity, **given)

    def create_service_user(self, service_sid: str, identity: str, /, **given: Any) -> Any:
        """Create a user in a service."""
        return self._ask("create", self._users(service_sid), identity, **given)

    def fetch_user(self, sid: str, /) -> Any:
        """Fetch a user of the default service."""
        return self._ask("fetch", self._users()(self._path(sid)))

    def fetch_service_user(self, service_sid: str, sid: str, /) -> Any:
        """Fetch a user of a service."""
        return self._ask("fetch", self._users(service_sid)(self._path(sid)))

    def update_user(self, sid: str, /, **given: Any) -> Any:
        """Update a user of the default service."""
        return self._ask("update", self._users()(self._path(sid)), **given)

    def update_service_user(self, service_sid: str, sid: str, /, **given: Any) -> Any:
        """Update a user of a service."""
        return self._ask("update", self._users(service_sid)(self._path(sid)), **given)

    def delete_user(self, sid: str, /, **given: Any) -> Any:
        """Delete a user of the default service."""
        return self._ask("delete", self._users()(self._path(sid)), **given)

    def delete_service_user(self, service_sid: str, sid: str, /, **given: Any) -> Any:
        """Delete a user of a service."""
        return self._ask("delete", self._users(service_sid)(self._path(sid)), **given)

    def list_user(self, **given: Any) -> Any:
        """List the users of the default service."""
        return self._ask("list", self._users(), **given)

    def list_service_user(self, service_sid: str, /, **given: Any) -> Any:
        """List the users of a service."""
        return self._ask("list", self._users(service_sid), **given)

    def _users(self, service_sid: str | None = None) -> Any:
        if service_sid is None:
            return self._conversations.users
        return self._conversations.services(service_sid).users

    def _path(self, sid: str) -> str:
        return sid

    def _ask(self, action: str, users: Any, *arguments: str, **given: Any) -> Any:
        if WEBHOOK in given:
            given[WEBHOOK] = str(given[WEBHOOK]).lower()
        return getattr(users, action + self.suffix)(*arguments, **given)


class AsyncSdkAdapter(SdkAdapter):
    """The SDK's async methods."""

    suffix = "_async"

    def http_client(self) -> HttpClient:
        """The SDK's own, bound to no event loop."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient

        return AsyncTwilioHttpClient(pool_connections=False)


class ImpatientSdkAdapter(SdkAdapter):
    """Sets a timeout, as the SDK has none."""

    def http_client(self) -> HttpClient:
        """The SDK's own, which waits for ten seconds."""
        return TwilioHttpClient(timeout=10)


class CarefulSdkAdapter(SdkAdapter):
    """Does what a caller can: identities quoted, attributes as text, a size for pages."""

    def _path(self, sid: str) -> str:
        return quote(sid, safe="")

    def _ask(self, action: str, users: Any, *arguments: str, **given: Any) -> Any:
        if "attributes" in given:
            given["attributes"] = json.dumps(given["attributes"])
        if action == "list":
            given.setdefault("page_size", 50)
        return super()._ask(action, users, *arguments, **given)
