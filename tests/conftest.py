import gc
import os
import warnings

import pytest
from hypothesis import Phase, settings

from pytest_twilio_users.ci import ACTIONS, SUMMARY

pytest_plugins = ["pytester"]

# Where GitHub runs us, runs within this one are to tell it nothing.
for name in (ACTIONS, SUMMARY):
    os.environ.pop(name, None)

# The same examples in each run, and no test is timed.
settings.register_profile(
    "project",
    max_examples=40,
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


def pytest_collection_finish():
    """Have the garbage collector pass over what is loaded: inner runs of pytest collect often."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Have it pass over what came since, before a test that runs pytest within.

    Here nothing holds the inner run of an earlier test any more. What that left open
    is none of this one's.
    """
    if "pytester" in pyfuncitem.fixturenames:
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            gc.collect()
        gc.freeze()
