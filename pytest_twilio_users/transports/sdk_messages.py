"""What answering Twilio's SDK takes, sync or async; whom it asked for."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from twilio.http import HttpClient
from twilio.http.request import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Errors = Mapping[type[Exception], Callable[[str], Exception]]
"""How a library tells what httpx tells by these errors, the nearest class first."""

# A user's conversations are another resource; an identity that looks like one is none.
_ABOUT_A_USER = re.compile(
    r"[^?#]*?/v1(?:/Services/[^/?#]+)?/Users/(?!.+/Conversations(?:/[^/]+)?$)(.*)", re.DOTALL
)


class LetPass(BaseException):  # no error: nothing that retries on errors may see it
    """An author's override lets the request pass through."""


@lru_cache(maxsize=1024)
def asked_user(url: str) -> str | None:
    """The user that a URL of the SDK's was made for; it puts identities there as they are."""
    found = _ABOUT_A_USER.fullmatch(url)
    return found[1] if found else None


def note_request(client: HttpClient, message: dict[str, Any]) -> bool:
    """Note a request as the SDK does, and tell whether the response is to be logged as well.

    Nothing is logged that nobody hears: to write it takes a while.
    """
    kind = type(client)
    is_heard = (
        client.logger.isEnabledFor(logging.INFO)
        or kind.log_request is not HttpClient.log_request
        or kind.log_response is not HttpClient.log_response
    )
    if is_heard:
        client.log_request(message)
    client._test_only_last_response = None  # noqa: SLF001  # as the SDK's own code does
    client._test_only_last_request = Request(**message)  # noqa: SLF001  # the same
    return is_heard


class _Titles(dict[str, str]):
    """Names of headers as HTTP/1.1 writes them; who makes a dict of the headers finds them so."""

    def __missing__(self, name: str) -> str:
        title = self[name] = name.title()
        return title


title_case = _Titles()


@contextmanager
def told_by(errors: Errors) -> Iterator[None]:
    """Raise the errors of httpx, which overrides raise, as another library's."""
    try:
        yield
    except Exception as error:
        tell = next((errors[kind] for kind in type(error).__mro__ if kind in errors), None)
        if tell is None:
            raise
        raise tell(str(error)) from error
