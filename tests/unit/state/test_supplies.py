"""state/supplies.py: the time, and SIDs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.state.supplies import Pauses, SidSupply, SteadyClock, wall_clock


def test_the_clock_is_read_at_each_call():
    """time-machine and freezegun move the stub's time, also after it was made."""
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)

    with time_machine.travel(moment, tick=False):
        assert wall_clock() == moment


def test_the_clock_knows_that_it_tells_utc():
    """Whatever the machine's time zone is, Twilio's dates are GMT."""
    assert wall_clock().tzinfo is UTC


MOMENT = datetime(2031, 5, 6, 7, 8, 9, 999_000, tzinfo=UTC)


def test_steps_of_a_test_are_one_moment():
    """Whenever in a second they begin, and however many they are."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        clock = SteadyClock()
        seen = {clock()}
        for _ in range(10):
            traveller.shift(0.999)
            seen.add(clock())

    assert seen == {MOMENT.replace(microsecond=0)}


@pytest.mark.parametrize("jump", [timedelta(seconds=1), timedelta(days=3), timedelta(seconds=-1)])
def test_the_steady_clock_follows_where_the_wall_clock_jumps(jump):
    """The test slept, or moved the time forth or back; a date is the second that it is then."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        clock = SteadyClock()
        clock()
        traveller.shift(jump)

        assert clock() == (MOMENT + jump).replace(microsecond=0)


@pytest.fixture
def real(monkeypatch):
    """Moves the wall clock on as time does: with the clock that no test moves."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        now = 0.0
        monkeypatch.setattr(Elapsed, "seconds", lambda: now)

        def real(seconds):
            nonlocal now
            now += seconds
            traveller.shift(seconds)

        yield real


def test_what_a_machine_is_slow_at_is_no_time(real):
    """However long all of it takes, while something is taken each second."""
    pauses = Pauses()
    for _ in range(20):
        real(0.9)
        assert pauses() == timedelta()
        pauses.mark()


@pytest.mark.parametrize(("sleep", "passed"), [(0.4, [0, 0, 1.6, 1.6]), (0.5, [0, 1.5, 1.5, 2.5])])
def test_a_second_in_which_nothing_was_taken_has_passed(real, sleep, passed):
    """Also where an application asks in it: it waited, in short sleeps. The next begins there."""
    pauses = Pauses()
    real(sleep)
    pauses()
    pauses.mark()
    seen = []
    for _ in range(4):
        real(sleep)
        seen.append(pauses().total_seconds())

    assert seen == passed


@pytest.mark.parametrize("step", [0.01, 3600])
def test_time_that_a_test_moves_has_passed(step):
    """However short it is, and whatever the machine does meanwhile."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        pauses = Pauses()
        for number in range(1, 4):
            traveller.shift(step)
            assert pauses() == number * timedelta(seconds=step)
            pauses.mark()


def test_time_that_has_passed_does_not_come_back():
    """Where a test puts the clock back, and forth again."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        pauses = Pauses()
        seen = []
        for step in (60, -3600, 5):
            traveller.shift(step)
            seen.append(pauses().total_seconds())

    assert seen == [60, 60, 65]


@pytest.mark.parametrize("kind", SidKind)
def test_a_supplied_sid_has_the_form_of_its_kind(kind):
    """What the stub hands out passes everybody's check of SIDs."""
    assert kind.matches(SidSupply("tests/test_users.py::test_ada").next(kind))


def test_the_same_seed_gives_the_same_sids():
    """A test sees the same SIDs in each run, on any worker."""
    first, second = SidSupply("test_ada"), SidSupply("test_ada")

    assert [first.next(SidKind.USER) for _ in range(3)] == [
        second.next(SidKind.USER) for _ in range(3)
    ]


def test_seeds_do_not_share_sids():
    """A user of one test can't be mistaken for one of another."""
    assert SidSupply("test_ada").next(SidKind.USER) != SidSupply("test_grace").next(SidKind.USER)


def test_the_counter_stands_in_front():
    """People tell users apart by the first digits."""
    supply = SidSupply("test_ada")

    assert [supply.next(SidKind.USER)[:10] for _ in range(3)] == [
        "US00000001",
        "US00000002",
        "US00000003",
    ]


def test_each_kind_is_counted_apart():
    """How many requests there were does not change the SIDs of users."""
    supply = SidSupply("test_ada")
    supply.next(SidKind.REQUEST)

    assert supply.next(SidKind.USER).startswith("US00000001")


def test_a_sid_that_is_given_already_is_not_given_again():
    """Nor are those before it; SIDs of other seeds and kinds do not count."""
    supply, elsewhere = SidSupply("test_ada"), SidSupply("test_ada")
    given = [elsewhere.next(SidKind.USER) for _ in range(16)]
    supply.reserve(given[15])
    supply.reserve(given[3])
    supply.reserve("US000000ff" + "0" * 24)
    supply.reserve(elsewhere.next(SidKind.REQUEST))

    assert supply.next(SidKind.USER) == elsewhere.next(SidKind.USER)
    assert supply.next(SidKind.REQUEST) == elsewhere.next(SidKind.REQUEST)
