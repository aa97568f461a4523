"""The contract suite is found and explained, however an author's tests are configured."""

import inspect
import shlex

import pytest

from pytest_twilio_users.cassettes.cassette import record_command
from pytest_twilio_users.suites.contract_tests import changing

SUITE = ("--pyargs", "pytest_twilio_users.suites.contract")
QUIET = ("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")
CONFTEST = """
    import pytest
    from contract.broken_stubs.users import create_loses_the_friendly_name

    @pytest.fixture(scope="session")
    def twilio_users_backend():
        return create_loses_the_friendly_name
"""


@pytest.mark.parametrize("options", [["--import-mode=prepend"], ["--import-mode=importlib", "-n1"]])
def test_it_is_found_whatever_files_hold_the_authors_tests(pytester, monkeypatch, options) -> None:
    """However these are imported; also by a worker of pytest-xdist."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\npython_files = tests.py\n")
    kit = ("-p", "twilio_users", "-p", "xdist", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*kit, *SUITE, *options, "-k", "new_user and service")
    assert result.parseoutcomes()["passed"] == 8


@pytest.mark.skipif(pytest.version_tuple < (8, 4), reason="pytest knows the setting since 8.4")
def test_it_is_found_where_imported_tests_are_not(pytester) -> None:
    """Its tests are imported into the file that is named, and are that file's own."""
    pytester.makeini("[pytest]\ncollect_imported_tests = false\n")
    result = pytester.runpytest_inprocess(*QUIET, *SUITE, "-k", "new_user and service")
    assert result.parseoutcomes()["passed"] == 8


def test_a_test_of_it_that_fails_is_explained(pytester, monkeypatch, request) -> None:
    """As pytest explains the author's own: by the values on both sides. Also where it is imported.

    In a process of its own, as in this one the suite is loaded, and without pytest's search
    for plugins, which would have it explain all modules of those that it finds.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    file = pytester.makepyfile("from pytest_twilio_users.suites.contract import *")
    pytester.makeini(f"[pytest]\npythonpath = {request.config.rootpath / 'tests'}\n")
    asked = ("-k", "create_answers_with and service-sync")
    kit = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*kit, *SUITE, file.name, *asked)
    assert result.parseoutcomes()["failed"] == 2
    assert result.outlines.count("E       AssertionError: assert None == 'Ada'") == 2


def test_a_test_of_it_that_is_skipped_is_where_it_is_written(pytester) -> None:
    """Not where it is imported: that file has other lines, if any. Here nothing was recorded."""
    asked = ("--twilio-users-mode=replay", "-rs", "-k", "test_a_second_delete and default-sync")
    result = pytester.runpytest_inprocess(*QUIET, *SUITE, *asked)
    line = inspect.getsourcelines(changing.test_a_second_delete_finds_nothing)[1]
    result.stdout.fnmatch_lines([f"SKIPPED *suites/contract_tests/changing.py:{line}: *"])


def test_the_command_that_records_a_test_anew_names_it(pytester) -> None:
    """Pasted, but for the mode, it runs the one test."""
    test = "test_create_answers_with_the_new_user[default-sync]"
    command = record_command(f"pytest_twilio_users/suites/contract.py::{test}")
    program, mode, *node = shlex.split(command)
    assert (program, mode) == ("pytest", "--twilio-users-mode=record")
    pytester.runpytest_inprocess(*QUIET, *node).assert_outcomes(passed=1)
