"""Watches which hosts Python is asked for, whoever asks."""

import sys
from collections.abc import Callable
from typing import Any

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Check = Callable[[object, str], None]
"""Is told a host as somebody gave it, and by which module; raises to refuse it."""

_EVENTS = frozenset(
    ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto")
)


class _Lookups:
    """Python's own audit hook: it can't be patched over, nor gone around. Nor be removed."""

    def __init__(self) -> None:
        self.checks: tuple[Check, ...] = ()
        self._hooked = False

    def watch(self, check: Check) -> None:
        """Have hosts checked."""
        self.checks = (*self.checks, check)
        if not self._hooked:
            self._hooked = True
            sys.addaudithook(self._hear)

    def leave(self, check: Check) -> None:
        """Have them checked no more."""
        self.checks = tuple([other for other in self.checks if other != check])

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _EVENTS and self.checks:
            for check in self.checks:
                check(_host_of(event, args), "socket")


def _host_of(event: str, args: tuple[Any, ...]) -> object:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        return address[0] if isinstance(address, tuple) and address else None
    return args[0]


LOOKUPS = _Lookups()
"""One for the process, as is Python's hook."""
