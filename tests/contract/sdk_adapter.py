"""Twilio's SDK for Python as the client suite asks for it: prepared by requests, sent by httpx."""

import json
import logging
from typing import Any
from urllib.parse import quote

import httpx
import requests
from requests.adapters import BaseAdapter
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

WEBHOOK = "x_twilio_webhook_enabled"


def in_httpx(request: requests.PreparedRequest) -> httpx.Request:
    """The same request for httpx, its path and body to the letter."""
    origin = httpx.URL(str(request.url)).copy_with(raw_path=b"/")
    headers = dict(request.headers)
    return httpx.Request(
        str(request.method),
        origin.copy_with(raw_path=request.path_url.encode()),
        headers=headers,
        content=request.body,
    )


class ThroughHttpx(BaseAdapter):
    """Hands the requests of a session to httpx, where the kit catches them."""

    def __init__(self) -> None:
        super().__init__()
        self._http = httpx.Client(verify=False)  # noqa: S501  # caught: no certificate to load

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """Ask by httpx."""
        answer = self._http.send(in_httpx(request))
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers.update(answer.headers)
        response._content = answer.content
        response.request = request
        response.url = str(request.url)
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


class AsyncThroughHttpx(HttpClient):
    """Stands in for the SDK's async HTTP client, which asks by aiohttp."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger("twilio.async_http_client"), is_async=True)
        self._http = httpx.AsyncClient(verify=False)  # noqa: S501  # caught: no certificate to load  # as above

    async def request(self, method: str, url: str, *args: Any, **message: Any) -> Response:
        """Ask by httpx; redirects are not followed."""
        given = dict(zip(("params", "data", "headers", "auth"), args, strict=False)) | message
        left = {name: given[name] for name in ("params", "data", "headers", "auth")}
        answer = await self._http.send(in_httpx(requests.Request(method, url, **left).prepare()))
        return Response(answer.status_code, answer.text, answer.headers)


class SdkAdapter:
    """Passes what it is given straight to the SDK, the header in the words that it asks for."""

    suffix = ""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        client = Client(account_sid, auth_token, http_client=self.http_client())
        self._conversations = client.conversations.v1

    def http_client(self) -> HttpClient:
        """The SDK's own HTTP client, with another transport for Twilio."""
        http_client = TwilioHttpClient()
        http_client.session.trust_env = False
        http_client.session.mount("https://", ThroughHttpx())
        return http_client

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
        """A stand-in: aiohttp's requests can't be caught."""
        return AsyncThroughHttpx()


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
