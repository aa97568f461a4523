"""The contract suite has the tests of all its themes, each once."""

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from pytest_twilio_users.suites import contract, contract_tests
from pytest_twilio_users.suites.budget import CHANGES

THEMES = [
    import_module(f"{contract_tests.__name__}.{module.name}")
    for module in iter_modules(contract_tests.__path__)
]
TESTS = [
    (name, test)
    for theme in THEMES
    for name, test in vars(theme).items()
    if name.startswith("test_")
]


def test_the_suite_has_each_test_of_its_themes() -> None:
    """No theme is forgotten, and no test hides another."""
    assert {
        name: test for name, test in vars(contract).items() if name.startswith("test_")
    } == dict(TESTS)


def test_no_two_tests_have_one_name() -> None:
    """The suite is one file to pytest, which would run one of the two."""
    assert [name for name, times in Counter(name for name, _ in TESTS).items() if times > 1] == []


def test_the_changes_are_counted_of_tests_that_are_there() -> None:
    """A test that was renamed would count for nothing, and a run would be refused its changes."""
    assert [name for name in CHANGES if name not in dict(TESTS)] == []
    assert [name for name, changes in CHANGES.items() if changes < 1] == []
