"""The user that a caller asked for, where its library normalises the path before it is sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

# A user's conversations are another resource, page by page, unless dots lead to all of them; an
# identity that looks like one is none.
_ABOUT_A_USER = re.compile(
    r"[^?#]*?/v1(?:/Services/[^/?#]+)?/Users/"
    r"(?:((?:\.|%2[Ee]){1,2})/Conversations(?:[/?].*)?"
    r"|(?!.+/Conversations(?:/[^/]+|\?(?:.*&)?Page=.*)?$)(.*))",
    re.DOTALL,
)

_asked: ContextVar[str | None] = ContextVar("asked", default=None)


@lru_cache(maxsize=1024)
def asked_user(url: str) -> str | None:
    """The user that a URL of the SDK's was made for; it puts identities there as they are."""
    found = _ABOUT_A_USER.fullmatch(url)
    return found[1] or found[2] if found else None


@contextmanager
def asking(url: str) -> Iterator[None]:
    """Remember whom a URL is about until its request is written."""
    token = _asked.set(asked_user(url))
    try:
        yield
    finally:
        _asked.reset(token)


def take_asked() -> str | None:
    """Whom the request that is being written was made for; nobody for the next, a redirect."""
    asked = _asked.get()
    if asked is not None:
        _asked.set(None)
    return asked
