"""What a help desk knows of its customers, kept in the attributes of Conversations users."""

import json
import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2

USERS = "https://conversations.twilio.com/v1/Users"


def credentials() -> tuple[str, str]:
    """The account's, from the environment."""
    return os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]


class HelpDesk:
    """For the programs of the desk: one customer at a time."""

    def __init__(self) -> None:
        self.http = httpx2.Client(auth=credentials(), timeout=10)

    def recall(self, customer: str) -> dict[str, Any] | None:
        """What is known of a customer; None of who was never heard of."""
        answer = self.http.get(url_of(customer))
        return None if answer.status_code == httpx2.codes.NOT_FOUND else known(user_in(answer))

    def remember(self, customer: str, **facts: Any) -> None:
        """Add facts to what is known; of two desks that do so at once, the later is kept."""
        before = self.recall(customer)
        if before is None:
            form = {"Identity": customer, "Attributes": as_text(facts)}
            answer = self.http.post(USERS, data=form)
            if answer.status_code != httpx2.codes.CONFLICT:
                user_in(answer)
                return
            before = self.recall(customer) or {}  # another desk has just met them
        user_in(self.http.post(url_of(customer), data={"Attributes": as_text(before | facts)}))


async def search(**facts: Any) -> AsyncIterator[str]:
    """The customers of whom all these facts are known; Twilio itself can't look for them."""
    async with httpx2.AsyncClient(auth=credentials(), timeout=10) as http:
        url = f"{USERS}?PageSize=50"
        while url:
            page = (await http.get(url)).raise_for_status().json()
            for user in page["users"]:
                if facts.items() <= known(user).items():
                    yield user["identity"]
            url = page["meta"]["next_page_url"]


def url_of(customer: str) -> str:
    """Of a user; one segment, whatever the identity: httpx2 would resolve `.` and `..`."""
    return f"{USERS}/{quote(customer, safe='').replace('.', '%2E')}"


def user_in(answer: httpx2.Response) -> dict[str, Any]:
    """The user that Twilio answered with."""
    user: dict[str, Any] = answer.raise_for_status().json()
    return user


def known(user: dict[str, Any]) -> dict[str, Any]:
    """What a user's attributes say."""
    facts: dict[str, Any] = json.loads(user["attributes"])
    return facts


def as_text(facts: dict[str, Any]) -> str:
    """Facts as attributes; Twilio has refused some JSON escapes, so there are few."""
    return json.dumps(facts, ensure_ascii=False)
