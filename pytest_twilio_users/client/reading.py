"""Turns an answer into a model, an error, or the request for the next page."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from pytest_twilio_users.client.error import Answered, TwilioApiError, first_words
from pytest_twilio_users.contract.arguments import require_whole
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.errors import ForeignPageLink
from pytest_twilio_users.transports.httpx_messages import from_httpx_response
from pytest_twilio_users.wire.answers import success_violations
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.violations import Severity

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

# What no library reads otherwise than it is written.
_PLAIN_LINK = re.compile(r"[A-Za-z0-9:/?&=.,_~%+-]+")

_MODELS = {Action.LIST: UserPage.from_dict, Action.DELETE: lambda _: None}
_MODEL_OF: dict[str, Callable[[Any], Any]] = {
    operation.name: _MODELS.get(operation.action, User.from_dict)
    for operation in OPERATIONS.values()
}


def read(operation: str, answered: Answered) -> Any:
    """Read the answer of an operation: a `User`, a `UserPage`, or None after a delete.

    Raises:
        TwilioApiError: the answer is no success, or breaks the contract.
    """
    response = answered[1] if isinstance(answered, tuple) else from_httpx_response(answered)
    if not 200 <= response.status < 300:
        raise TwilioApiError(operation, answered)
    try:
        body: Any = response.json() if response.body else None
        found = success_violations(OPERATIONS[operation], response, body)
        # What a model would hide.
        broken = next((each for each in found if each.severity is Severity.ERROR), None)
        if broken is None:
            return _MODEL_OF[operation](body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        text = response.body.decode(errors="replace")
        problem = f"The answer can't be read: {first_words(text)}"
        raise TwilioApiError(operation, answered, problem) from None
    # What was found may be somebody's data.
    place = f"{broken.pointer or 'the body'}: {broken.allowed}"
    raise TwilioApiError(operation, answered, f"The answer breaks the contract at {place}")


class Limit:
    """Counts users down to a limit."""

    def __init__(self, limit: int | None) -> None:
        if limit is not None:
            require_whole(limit, name="limit", least=0, instead=", or None for all")
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
    with suppress(httpx.InvalidURL, ValueError):  # the latter of half a surrogate pair, of brackets
        url = here.join(link)
        if here.join(url.raw_path.decode()) == url:
            return str(url)
    raise ForeignPageLink(
        f"{operation}: the answer links the next page at {link}, but this client talks to"
        f" {origin}. The client did not follow the link, as that would send the credentials"
        " there. If that host is yours, give it as base_url."
    )
