"""Names of headers as HTTP/1.1 servers mostly write them."""

from functools import lru_cache

from pytest_twilio_users.wire.messages import Headers

_title_of = lru_cache(maxsize=256)(str.title)


def titled(headers: Headers) -> list[tuple[str, str]]:
    """The headers with their names in title case: who makes a dict of them finds them so."""
    return [(_title_of(name), value) for name, value in headers]
