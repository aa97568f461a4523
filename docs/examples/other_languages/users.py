"""Conversations users by Twilio's Python library: on Twilio, or where TWILIO_BASE_URL leads."""

import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client


class RedirectedClient(TwilioHttpClient):
    """Sends to another base URL all that the library would send to Twilio."""

    def __init__(self, base_url: str, **options: Any) -> None:
        super().__init__(**options)
        self.base_url = base_url

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        url = re.sub("^https?://[^/]+", self.base_url, url)
        return super().request(method, url, *rest, **more)


def make_client() -> Client:
    """A client by the environment."""
    base_url = os.environ.get("TWILIO_BASE_URL")
    http_client = RedirectedClient(base_url) if base_url else TwilioHttpClient()
    return Client(http_client=http_client)  # the credentials are in the environment, too


def tell_refusal(ask: Callable[[], object]) -> None:
    """Print the status and the code of what is refused."""
    try:
        ask()
    except TwilioRestException as error:
        print("refused", error.status, error.code)


if __name__ == "__main__":
    ada = "ada lovelace"
    api = make_client().conversations.v1

    print("created", api.users.create(identity=ada, friendly_name="Ada").identity)
    tell_refusal(lambda: api.users.create(identity=ada))
    for identity in ("grace", "joan"):
        api.users.create(identity=identity)
    print("listed", ", ".join(user.identity for user in api.users.list(page_size=2)))

    user = api.users(quote(ada, safe=""))  # the library puts it into the path as it is
    print("fetched", user.fetch().friendly_name)
    print("updated", user.update(friendly_name="Countess").friendly_name)
    user.delete()
    print("deleted")
    tell_refusal(user.fetch)
