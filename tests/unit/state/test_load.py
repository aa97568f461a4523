"""state/load.py: changes in a second, requests at once."""

from datetime import timedelta

import pytest

from pytest_twilio_users.state.load import Load

SERVICE, OTHER = "IS" + "1" * 32, "IS" + "2" * 32


class Time:
    """A time that stands until it is moved on."""

    def __init__(self) -> None:
        self.now = timedelta()

    def __call__(self) -> timedelta:
        """Tell it."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    """The time of the load."""
    return Time()


@pytest.fixture
def load(time: Time) -> Load:
    """The load of a scope that begins."""
    return Load(time)


def taken(load: Load, times: int, *, most: int, service_sid: str = SERVICE) -> list[bool]:
    """Which of so many changes are taken."""
    return [load.takes_change(service_sid, most=most) for _ in range(times)]


def test_so_many_changes_are_taken_in_a_second(load: Load, time: Time) -> None:
    """Those beyond are not; after a second as many are again, and not one more."""
    assert taken(load, 4, most=3) == [True, True, True, False]
    time.advance(1)
    assert taken(load, 4, most=3) == [True, True, True, False]


def test_no_second_has_more_wherever_it_begins(load: Load, time: Time) -> None:
    """Changes at the end of one second count in the next."""
    time.advance(0.9)
    assert taken(load, 3, most=3) == [True] * 3
    time.advance(0.5)
    assert taken(load, 1, most=3) == [False]
    time.advance(0.5)
    assert taken(load, 1, most=3) == [True]


def test_what_is_not_taken_does_not_count(load: Load, time: Time) -> None:
    """Who asks again and again is not kept out by that."""
    assert taken(load, 1, most=1) == [True]
    for _ in range(3):
        time.advance(0.3)
        assert taken(load, 1, most=1) == [False]
    time.advance(0.1)
    assert taken(load, 1, most=1) == [True]


def test_a_change_counts_for_a_second_less_what_a_sleep_may_be_short_of(load: Load, time: Time):
    """Whose thirty sleeps of a thirtieth were a bit too short is not refused for that."""
    assert taken(load, 1, most=1) == [True]
    time.advance(0.9985)
    assert taken(load, 1, most=1) == [False]
    time.advance(0.0005)
    assert taken(load, 1, most=1) == [True]


def test_a_change_that_is_taken_is_heard_of(time: Time) -> None:
    """One that is not taken is not."""
    heard = []
    load = Load(time, mark=lambda: heard.append(time()))
    taken(load, 3, most=2)
    assert heard == [time()] * 2


@pytest.mark.parametrize("most", [3, 7, 30, 300])
def test_an_even_pace_of_the_limit_is_taken(load: Load, time: Time, most: int) -> None:
    """A timedelta has microseconds, so thirty times a thirtieth is a bit less than a second."""
    for _ in range(2 * most):
        assert taken(load, 1, most=most) == [True]
        time.advance(1 / most)


def test_each_service_has_its_own_changes(load: Load) -> None:
    """Twilio's limit is that of a service."""
    assert taken(load, 2, most=1) == [True, False]
    assert taken(load, 2, most=1, service_sid=OTHER) == [True, False]


def test_so_many_requests_are_under_way(load: Load) -> None:
    """One that is not taken takes no place; one that ends, however it does, gives its up."""
    with load.takes_request(most=1) as first:
        for _ in range(2):
            with load.takes_request(most=1) as second:
                assert (first, second) == (True, False)
    with pytest.raises(ValueError, match="broken"), load.takes_request(most=1):
        raise ValueError("broken")
    with load.takes_request(most=1) as third:
        assert third
