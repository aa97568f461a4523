"""The kit's clients, sending by an HTTP client that knows nothing of the kit."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_twilio_users import AsyncUsersClient, TwilioUsers, UsersClient


@contextmanager
def sending_by(
    http_client: Any,
    twilio_users: TwilioUsers,
    runner: asyncio.Runner,
    *,
    base_url: str = "https://conversations.twilio.com",
) -> Iterator[UsersClient | AsyncUsersClient]:
    """A sync or async client, as the HTTP client is, which is closed in the end."""
    credentials = (twilio_users.account_sid, twilio_users.auth_token)
    if hasattr(http_client, "aclose"):
        yield AsyncUsersClient(*credentials, base_url=base_url, http_client=http_client)
        runner.run(http_client.aclose())
    else:
        with http_client:
            yield UsersClient(*credentials, base_url=base_url, http_client=http_client)
