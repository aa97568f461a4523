"""What of the process is changed for a while: environment names, and the way to Twilio."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.errors import NoNetwork

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@contextmanager
def lent(values: Mapping[str, str | None]) -> Iterator[None]:
    """Have environment names hold these values, or be unset for None; put back what they held."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def no_network() -> Iterator[None]:
    """Have no address of Twilio's Conversations be found, whichever library asks."""
    find = socket.getaddrinfo

    @wraps(find)
    def find_elsewhere(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if HOST.fullmatch(name.lower().removesuffix(".")):
            raise NoNetwork(
                f"A request was on its way to {name}, and in replay nothing leaves. The kit catches"
                " httpx, httpx2 and Twilio's SDK; other clients ask twilio_users_server."
            )
        return find(host, *arguments, **options)

    socket.getaddrinfo = find_elsewhere
    try:
        yield
    finally:
        socket.getaddrinfo = find
