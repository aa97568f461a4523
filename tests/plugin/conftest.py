"""Authors' tests, each written to a folder of its own and run there by a pytest of its own."""

import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import syrupy

with suppress(ImportError):  # old instrumentation brings it
    import importlib_metadata  # noqa: F401  # it finds plugins in the place of Python's own

LENT = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_REGION", "TWILIO_EDGE")
APPLICATION = '''
"""Application code: it knows Twilio and httpx, and nothing of the kit."""

import httpx

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = ("AC" + 32 * "a", "a secret of the application")

http = httpx.Client(auth=LOGIN, verify=False)  # verify=False: no certificates to load


def sign_up(email, **form):
    name = email.partition("@")[0].title()
    answer = http.post(USERS, data={"Identity": email, "FriendlyName": name, **form})
    return answer.raise_for_status().json()


def look_up(identity):
    return http.get(f"{USERS}/{identity}").raise_for_status().json()


def rename(identity, name):
    http.post(f"{USERS}/{identity}", data={"FriendlyName": name}).raise_for_status()


def retire(identity):
    http.delete(f"{USERS}/{identity}").raise_for_status()


async def sign_up_async(email):
    async with httpx.AsyncClient(auth=LOGIN, verify=False) as http:
        answer = await http.post(USERS, data={"Identity": email})
    return answer.raise_for_status().json()
'''


WHY = "\nTo see why each got its answer: print(twilio_users.journal.explain())"
"""What a list of exchanges ends with."""


def without_lines(text: str) -> str:
    """A text of the kit without the lines that requests were sent from."""
    return re.sub(r", sent from \S+\.py:\d+", "", text)


def as_told_today(text: str) -> str:
    """A failure's text in the words that Hypothesis has for it since the middle of 6.x."""
    text = text.replace("Falsifying example:", "Failing test case:")
    return text.replace("Falsifying explicit example:", "Failing explicit example:")


@dataclass(frozen=True)
class Run:
    """What a run of an author's tests came to."""

    result: pytest.RunResult

    def outcomes(self, *, warnings: int = 0, **outcomes: int) -> None:
        """Assert how many passed, failed and so on; what is not named is zero."""
        self.result.assert_outcomes(warnings=warnings, **outcomes)

    def report(self, test: str, when: str) -> pytest.TestReport:
        """The report of a phase of a test."""
        reports = self.result.reprec.getreports("pytest_runtest_logreport")
        [report] = [r for r in reports if r.nodeid.endswith(f"::{test}") and r.when == when]
        return report

    def failure(self, test: str, when: str = "call") -> str:
        """The text of a failure, without the lines that requests were sent from."""
        return as_told_today(without_lines(self.report(test, when).longreprtext))

    def printed(self, test: str, when: str = "call") -> str:
        """What a test printed, without those lines, too."""
        return without_lines(self.report(test, when).capstdout)

    def exchanges(self, test: str, when: str = "call") -> str | None:
        """The section of the kit in a failure's report, without those lines and its last."""
        section = dict(self.report(test, when).sections).get("Twilio Users: last exchanges")
        return section and without_lines(section).removesuffix(WHY)

    @property
    def usage_error(self) -> str:
        """The sentence that ended the run before a test ran."""
        assert self.result.ret == pytest.ExitCode.USAGE_ERROR
        [sentence] = [line for line in self.result.errlines if line.startswith("ERROR: ")]
        return sentence.removeprefix("ERROR: ")

    @property
    def lines(self) -> list[str]:
        """What the run printed."""
        return self.result.outlines


class Suite:
    """An author's tests, and the application they are about (`app`)."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.path = pytester.path
        self._pytester = pytester
        self.write(app=APPLICATION)

    def write(self, **modules: str) -> None:
        """Add modules by name."""
        self._pytester.makepyfile(**modules)

    def configure(self, text: str, *, file: str = "pyproject.toml") -> None:
        """Write the configuration file."""
        (self.path / file).write_text(text, encoding="utf-8")

    def run(self, source: str = "", *options: str, plugin: str = "twilio_users") -> Run:
        """Run a module of tests, and those written before, in this process."""
        if source:
            self.write(test_it=source)
        # -W default: the run around this one has warnings as errors.
        options = ("-p", plugin, "-p", "no:cacheprovider", "-W", "default", *options)
        return Run(self._pytester.runpytest_inprocess(*options, no_reraise_ctrlc=True))


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A place for an author's tests: plugins are named, Twilio's names unset, the network off."""
    monkeypatch.setattr(socket, "getaddrinfo", _off["getaddrinfo"])
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # What a run leaves patched or lent fails its own test, and no other.
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", httpx.HTTPTransport.handle_request)
    send = httpx.AsyncHTTPTransport.handle_async_request
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", send)
    for name in {*LENT, *(name for name in os.environ if name.startswith("TWILIO_"))}:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return Suite(pytester)


@pytest.fixture
def outer_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have syrupy go on with this run's snapshots after a run in this process."""
    monkeypatch.setattr(syrupy, "_syrupy", syrupy._syrupy)


# In a module of Python's, so that who looks for the author's code in the stack looks further.
_NETWORK = """
def getaddrinfo(*address, **options):
    raise OSError("the network is off")
"""
_off: dict[str, Any] = {"__name__": "socket"}
exec(compile(_NETWORK, socket.__file__, "exec"), _off)  # noqa: S102  # our own text
