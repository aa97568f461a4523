"""Blocks requests to Twilio's Conversations that the kit does not answer."""

from __future__ import annotations

import re
import socket
import sys
from traceback import walk_stack
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, HOST, is_loopback
from pytest_twilio_users.errors import NoNetwork
from pytest_twilio_users.scopes.isolation import FORKED
from pytest_twilio_users.settings import SETTINGS, Mode, Period, Settings
from pytest_twilio_users.transports.exits import EXITS, ExitGuard
from pytest_twilio_users.transports.libraries import LIBRARIES, Fate
from pytest_twilio_users.transports.patchers import Patchers
from pytest_twilio_users.transports.pycurl_exit import PycurlGuard
from pytest_twilio_users.transports.start_notes import ThreadNote, WorkNote

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_twilio_users.scopes.isolation import Isolation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

ANSWERED = "httpx, httpx2, requests, urllib3, aiohttp and Twilio's SDK"
"""The libraries that the kit answers."""

_CAUGHT = {
    library.distribution.replace("-", "_") for library in LIBRARIES if library.fate is Fate.ANSWERED
}
_GUARD = SETTINGS["guard"]
_LET_OUT = '@pytest.mark.twilio_users(guard="no")'
_ASK_THE_SERVER = (
    f"The kit answers {ANSWERED}. Point other libraries at the fixture twilio_users_server."
)
_GONE_AROUND = (
    "The kit answers this library, unless a route lets the request pass or the test removed the"
    " kit's patch."
)
_ASK_TWILIO = (
    f"This is the address of the live account ({SETTINGS['base_url'].option}). Send the request"
    f" to {DEFAULT_ORIGIN} instead: the kit checks it and passes it on."
)
_ASK_EARLIER = (
    "The fixture twilio_users is not set up yet. Add it to the arguments of the test, or of the"
    " fixture that sends the request."
)
_NAME_IT = "Add the fixture twilio_users to the arguments of the test, and the kit answers."
_ASK_IN_TESTS = "Send the request in a test, or in a fixture that uses twilio_users."

_NOT_WHO_ASKS = frozenset(
    ("concurrent", "contextlib", "functools", "pytest_twilio_users", "threading")
)
_MODULES = {"http": "http.client"}
_AUTHORITY = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):/+|//)?"  # libcurl takes any number of slashes
    r"(?:[^/?#@]*@)?(?P<host>\[[^/?#@\]]*\]|[^/?#@:]*)(?::(?P<port>[0-9]+))?"
)
_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"[0-9][0-9a-fx.]*")
_INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\](?!pytest_twilio_users)")


class Guard:
    """Looks at all ways out of the process that it knows.

    `tell` hears what is refused, as who asked may not tell.
    """

    def __init__(self, isolation: Isolation, *, tell: Callable[[str], None]) -> None:
        self._isolation = isolation
        self._tell = tell
        self._started = self._run_is_over = False
        settings = isolation.settings
        self._base_url = (settings.mode.is_live and settings.base_url) or ""
        exits = [ExitGuard(exit_, check=self.check) for exit_ in EXITS]
        self._pycurl = PycurlGuard(check=self.check)
        notes = ThreadNote(isolation.left.inherit), WorkNote(self._note_work)
        self._exits = Patchers([*exits, self._pycurl, *notes])

    def start(self) -> None:
        """Begin to look; begun again, look at what somebody else replaced meanwhile."""
        if self._started:
            self._pycurl.patch()
            return
        self._started = True
        self._exits.start()

    def stop(self) -> None:
        """Look no more, unless for the whole run."""
        if self._started and self._isolation.settings.guard is not Period.RUN:
            self.close()

    def end_run(self) -> None:
        """Look no more, unless threads are left that Python waits for after the run."""
        self._run_is_over = True
        if not self._isolation.left.any_is_waited_for:
            self.close()

    def close(self) -> None:
        """Look no more."""
        if self._started:
            self._started = False
            self._exits.stop()

    def check(self, given: object, module: str) -> None:
        """Look at a host, a pair of one with its port, or a URL that somebody gave.

        Raises:
            NoNetwork: it is Twilio's Conversations, and nothing is to leave for it.
        """
        host, port = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
        text = _text(host)
        if text is None:
            return
        name = _conversations(text) or self._account(text, port)
        refusal = self._refusal(name, _sending_library(module)) if name else ""
        if refusal:
            self._tell(refusal)
            raise NoNetwork(refusal)

    def _account(self, given: str, port: object) -> str:
        """The base URL of a live run, if that is meant; else an empty text."""
        if not self._base_url:
            return ""
        own, own_port = _authority(self._base_url, None)
        host, port = _authority(given, port)
        here = _is_here(own)
        same = host == own or (here and _is_here(host))
        # Where nobody tells the port, a name is enough, and this machine is not.
        same_port = port == own_port or not (port or here)
        return self._base_url if same and same_port else ""

    def _note_work(self, work: Callable[..., Any]) -> Callable[..., Any]:
        isolation = self._isolation
        is_tests = isolation.awaited and not isolation.current.outlives_tests
        test = isolation.test.name if isolation.test and is_tests else ""
        return isolation.left.work_of(test, work)

    def _refusal(self, host: str, library: str) -> str:
        """Why nothing may leave for the host now; an empty text if it may."""
        isolation, test = self._isolation, self._isolation.test
        settings = isolation.current.settings
        if isolation.left.test_of_this and not isolation.active:
            settings = isolation.settings  # it is not of the test that runs
        elif test is not None and test.settings.guard is Period.NO:
            return ""
        if settings.guard is Period.NO:
            return ""
        advice = self._advice(library) if HOST.fullmatch(host) else _ASK_TWILIO
        circumstances = self._circumstances(settings, advice)
        return f"{library} tried to connect to {host}{circumstances}" if circumstances else ""

    def _circumstances(self, settings: Settings, advice: str) -> str:
        """Where it was asked, and what to do instead; an empty text where it may leave."""
        isolation, mode = self._isolation, settings.mode
        test = isolation.test.name if isolation.test else ""
        if isolation.copied:
            return f"; {FORKED}"
        left_by = isolation.left.test_of_this
        if isolation.active or (isolation.awaited and not left_by):
            place = test or "the teardown of a fixture"
            rule = (
                f"In {mode} mode, requests to it must go through the kit."
                if mode.is_live
                else _blocked(mode)
            )
            return f" in {place}. {rule} {advice} To let it leave: {_LET_OUT}."
        if left_by:
            return (
                f" in a thread that {left_by} left running. {_blocked(mode)} End the thread before"
                " its test ends."
            )
        if settings.guard is Period.RUN and not self._run_is_over:
            place, where = (f"in {test}", _NAME_IT) if test else ("outside of tests", _ASK_IN_TESTS)
            return f" {place}. With {_GUARD.ini} = run the kit blocks requests to it. {where}"
        return ""

    def _advice(self, library: str) -> str:
        if not self._isolation.active:
            return _ASK_EARLIER
        return _GONE_AROUND if library in _CAUGHT else _ASK_THE_SERVER


def _blocked(mode: Mode) -> str:
    return f"In {mode} mode the kit blocks requests to it."


def _text(given: object) -> str | None:
    if isinstance(given, str):
        return given
    return bytes(given).decode("latin-1") if isinstance(given, bytes | bytearray) else None


def _conversations(text: str) -> str:
    """The host's name if it is Twilio's Conversations, or a URL or an address that leads there."""
    if text.isascii() and "twilio" not in text.lower():  # most are none
        return ""
    host: str = _AUTHORITY.match(text)["host"]  # type: ignore[index]  # any text has one
    try:
        name = unquote(host).encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return name if HOST.fullmatch(name) else ""


def _authority(text: str, port: object) -> tuple[str, int]:
    """The host that is given, alone or in a URL, with its port: 0 if nobody tells."""
    if text.count(":") > 1 and "/" not in text and "]" not in text:  # a bare address of IPv6
        text = f"[{text}]"
    found: Any = _AUTHORITY.match(text)  # any text has one
    told: Any = port or found["port"] or _PORTS.get((found["scheme"] or "").lower(), 0)
    host = _address(found["host"].strip("[]").rstrip(".").lower())
    return host, int(told) if f"{told}".isdigit() else 0


def _address(host: str) -> str:
    """The address that the system reads in a number such as 127.1 or 0x7f000001; else the host."""
    if not _NUMBER.fullmatch(host):
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return host


def _is_here(host: str) -> bool:
    """Whether a host is this machine, where it is asked for by none of its names."""
    return is_loopback(host) or host in ("0.0.0.0", "::", "")  # noqa: S104  # nobody listens there


def _sending_library(module: str) -> str:
    """The library that is asking, by a module: the nearest that is installed, or Python's own."""
    told = module
    for frame, _ in walk_stack(None):
        name: str = frame.f_globals.get("__name__", "").partition(".")[0]
        if name in _NOT_WHO_ASKS:
            continue
        if _INSTALLED.search(frame.f_code.co_filename):
            return name
        if name in sys.stdlib_module_names:
            told = _MODULES.get(name, name)
        else:
            break  # the author's own
    return told
