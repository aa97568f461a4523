import gc
import os
import sys
import warnings
from contextlib import suppress
from functools import cached_property, partial, update_wrapper
from importlib import import_module, metadata
from inspect import iscoroutinefunction
from pathlib import Path
from pkgutil import walk_packages

import pytest
from hypothesis import Phase, settings

import pytest_twilio_users as kit
from pytest_twilio_users.ci import ACTIONS, SUMMARY

pytest_plugins = ["pytester"]

# Where GitHub runs us, runs within this one are to tell it nothing.
for name in (ACTIONS, SUMMARY):
    os.environ.pop(name, None)

# Each client of httpx would read all the certificates there are: longer than most tests take.
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)

# The same examples in each run, and no test is timed.
settings.register_profile(
    "project",
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=False,  # which Hypothesis does where CI is set
)
settings.register_profile(
    "documents",
    settings.get_profile("project"),
    max_examples=10,
    phases=set(Phase) - {Phase.explain},
)
settings.load_profile("project")

LOADED_LATE = ("httpcore", "httpcore2", "anyio._backends._asyncio")
"""Clients of httpx and httpx2 load these with their first request, and keep what they find then.

A test may have put something else in the place of `asyncio.sleep`, which the last one takes.
"""


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors: tests wait for servers and for other processes."""
    return (yield) + 1


def pytest_collection_finish(session):
    """Load the kit once: a run in process unloads what it was the first to load.

    The garbage collector then passes over all that is loaded: inner runs of pytest collect often.
    """
    for name in LOADED_LATE:
        import_module(name)
    if any("pytester" in getattr(item, "fixturenames", ()) for item in session.items):
        for module in walk_packages(kit.__path__, f"{kit.__name__}."):
            if not module.name.endswith("__main__"):
                with suppress(ImportError):  # an old SDK has nothing async
                    import_module(module.name)
    gc.collect()
    gc.freeze()


class Installed:
    """A distribution whose entry points are read once."""

    def __init__(self, found):
        self._found = found

    def __getattr__(self, name):
        return getattr(self._found, name)

    @cached_property
    def entry_points(self):
        """What it tells of plugins, and more."""
        return self._found.entry_points


@pytest.fixture(scope="session")
def installed():
    """All that is installed: each run of pytest looks through it for a plugin that is named."""
    return [Installed(found) for found in metadata.distributions()]


@pytest.fixture
def pytester(pytester, monkeypatch, installed):
    """Pytest's own; runs in process don't look up again what is installed, and keep no bytecode."""
    monkeypatch.setattr(metadata, "distributions", lambda: installed)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return pytester


ROOMY = """
def roomy(function, /, **arguments):
    __tracebackhide__ = True
    return function(**arguments)
    {words} = None
"""
"""A call whose frame is as large as all frames beneath it.

Python keeps frames in chunks of 16 KiB. A call at the end of one asks the system for the next
chunk, and its return gives that back: a run of pytest within a test, deep as it is, spent half
of its time so. A frame of this size comes in a chunk of 256 KiB, which has room for the others.
"""
exec(ROOMY.format(words=" = ".join(f"word_{number}" for number in range(16_000))))  # noqa: S102  # our own text


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Give the test room, and have the collector pass over what came since the last inner run.

    Here nothing holds the inner run of an earlier test any more. What that left open
    is none of this one's.
    """
    if "pytester" in pyfuncitem.fixturenames:
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            gc.collect()
        gc.freeze()
    if not iscoroutinefunction(pyfuncitem.obj):
        test = pyfuncitem.obj
        pyfuncitem.obj = update_wrapper(partial(roomy, test), test)  # noqa: F821  # it is made above
