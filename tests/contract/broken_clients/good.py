"""A client of plain httpx that keeps every promise, in parts that are small enough to break."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx

TWILIO = "https://conversations.twilio.com"
USER, PAGE = "user", "page"


class TwilioError(Exception):
    """Twilio said no, or nothing that can be understood."""

    def __init__(self, status: int, code: int | None = None) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


class GoodClient:
    """Its own adapter: users are shown as the answer's JSON."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self.http = httpx.Client(auth=(account_sid, auth_token), verify=False)  # noqa: S501  # caught: no certificate to load

    # What is sent

    def users(self, service_sid: str | None) -> str:
        """The URL of a service's users."""
        return f"{TWILIO}/v1/Services/{service_sid}/Users" if service_sid else f"{TWILIO}/v1/Users"

    def user(self, service_sid: str | None, sid: str) -> str:
        """The URL of a user."""
        return f"{self.users(service_sid)}/{self.segment(sid)}"

    def segment(self, sid: str) -> str:
        """A SID or identity as one segment of a path."""
        return sid.replace(".", "%2E") if sid in (".", "..") else quote(sid, safe="")

    def form(self, **given: Any) -> dict[str, Any]:
        """What is given, by Twilio's names."""
        if "attributes" in given:
            given["attributes"] = self.attributes(given["attributes"])
        return {name.title().replace("_", ""): value for name, value in given.items()}

    def attributes(self, attributes: dict[str, Any]) -> Any:
        """Attributes as Twilio's JSON text."""
        return json.dumps(attributes, ensure_ascii=False)

    def headers(self, *, x_twilio_webhook_enabled: bool | None = None) -> dict[str, str]:
        """The webhook header, if it was given."""
        if x_twilio_webhook_enabled is None:
            return {}
        return {"X-Twilio-Webhook-Enabled": str(x_twilio_webhook_enabled).lower()}

    def write(self, url: str, **given: Any) -> httpx.Response:
        """Send a form, and the header."""
        webhook = {name: given.pop(name) for name in [*given] if name.startswith("x_")}
        return self.send("POST", url, data=self.form(**given), headers=self.headers(**webhook))

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        """Send a request."""
        return self.http.request(method, url, **message)

    # What is asked for

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        """Create a user."""
        return self.read(self.write(self.users(service_sid), identity=identity, **given), 201)

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        """Fetch a user."""
        return self.read(self.send("GET", self.user(service_sid, sid)), 200)

    def update(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        """Update a user."""
        return self.read(self.write(self.user(service_sid, sid), **given), 200)

    def delete(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        """Delete a user."""
        url = self.user(service_sid, sid)
        self.refuse(self.send("DELETE", url, headers=self.headers(**given)), 204)

    def list(
        self, service_sid: str | None, *, limit: int | None = None, page_size: int = 50
    ) -> Iterable[Any]:
        """List users over all pages."""
        found: list[Any] = []
        url = f"{self.users(service_sid)}?{urlencode(self.query(limit, page_size))}"
        while url and (limit is None or len(found) < limit):
            page = self.page(url)
            found += page["users"]
            url = self.next_url(page["meta"])
        return found[:limit]

    def query(self, limit: int | None, page_size: int) -> dict[str, Any]:
        """How many users to ask for at a time."""
        return {"PageSize": min(limit or 50, page_size, 50)}

    def page(self, url: str) -> Any:
        """Ask for a page."""
        return self.read(self.send("GET", url), 200, PAGE)

    def next_url(self, meta: dict[str, Any]) -> str | None:
        """Where the next page is, if there is one; only Twilio is trusted."""
        url = meta["next_page_url"]
        if url and not url.startswith(f"{TWILIO}/"):
            raise ValueError(url)
        return url

    # What is read

    def refuse(self, response: httpx.Response, status: int) -> None:
        """Raise what is not the expected status."""
        if response.status_code != status:
            raise TwilioError(response.status_code, self.code(response))

    def code(self, response: httpx.Response) -> int | None:
        """Twilio's code for an error."""
        try:
            return response.json().get("code")
        except ValueError:
            return None

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        """A user or a page, if the answer is one."""
        self.refuse(response, status)
        body = response.json()
        users = body["users"] if what == PAGE else [body]
        if not isinstance(users, list) or (what == PAGE and not self.conforms(body["meta"], META)):
            raise TwilioError(status)
        if not all(self.conforms(user, FIELDS) for user in users):
            raise TwilioError(status)
        return body

    def conforms(self, found: Any, forms: dict[str, Callable[[Any], object]]) -> bool:
        """Whether all fields have the form that they are to have."""
        return isinstance(found, dict) and all(
            forms[name](value)
            for name, value in found.items()
            if name in forms and (value is not None or name in ALWAYS)
        )

    # What the suite asks

    def create_user(self, identity: str, /, **given: Any) -> Any:
        """Create a user in the default service."""
        return self.create(None, identity, **given)

    def create_service_user(self, service_sid: str, identity: str, /, **given: Any) -> Any:
        """Create a user in a service."""
        return self.create(service_sid, identity, **given)

    def fetch_user(self, sid: str, /) -> Any:
        """Fetch a user of the default service."""
        return self.fetch(None, sid)

    def fetch_service_user(self, service_sid: str, sid: str, /) -> Any:
        """Fetch a user of a service."""
        return self.fetch(service_sid, sid)

    def update_user(self, sid: str, /, **given: Any) -> Any:
        """Update a user of the default service."""
        return self.update(None, sid, **given)

    def update_service_user(self, service_sid: str, sid: str, /, **given: Any) -> Any:
        """Update a user of a service."""
        return self.update(service_sid, sid, **given)

    def delete_user(self, sid: str, /, **given: Any) -> Any:
        """Delete a user of the default service."""
        return self.delete(None, sid, **given)

    def delete_service_user(self, service_sid: str, sid: str, /, **given: Any) -> Any:
        """Delete a user of a service."""
        return self.delete(service_sid, sid, **given)

    def list_user(self, **given: Any) -> Any:
        """List the users of the default service."""
        return self.list(None, **given)

    def list_service_user(self, service_sid: str, /, **given: Any) -> Any:
        """List the users of a service."""
        return self.list(service_sid, **given)


class AsciiClient(GoodClient):
    """Escapes what is not ASCII, as `json.dumps` does by default: that is good, too."""

    def attributes(self, attributes: dict[str, Any]) -> Any:
        """Attributes as Twilio's JSON text."""
        return json.dumps(attributes)


def _text(pattern: str) -> Callable[[Any], object]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL)


def _is_date(value: Any) -> bool:
    form = _text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
    return bool(form(value) and datetime.fromisoformat(value))


def _is_object(value: Any) -> bool:
    return isinstance(json.loads(value, parse_constant=int), dict)


DIGITS = "[0-9a-fA-F]{32}"
FIELDS: dict[str, Callable[[Any], object]] = {
    "sid": _text("US" + DIGITS),
    "account_sid": _text("AC" + DIGITS),
    "chat_service_sid": _text("IS" + DIGITS),
    "role_sid": _text("RL" + DIGITS),
    "identity": _text(".*"),
    "friendly_name": _text(".*"),
    "attributes": _is_object,
    "is_online": lambda value: isinstance(value, bool),
    "is_notifiable": lambda value: isinstance(value, bool),
    "date_created": _is_date,
    "date_updated": _is_date,
    "url": _text("https?://.*"),
    "links": lambda value: isinstance(value["user_conversations"], str),
}
META: dict[str, Callable[[Any], object]] = {
    "page": lambda value: type(value) is int,
    "page_size": lambda value: type(value) is int,
    "first_page_url": _text("https?://.*"),
    "previous_page_url": _text("https?://.*"),
    "url": _text("https?://.*"),
    "next_page_url": _text("https?://.*"),
    "key": _text("users"),
}
ALWAYS = ("page", "page_size", "first_page_url", "key")
