"""strategies/registration.py: Hypothesis makes the kit's types, by the project's entry point."""

import os
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.strategies import registration

LIGHT = """
import sys
import hypothesis

kit = {name for name in sys.modules if name.startswith("pytest_twilio_users")}
assert kit == {
    "pytest_twilio_users",
    "pytest_twilio_users.contract",
    "pytest_twilio_users.contract.arrivals",
    "pytest_twilio_users.extras",
    "pytest_twilio_users.errors",
    "pytest_twilio_users.strategies",
    "pytest_twilio_users.strategies.registration",
}, kit
"""
STRATEGIES = """
import sys
from pytest_twilio_users import strategies

heavy = {"httpx", "respx", "pytest"} & sys.modules.keys()
assert not heavy, heavy
"""
MADE = """
from hypothesis import find, strategies as st

assert find(st.from_type(User), lambda _: True).sid == "US" + "0" * 32

from pytest_twilio_users.contract.refusals import Refusal

assert find(st.from_type(Refusal), lambda _: True).status >= 400
"""
# What other plugins of Hypothesis import is theirs: trio's imports pytest.
NO_OTHERS = {"HYPOTHESIS_NO_PLUGINS": "1"}
FROM_TYPE = """
from hypothesis import given, strategies as st
from pytest_twilio_users import PageMeta, User, UserPage


@given(st.from_type(User), st.from_type(UserPage), st.from_type(PageMeta))
def test_types_are_made(user, page, meta):
    assert user.sid.startswith("US")
    assert page.meta.key == meta.key == "users"
"""


def run(*command, **environment):
    """Run Python, and fail if it does."""
    found = subprocess.run(  # noqa: S603  # the commands are made here
        [sys.executable, *command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.fixture(autouse=True)
def _registered():
    registration.register()  # Hypothesis has done so; to do it twice changes nothing


@pytest.mark.parametrize("model", [User, UserPage, PageMeta, Refusal])
def test_a_type_is_made(model):
    """`st.from_type` gives values of the type."""

    @given(st.from_type(model))
    def is_of_the_type(value):
        assert isinstance(value, model)

    is_of_the_type()


def test_what_is_made_is_what_the_strategies_make():
    """Realistic values, not any."""
    assert find(st.from_type(User), lambda _: True).sid == "US" + "0" * 32
    assert find(st.from_type(Refusal), lambda _: True) in REFUSALS.values()


def test_hypothesis_finds_the_registration():
    """The project has an entry point for it."""
    [entry] = [e for e in entry_points(group="hypothesis") if e.name == "twilio_users"]
    assert entry.load() is registration.register


def test_to_import_hypothesis_imports_little():
    """Neither types nor strategies: the run may not be about users."""
    run("-c", LIGHT)


@pytest.mark.parametrize("first", ["hypothesis", "kit"])
def test_types_are_registered_whichever_is_imported_first(first):
    """Once both are there, and each type by itself."""
    both = ["import hypothesis", "from pytest_twilio_users import User"]
    run("-c", "\n".join([*(both if first == "hypothesis" else reversed(both)), MADE]))


def test_strategies_need_no_http_library():
    """Nor pytest."""
    run("-c", STRATEGIES, **NO_OTHERS)


def test_types_are_made_without_the_plugin(tmp_path):
    """`-p no:twilio_users` is no matter."""
    (tmp_path / "test_types.py").write_text(FROM_TYPE)
    run("-m", "pytest", "-q", "-p", "no:twilio_users", "-p", "no:cacheprovider", str(tmp_path))
