"""What living fixtures say that they made, held against what a test sees."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pytest_twilio_users import TwilioUsers

NAMES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_REGION", "TWILIO_EDGE")
"""What the kit lends the environment, or takes from it."""


class Leak(AssertionError):
    """Somebody sees what is not there for him, or does not see what is."""


@dataclass(kw_only=True, eq=False)
class Made:
    """What one fixture made: its users' names, what it sent, and what it changed besides."""

    wide: bool
    users: dict[str, str | None] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    overridden: set[str] = field(default_factory=set)
    added_routes: int = 0
    rooms: list[str] = field(default_factory=list)
    hours: int = 0

    def signed_up(self, name: str) -> None:
        """Say that the application created a user, for this fixture."""
        self.users[name] = None
        self.sent += ["create_user"]


ALIVE: list[Made] = []
looks = 0  # how often somebody looked


@contextmanager
def making(*, wide: bool = True) -> Iterator[Made]:
    """While a fixture lives, tests see what it says that it made."""
    made = Made(wide=wide)
    ALIVE.append(made)
    try:
        yield made
    finally:
        ALIVE.remove(made)


def look(twilio_users: TwilioUsers, *, by: Made | None = None, max_page_size: int = 1000) -> None:
    """See that there is what the living fixtures made, and nothing else.

    The journal is that of who looks: of a wide fixture, or of a test with its own fixtures.
    """
    global looks  # noqa: PLW0603  # pytest has each module once
    looks += 1
    alive = [made for made in ALIVE if made.wide] if by else ALIVE  # a test may have died
    sent = by.sent if by else [each for made in ALIVE if not made.wide for each in made.sent]
    expected: dict[str, object] = {
        "users": {name: shown for made in alive for name, shown in made.users.items()},
        "sent": sent,
        "overridden": set().union(*(made.overridden for made in alive)),
        "routes": 10 + sum(made.added_routes for made in alive),
        "hours": sum(made.hours for made in alive),
        "webhooks": 2 * sent.count("update_user"),
        "environment": [twilio_users.account_sid, twilio_users.auth_token, None, None],
        "max_page_size": max_page_size,
    }
    routes = twilio_users.routes
    ahead = twilio_users.clock.now() - datetime.now(UTC)
    seen: dict[str, object] = {
        "users": {user.identity: user.friendly_name for user in twilio_users.users()},
        "sent": twilio_users.journal.operations,
        "overridden": {route.name for route in routes.routes if route.name and route.overridden},
        "routes": len(routes.routes),
        "hours": round(ahead / timedelta(hours=1)),
        "webhooks": len(twilio_users.webhooks),
        "environment": [os.environ.get(name) for name in NAMES],
        "max_page_size": twilio_users.settings.max_page_size,
    }
    if by is None:  # asking turns neighbours on, which is to end with the test
        expected["rooms"] = [room for made in alive for room in made.rooms]
        rooms = twilio_users.neighbours.of("conversations")
        seen["rooms"] = [room["unique_name"] for room in rooms]
    wrong = {key: (seen[key], expected[key]) for key in seen if seen[key] != expected[key]}
    if wrong:
        told = (f"{key}: saw {saw!r}, not {there!r}" for key, (saw, there) in wrong.items())
        raise Leak("; ".join(told))
