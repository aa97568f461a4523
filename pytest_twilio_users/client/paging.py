"""How far pages of users are followed."""

import re
from contextlib import suppress

import httpx

from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.errors import ForeignPageLink, InvalidArgument
from pytest_twilio_users.wire.messages import Request

# What no library reads otherwise than it is written.
_PLAIN_LINK = re.compile(r"[A-Za-z0-9:/?&=.,_~%+-]+")


class Limit:
    """Counts users down to a limit."""

    def __init__(self, limit: int | None) -> None:
        if limit is not None and limit < 0:
            raise InvalidArgument(
                f"limit={limit} is negative: give a number from 0, or None for all."
            )
        self._left = limit

    @property
    def reached(self) -> bool:
        """Whether no more users are wanted."""
        return self._left == 0

    def take(self, page: UserPage) -> tuple[User, ...]:
        """The users of a page that are within the limit."""
        users = page.users[: self._left]
        if self._left is not None:
            self._left -= len(users)
        return users


def next_request(operation: str, page: UserPage, *, origin: str) -> Request | None:
    """The request for the next page, or None if there is none.

    Raises:
        ForeignPageLink: it is on another origin than the client's.
    """
    link = page.meta.next_page_url
    if link is None:
        return None
    if not (link.startswith(f"{origin}/v1/") and _PLAIN_LINK.fullmatch(link)):
        link = _own_link(operation, link, origin)
    scheme, _, rest = link.partition("://")
    host, _, target = rest.partition("/")
    return Request(method="GET", origin=f"{scheme}://{host}", target=f"/{target}")


def _own_link(operation: str, link: str, origin: str) -> str:
    """The link as httpx spells it, if it leads to where the client talks to."""
    here = httpx.URL(origin)
    with suppress(httpx.InvalidURL):
        url = here.join(link)
        if here.join(url.raw_path.decode()) == url:
            return str(url)
    raise ForeignPageLink(
        f"{operation}: the next page is said to be at {link}, but this client talks to"
        f" {origin}. It was not followed, as it would take the credentials there."
        " If that host is yours, give it as base_url."
    )
