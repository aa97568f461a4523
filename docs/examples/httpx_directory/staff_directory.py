"""Keeps Twilio's Conversations users in step with a company's staff."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

USERS = "https://conversations.twilio.com/v1/Users"
PAUSES = (0.5, 1, 2)  # seconds, where Twilio has too many requests


class Directory:
    """Twilio's users by identity; each has a friendly name."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        credentials = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
        self.http = httpx.Client(auth=credentials, timeout=10)
        self.pause = pause

    def sync(self, staff: Mapping[str, str]) -> None:
        """Create who is missing, rename who changed, delete who left.

        Args:
            staff: names by identity.

        Raises:
            httpx.HTTPError: Twilio refused or did not answer; sync again later.
        """
        users = {user["identity"]: user for user in self.users()}
        for identity, name in staff.items():
            if identity not in users:
                self.add(identity, name)
            elif users[identity]["friendly_name"] != name:
                self.rename(users[identity]["sid"], name)
        for identity in users.keys() - staff.keys():
            self.remove(users[identity]["sid"])

    def users(self) -> Iterator[dict[str, Any]]:
        """Every user, page by page."""
        url = f"{USERS}?PageSize=50"
        while url:
            page = self.ask("GET", url).raise_for_status().json()
            yield from page["users"]
            url = page["meta"]["next_page_url"]

    def add(self, identity: str, name: str) -> None:
        """Create a user, or rename the one that somebody else has just created."""
        answer = self.ask("POST", USERS, {"Identity": identity, "FriendlyName": name})
        if answer.status_code == httpx.codes.CONFLICT:
            # One segment of the path, whatever it holds; httpx would resolve `.` and `..`.
            self.rename(quote(identity, safe="").replace(".", "%2E"), name)
        else:
            answer.raise_for_status()

    def rename(self, sid: str, name: str) -> None:
        """Change a user's friendly name, by SID or encoded identity."""
        self.ask("POST", f"{USERS}/{sid}", {"FriendlyName": name}).raise_for_status()

    def remove(self, sid: str) -> None:
        """Delete a user; one that is gone already is fine."""
        answer = self.ask("DELETE", f"{USERS}/{sid}")
        if answer.status_code != httpx.codes.NOT_FOUND:
            answer.raise_for_status()

    def ask(self, method: str, url: str, form: dict[str, str] | None = None) -> httpx.Response:
        """Send a request, and again where Twilio did not look at it: 429."""
        for pause in PAUSES:
            answer = self.http.request(method, url, data=form)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return answer
            self.pause(pause)
        return self.http.request(method, url, data=form)
