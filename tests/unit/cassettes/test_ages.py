from datetime import date, timedelta

import pytest

from pytest_twilio_users.cassettes.ages import Ages, tell_expired, why_expired
from pytest_twilio_users.cassettes.cassette import Cassette, write_cassette
from pytest_twilio_users.cassettes.places import place

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "days", "why"),
    [
        (date(2026, 8, 26), 90, ""),
        (date(2026, 8, 25), 90, "2026-08-25, 91 days old (allowed: 90)"),
        (date(2026, 11, 22), 1, "2026-11-22, 2 days old (allowed: 1)"),
        (date(1, 1, 1), 999_999_999, ""),
        (date(1, 1, 1), 0, ""),
        (date(2026, 11, 25), 90, ""),
        (date(2026, 11, 26), 90, "2026-11-26, in the future (a clock is or was wrong)"),
        (date(9999, 12, 31), 0, ""),
    ],
)
def test_a_cassette_is_too_old_after_some_days(day, days, why):
    """Or of a day to come, beyond tomorrow; after 0 days, never."""
    assert why_expired(day, today=TODAY, days=days) == why


@pytest.mark.parametrize(("days", "more"), [(10, []), (13, ["... and 3 more"])])
def test_what_is_too_old_is_told_once_and_the_oldest_first(days, more):
    """Each worker has replayed a session's fixture; ten are enough."""
    found = [f"2026-01-{day:02}, …: test_{day}" for day in range(days, 0, -1)]
    assert [*tell_expired(found * 2)] == [
        *(f"2026-01-{day:02}, …: test_{day}" for day in range(1, 11)),
        *more,
        "To record it again and see what changed: twilio-users cassettes refresh --expired",
    ]


@pytest.fixture
def ages(tmp_path):
    """The days of cassettes, by name, that are so many days old: `ages({"a.py::test": 7})`."""

    def ages(old):
        for name, days in old.items():
            about = {"name": name, "recorded_from": "", "kit": "0", "exchanges": ()}
            cassette = Cassette(**about, date=TODAY - timedelta(days=days))
            write_cassette(place(tmp_path, name), cassette)
        return Ages(tmp_path, today=TODAY)

    return ages


TEST = "a.py::TestA::test_a"


@pytest.mark.parametrize(
    ("old", "young"),
    [
        ({TEST: 30}, True),
        ({TEST: 31}, False),
        ({}, False),
        ({TEST: 7, "session::fixture  conftest::grace[0]": 31}, False),
        ({TEST: 7, "a.py::fixture a.py a::grace[0]": 31}, False),
        ({TEST: 7, "a.py::TestA::fixture a.py a::grace[0]": 30}, True),
        ({TEST: 7, "b.py::fixture b.py b::grace[0]": 31}, True),
        ({TEST: 7, "session::fixture  conftest::other[0]": 31}, True),
        ({"session::fixture  conftest::grace[0]": 7}, False),
    ],
)
def test_a_test_is_young_if_all_that_it_plays_is(ages, old, young):
    """Its own cassette, and those of the wide fixtures that it uses; without its own it is not."""
    found = ages(old).young(TEST, fixtures=["twilio_users", "grace"], days=30)
    assert found == (TODAY - timedelta(days=old[TEST]) if young else None)


def test_what_can_not_be_read_is_not_young(ages, tmp_path):
    """It is to be recorded anew; and where there is no folder, all is."""
    found = ages({TEST: 7})
    assert found.young(TEST, fixtures=[], days=30)
    place(tmp_path, TEST).write_text("{")
    for folder in (tmp_path, tmp_path / "none"):
        assert Ages(folder, today=TODAY).young(TEST, fixtures=[], days=30) is None
