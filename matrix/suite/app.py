"""Application code: it knows Twilio and two HTTP libraries, and nothing of the kit."""

import httpx
import requests

USERS = "https://conversations.twilio.com/v1/Users"
ROOMS = "https://conversations.twilio.com/v1/Conversations"
LOGIN = ("AC" + 32 * "a", "a secret of the application")
HOOKED = {"X-Twilio-Webhook-Enabled": "true"}

http = httpx.Client(auth=LOGIN, verify=False)  # noqa: S501  # no certificates to load


def sign_up(identity):
    """Create a user."""
    return http.post(USERS, data={"Identity": identity}).raise_for_status().json()


def sign_up_by_requests(identity):
    """Create one with another library."""
    answer = requests.post(USERS, data={"Identity": identity}, auth=LOGIN, timeout=5)
    answer.raise_for_status()


async def sign_up_async(identity):
    """Create one from a coroutine."""
    async with httpx.AsyncClient(auth=LOGIN, verify=False) as client:  # noqa: S501  # the same
        (await client.post(USERS, data={"Identity": identity})).raise_for_status()


def rename(identity, name):
    """Change a user, of which an application is told."""
    answer = http.post(f"{USERS}/{identity}", data={"FriendlyName": name}, headers=HOOKED)
    answer.raise_for_status()


def retire(identity):
    """Delete a user."""
    http.delete(f"{USERS}/{identity}").raise_for_status()
