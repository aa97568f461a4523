"""A plugin of pytest's that notes what a suite found out, and whether the process is as before."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from typing import Any

import aiohttp.connector  # noqa: F401  # what the kit patches is to be there before it comes
import httpx  # noqa: F401
import pytest
import requests.adapters  # noqa: F401

NOTES = "MATRIX_NOTES"
"""The name in the environment of the file that is written to: a JSON value a line."""

_PATCHED = frozenset(
    (
        *("aiohttp", "asyncio", "concurrent", "http", "httpcore", "httpx", "logging", "random"),
        *("requests", "socket", "ssl", "threading", "time", "urllib3"),
    )
)
"""Packages whose functions and methods are to be the same before and after."""

_NOT_OURS = ("PYTEST_", "COV_", "COVERAGE_", "MATRIX_", "INTERRUPTED", "LINES", "COLUMNS")
"""What names begin with that others set in the environment."""

_KIT = "pytest_twilio_users"
_LENT = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_REGION", "TWILIO_EDGE")
_OTHERS = ("pytest_socket",)
"""Who leaves patches of their own after a run that was interrupted."""


def _places() -> Iterator[tuple[str, object]]:
    """Whatever can be patched: functions of modules, and of their classes."""
    for module in [*sys.modules.values()]:
        name = str(getattr(module, "__name__", ""))
        if name.partition(".")[0] not in _PATCHED:
            continue
        for key, value in [*vars(module).items()]:
            if callable(value):
                yield f"{name}.{key}", value
            if isinstance(value, type) and value.__module__ == name:
                for inner, method in [*vars(value).items()]:
                    if callable(method) or isinstance(method, classmethod | staticmethod):
                        yield f"{name}.{key}.{inner}", method


def _process() -> dict[str, object]:
    found = dict(_places())
    found |= {f"os.environ[{name!r}]": None for name in _LENT}
    found |= {
        f"os.environ[{name!r}]": value
        for name, value in os.environ.items()
        if not name.startswith(_NOT_OURS)
    }
    found |= {f"the handler of signal {number}": signal.getsignal(number) for number in (2, 15)}
    found["sys.excepthook"], found["threading.excepthook"] = sys.excepthook, threading.excepthook
    for name in ("httpx", "urllib3.util.retry", "twilio.http_client"):
        found[f"the filters of the logger {name}"] = [*logging.getLogger(name).filters]
    return found


_before = _process()


def _left() -> Iterator[str]:
    """What is no longer as it was, or is the kit's."""
    after = _process()
    theirs = tuple(place for place, value in after.items() if _made_by(value) in _OTHERS)
    for place in _before.keys() - after.keys():
        if not place.startswith(theirs):
            yield f"{place} is gone"
    for place, value in after.items():
        if _is_the_kits(value):
            yield f"{place} is the kit's"
        elif value != _before.get(place, value) and place not in theirs:
            yield f"{place} is {value!r}, and was {_before[place]!r}"
    for finder in sys.meta_path:
        if _is_the_kits(finder):
            yield f"{finder!r} is in sys.meta_path"
    for thread in threading.enumerate():
        if _is_the_kits(getattr(thread, "_target", None)):
            yield f"{thread.name} runs"


def _is_the_kits(value: object) -> bool:
    function = getattr(value, "__func__", value)
    return _made_by(function) == _KIT or "_twilio_users_layer" in getattr(function, "__dict__", ())


def _made_by(value: object) -> str:
    """The package that a function or a class is from."""
    return str(getattr(value, "__module__", "")).partition(".")[0]


def note(**told: str) -> None:
    """Write down what happened, in whichever process."""
    line = f"{json.dumps(told)}\n".encode()
    file = os.open(os.environ[NOTES], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)
    os.close(file)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """See at last what the run left."""
    config.addinivalue_line("markers", "ends(*how): how the test is meant to end, if not well.")
    result = yield
    for what in _left():
        note(wrong=what)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """See that a test that uses the kit looks around."""
    looks = _looks()
    try:
        return (yield)
    finally:
        asks = "twilio_users" in getattr(item, "fixturenames", ())
        unittest = item.nodeid.rpartition("::")[0].endswith("OfUnittest")
        if asks and not unittest and _looks() == looks:
            note(wrong=f"{item.nodeid} did not look")


def _looks() -> int:
    return getattr(sys.modules.get("made"), "looks", 0)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, Any, Any]:
    """Note how a test ended, and whether that was meant."""
    report = yield
    if report.when == "call":
        note(ran=item.nodeid)
    if call.excinfo is not None and report.failed:
        how = "failed" if call.when == "call" else f"failed in {call.when}"
        leaks = "Leak" in str(call.excinfo.type) or "Leak" in str(call.excinfo.value)
        if leaks or how not in _meant(item):
            note(wrong=f"{item.nodeid} {how}: {call.excinfo.typename}: {call.excinfo.value}")
        _met.add(item.nodeid)
    if report.when == "teardown" and item.nodeid not in _met:
        meant = _meant(item)
        if meant and "passed" not in meant:
            note(wrong=f"{item.nodeid} was to end otherwise: {', '.join(meant)}")
    return report


_met: set[str] = set()


def _meant(item: pytest.Item) -> set[str]:
    return {how for mark in item.iter_markers("ends") for how in mark.args}
