"""Stops requests to Twilio that nothing catches, where nothing is to leave."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.errors import NoNetwork

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@contextmanager
def no_network() -> Iterator[None]:
    """Have no address of Twilio's Conversations be found, whichever library asks."""
    find = socket.getaddrinfo

    @wraps(find)
    def find_elsewhere(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if HOST.fullmatch(name.lower()):
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
