"""Refuses requests to Twilio's Conversations that nothing answers, before a byte of them leaves."""

from __future__ import annotations

import re
import sys
from traceback import walk_stack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.errors import NoNetwork
from pytest_twilio_users.scopes.isolation import FORKED
from pytest_twilio_users.settings import SETTINGS, Mode, Period
from pytest_twilio_users.transports.exits import EXITS, ExitGuard
from pytest_twilio_users.transports.patchers import Patchers
from pytest_twilio_users.transports.pycurl_exit import PycurlGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_twilio_users.scopes.isolation import Isolation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ANSWERED = "httpx, httpx2, requests, urllib3, aiohttp and Twilio's SDK"
"""The libraries that the kit answers."""

_GUARD = SETTINGS["guard"]
_LET_OUT = '@pytest.mark.twilio_users(guard="no")'
_ASK_THE_SERVER = f"The kit answers {ANSWERED}; others ask the fixture twilio_users_server."
_ASK_EARLIER = "The test has not asked for twilio_users yet: name the fixture among its arguments."
_NAME_IT = "Name the fixture twilio_users among the arguments of the test, and the kit answers."
_ASK_IN_TESTS = "Ask in a test, or in a fixture that names twilio_users."

_SENT_BY_OTHERS = frozenset(("anyio", "h11", "httpcore", "httpcore2", "urllib3", "urllib3_future"))
"""Who asks by these is told instead."""

_MODULES = {"http": "http.client"}
_INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\](?!pytest_twilio_users)")


class Guard:
    """Looks at all ways out of the process that it knows.

    `tell` hears what is refused, as who asked may not tell.
    """

    def __init__(self, isolation: Isolation, *, tell: Callable[[str], None]) -> None:
        self._isolation = isolation
        self._tell = tell
        self._started = False
        exits = [ExitGuard(exit_, check=self.check) for exit_ in EXITS]
        self._exits = Patchers([*exits, PycurlGuard(check=self.check)])

    def start(self) -> None:
        """Begin to look."""
        if not self._started:
            self._started = True
            self._exits.start()

    def stop(self) -> None:
        """Look no more, unless for the whole run."""
        if self._started and self._isolation.settings.guard is not Period.RUN:
            self.close()

    def close(self) -> None:
        """Look no more."""
        if self._started:
            self._started = False
            self._exits.stop()

    def check(self, host: object, module: str) -> None:
        """Look at a host or a URL that somebody gave.

        Raises:
            NoNetwork: it is Twilio's Conversations, and nothing is to leave for it.
        """
        name = _conversations(host)
        refusal = self._refusal(name, _sending_library(module)) if name else ""
        if refusal:
            self._tell(refusal)
            raise NoNetwork(refusal)

    def _refusal(self, host: str, library: str) -> str:
        """Why nothing may leave for the host now; an empty text if it may."""
        settings = self._isolation.current.settings
        if settings.guard is Period.NO or settings.mode.is_live:
            return ""
        circumstances = self._circumstances(settings.mode)
        return f"{library} was on its way to {host}{circumstances}" if circumstances else ""

    def _circumstances(self, mode: Mode) -> str:
        """Where it was asked, and what to do instead; an empty text where it may leave."""
        isolation = self._isolation
        test = isolation.test.name if isolation.test else ""
        if isolation.copied:
            return f"; {FORKED}"
        if isolation.active or isolation.awaited:
            advice = _ASK_THE_SERVER if isolation.active else _ASK_EARLIER
            return (
                f" in {test or 'the teardown of a fixture'}, and nothing leaves for it in {mode}"
                f" mode. {advice} If it is to leave: {_LET_OUT}."
            )
        if isolation.left_by:
            return (
                f" in a thread that {isolation.left_by} left running, and nothing leaves for it in"
                f" {mode} mode. End the thread before its test ends."
            )
        if isolation.settings.guard is Period.RUN:
            place, advice = (
                (f"in {test}", _NAME_IT) if test else ("outside of tests", _ASK_IN_TESTS)
            )
            return f" {place}, and nothing leaves for it where {_GUARD.ini} is run. {advice}"
        return ""


def _conversations(host: object) -> str:
    """The host's name if it is Twilio's Conversations, or a URL or an address that leads there."""
    if not isinstance(host, str | bytes | bytearray):
        return ""
    text = host if isinstance(host, str) else bytes(host).decode("latin-1")
    if "twilio" not in text.lower():  # most are none
        return ""
    try:
        name = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return ""
    if name is None or not HOST.fullmatch(name):
        return ""
    return name


def _sending_library(module: str) -> str:
    """The library that is asking, by a module: the nearest that is no part of another."""
    told, is_installed = module, False
    for frame, _ in walk_stack(None):
        name: str = frame.f_globals.get("__name__", "").partition(".")[0]
        if name in sys.stdlib_module_names:
            told = told if is_installed else _MODULES.get(name, name)
        elif _INSTALLED.search(frame.f_code.co_filename):
            told, is_installed = name, True
            if name not in _SENT_BY_OTHERS:
                break
        elif name != "pytest_twilio_users":
            break  # the author's own
    return told
