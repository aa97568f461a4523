"""Remembers what was made of short texts, as they come again; long ones would only take room."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_LONGEST = 4_096
"""How many characters a text may have: an identity in a path has 256, of twelve at most each."""


def remembered(most: int) -> Callable[[F], F]:
    """Remember what a function gave for the last texts, up to so many; the text comes first."""

    def remember(find: F) -> F:
        known = lru_cache(maxsize=most)(find)

        @wraps(find)
        def look_up(text: str | bytes | None, *more: str | None) -> Any:
            return (known if text is None or len(text) <= _LONGEST else find)(text, *more)

        return cast("F", look_up)

    return remember
