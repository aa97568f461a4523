"""The contract suite: what a server must do to be called Twilio Users.

    pytest --pyargs pytest_twilio_users.suites.contract

Each test runs with the sync and the async client. Tests about one service run for the
default service and for a named one. No test looks inside the server. Requests that a good
client would not send are sent as raw messages. Each promise has its evidence.

The tests are in `contract_tests/`. They are collected here, from one file: pytest takes a
file that it is given as it is, and of a folder only what an author's `python_files` name.
"""

# ruff: noqa: F403  # all of the suite's tests, and the fixtures that they ask for

from pytest_twilio_users.suites.contract_tests.changing import *
from pytest_twilio_users.suites.contract_tests.creating import *
from pytest_twilio_users.suites.contract_tests.listing import *
from pytest_twilio_users.suites.contract_tests.message_form import *
from pytest_twilio_users.suites.contract_tests.suite_fixtures import *
from pytest_twilio_users.suites.contract_tests.user_input import *
from pytest_twilio_users.suites.contract_tests.who_may_ask import *

# Where an author has collect_imported_tests = false, a file has the tests that call it theirs.
for _name, _test in list(globals().items()):
    if _name.startswith("test_"):
        _test.__module__ = __name__
