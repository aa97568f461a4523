"""How many changes the contract suite sends, and how many a run has to be allowed."""

import pytest

from pytest_twilio_users.suites.budget import changes_for, changes_needed

TESTS = [
    "tests/test_it.py::test_a_page_that_another_follows_is_full[default-sync]",
    "::test_a_page_that_another_follows_is_full[service-async]",
    "::test_a_large_page_size_is_cut[service-sync]",
    "tests/test_it.py::TestOurs::test_something",
    "tests/test_it.py",
]


@pytest.mark.parametrize(("default_service", "needed"), [(True, 102), (False, 51)])
def test_the_suites_tests_are_counted(default_service, needed) -> None:
    """Those of the default service only where a run may use it; an author's own not at all."""
    assert changes_needed(TESTS, default_service=default_service) == needed


@pytest.mark.parametrize(
    ("workers", "spread", "changes"),
    [(1, False, 100), (1, True, 100), (2, True, 125), (3, False, 300)],
)
def test_workers_have_equal_shares_of_what_they_do_not_send_equally(
    workers, spread, changes
) -> None:
    """A quarter more is allowed for; where one worker may get all tests, its share is all."""
    assert changes_for(100, workers=workers, spread=spread) == changes
