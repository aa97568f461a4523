"""The members of a club as Conversations users, by Twilio's SDK."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

ALREADY_EXISTS = 50201
AT_ONCE = 10  # Twilio refuses too many concurrent requests


class Club:
    """Members by e-mail address; what is known of them is in the user's attributes."""

    def __init__(self, twilio: Client | None = None) -> None:
        """Use a client of the SDK; without one, the environment's credentials."""
        self.users = (twilio or Client()).conversations.v1.users

    def join(self, email: str, name: str, **known: Any) -> str:
        """Make somebody a member, and give the user's SID; who is one already stays as they are."""
        attributes = json.dumps(known, ensure_ascii=False)  # of a dict the SDK sends the keys
        try:
            user = self.users.create(identity=email, friendly_name=name, attributes=attributes)
        except TwilioRestException as error:
            if error.code != ALREADY_EXISTS:
                raise
            user = self.member(email).fetch()
        return str(user.sid)

    def known_of(self, email: str) -> dict[str, Any] | None:
        """What is known of a member; None of who is no member."""
        try:
            known: dict[str, Any] = json.loads(self.member(email).fetch().attributes)
        except TwilioRestException as error:
            if error.status != 404:
                raise
            return None
        return known

    def leave(self, email: str) -> None:
        """Forget a member; who is none is fine."""
        try:
            self.member(email).delete()
        except TwilioRestException as error:
            if error.status != 404:
                raise

    def names(self) -> Iterator[str]:
        """Every member's name; the next page is asked for when it is needed."""
        for user in self.users.stream(page_size=50):
            yield user.friendly_name

    def member(self, email: str) -> Any:
        """A member as the SDK has them. It does not encode identities: `a?b` would be `a`."""
        return self.users(quote(email, safe=""))


async def greet(emails: Iterable[str], greeting: str) -> list[str]:
    """Put a greeting before the names of members, many at once.

    Returns:
        The addresses of those who are no members.
    """
    addresses = list(emails)
    free = asyncio.Semaphore(AT_ONCE)

    async def greet_one(club: Club, email: str) -> None:
        async with free:
            member = await club.member(email).fetch_async()
            # A SID needs no encoding, and is the same user after a change of address.
            name = f"{greeting} {member.friendly_name}"
            await club.users(member.sid).update_async(friendly_name=name)

    async with AsyncTwilioHttpClient() as http_client:
        club = Club(Client(http_client=http_client))
        greetings = [greet_one(club, email) for email in addresses]
        outcomes = await asyncio.gather(*greetings, return_exceptions=True)
    strangers = []
    for email, outcome in zip(addresses, outcomes, strict=True):
        if isinstance(outcome, TwilioRestException) and outcome.status == 404:
            strangers.append(email)
        elif outcome is not None:
            raise outcome
    return strangers
