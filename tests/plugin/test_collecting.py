"""What tests use is collected where somebody asks for it, from whichever process."""

import json

import pytest

CONFTEST = """
import json

import pytest
from pytest_twilio_users.plugin.collecting import collect_usage


def pytest_configure(config):
    collect_usage(config)


def pytest_terminal_summary(config, terminalreporter):
    for usage in collect_usage(config).usages:
        used = {name: use.calls for name, use in usage.operations.items()}
        terminalreporter.write_line("USED " + json.dumps([usage.name, usage.mode, used]))


@pytest.fixture(scope="session")
def people(twilio_users):
    yield twilio_users.client.create_user("grace")
    twilio_users.client.delete_user("grace")
"""
TESTS = """
import pytest


def test_fetched(twilio_users, people):
    twilio_users.client.fetch_user("grace")


@pytest.mark.twilio_users(journal_limit=1)
def test_forgotten(twilio_users):
    for _ in range(3):
        twilio_users.client.list_user()


def test_neighbours(twilio_users):
    twilio_users.neighbours.add("roles", friendly_name="agent")


def test_unused():
    pass
"""
USED = [
    ["fixture people of conftest", "stub", {"create_user": 1, "delete_user": 1}],
    ["test_it.py::test_fetched", "stub", {"fetch_user": 1}],
    ["test_it.py::test_forgotten", "stub", {"list_user": 3}],
]


def used(run):
    """What was collected: names, modes, calls."""
    return [json.loads(line[5:]) for line in run.lines if line.startswith("USED ")]


@pytest.fixture
def collected(suite):
    """Runs tests whose usage somebody asks for."""
    suite.write(conftest=CONFTEST)
    return lambda *arguments: used(suite.run(*arguments))


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n1")], ids=["here", "in-a-worker"])
def test_each_test_is_told_with_what_it_used(collected, options):
    """Also what its journal keeps no longer; a wide fixture speaks for itself."""
    assert collected(TESTS, *options) == USED


INTERRUPTED = """
def test_fetched(twilio_users, people):
    twilio_users.client.fetch_user("grace")
    raise KeyboardInterrupt
"""
RERUN = """
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item, nextitem):
    for outcome in ("rerun", "passed"):
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            if outcome == "rerun":  # the rest of them nobody hears of
                break
            item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_what_an_interrupted_run_used_is_told(collected):
    """No report tells of it: the session ends with the test, and with its fixtures."""
    assert collected(INTERRUPTED) == [
        ["fixture people of conftest", "stub", {"create_user": 1, "delete_user": 1}],
        ["test_it.py::test_fetched", "stub", {"fetch_user": 1}],
    ]


def test_reruns_are_part_of_their_test(suite):
    """Also where the report of the first has not been logged."""
    suite.write(conftest=CONFTEST + RERUN)

    assert used(suite.run(TESTS)) == [
        ["fixture people of conftest", "stub", {"create_user": 1, "delete_user": 1}],
        ["test_it.py::test_fetched", "stub", {"fetch_user": 2}],
        ["test_it.py::test_forgotten", "stub", {"list_user": 6}],
    ]


EXAMPLES = """
from hypothesis import Phase, example, given, settings, strategies as st

@settings(phases=[Phase.explicit])
@given(number=st.integers())
@example(number=1)
@example(number=2)
def test_it(twilio_users, number):
    twilio_users.client.list_user()
"""
SUBTESTS = """
def test_it(twilio_users, subtests):
    for number in range(2):
        with subtests.test(number=number):
            twilio_users.client.list_user()
"""


@pytest.mark.parametrize("source", [EXAMPLES, SUBTESTS], ids=["examples", "subtests"])
def test_the_parts_of_a_test_are_told_with_it(collected, source):
    """An example is a scope of its own, a subtest has a report of its own; neither is a test."""
    if source is SUBTESTS:
        pytest.importorskip("_pytest.subtests")

    assert collected(source) == [["test_it.py::test_it", "stub", {"list_user": 2}]]
