"""The way out by pycurl, whose class is written in C: it can't be patched, only replaced."""

from __future__ import annotations

import sys
from typing import Any

from pytest_twilio_users.transports.exits import CURLOPT_URL, Check

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class PycurlGuard:
    """While started, `pycurl.Curl` refuses URLs that lead to Twilio's Conversations.

    Not those objects that were made before, nor where a module took the class by its name.
    """

    module = "pycurl"

    def __init__(self, *, check: Check) -> None:
        self._check = check
        self._started = False
        self._library: Any = None
        self._beneath: Any = None
        self._curl: Any = None

    def start(self) -> None:
        """Begin to refuse."""
        self._started = True
        self.patch()

    def patch(self) -> None:
        """Replace the class, if somebody imported it."""
        library: Any = sys.modules.get(self.module)
        if not self._started or library is None or library.Curl is self._curl:
            return
        self._library, self._beneath, check = library, library.Curl, self._check

        class Curl(self._beneath):  # type: ignore[name-defined,misc]  # known once it is imported
            """pycurl's, which looks where it is sent."""

            def setopt(self, option: int, *value: object) -> Any:
                """Set an option."""
                if option == CURLOPT_URL:
                    check(value[0] if value else None, "pycurl")
                return super().setopt(option, *value)

            def setopt_string(self, option: int, value: object) -> Any:
                """Set an option without knowing what it takes."""
                if option == CURLOPT_URL:
                    check(value, "pycurl")
                return super().setopt_string(option, value)

        library.Curl = self._curl = Curl

    def stop(self) -> None:
        """Put the class back."""
        self._started = False
        if self._library is not None and self._library.Curl is self._curl:
            self._library.Curl = self._beneath
        self._library = self._curl = None
