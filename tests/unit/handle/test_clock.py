"""handle/clock.py: the time of the stub, as tests read and move it."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta

import anyio
import pytest
import time_machine

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
ASYNC_LIBRARIES = pytest.mark.parametrize("library", ["asyncio", "trio"])


def handle_of(mode=Mode.STUB):
    """A handle in the middle of a test."""
    isolation = Isolation(Settings(mode=mode))
    handle, _ = assemble(isolation)
    isolation.begin_test("test_ada", isolation.settings, fixtures=["twilio_users"])
    return handle


@pytest.fixture
def noon():
    """A wall clock that stands at noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clock(noon):
    """The clock of a handle in stub mode, at noon."""
    return handle_of().clock


@pytest.mark.parametrize("seconds", [3, 3.0, timedelta(seconds=3)])
def test_the_clock_is_moved_on(clock, seconds):
    """By seconds, or by a timedelta; it knows that it tells UTC."""
    clock.advance(seconds)

    assert clock.now() == NOON + timedelta(seconds=3)
    assert clock.now().tzinfo is UTC
    assert repr(clock) == "<UsersClock: 2031-05-06 12:00:03+00:00>"


def test_parts_of_a_second_add_up(clock):
    """What a test lets pass is exact, however little it is."""
    for _ in range(4):
        clock.advance(0.25)

    assert clock.now() == NOON + timedelta(seconds=1)


def test_the_clock_tells_what_dates_tell(noon):
    """`clock.now()` is the date of a user that is made now."""
    handle = handle_of()
    noon.shift(0.5)
    handle.clock.advance(60)

    assert handle.clock.now() == handle.add_user().date_created == NOON + timedelta(minutes=1)


def test_the_clock_goes_with_a_clock_that_is_moved(clock, noon):
    """What is let pass comes on top."""
    clock.advance(5)
    noon.shift(60)

    assert clock.now() == NOON + timedelta(seconds=65)


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.RECORD])
def test_an_account_is_really_waited_for(mode, monkeypatch):
    """Also where the application's own sleep leads to the clock."""
    clock = handle_of(mode).clock
    monkeypatch.setattr(time, "sleep", clock.advance)
    monkeypatch.setattr(asyncio, "sleep", clock.advance_async)
    before, began = clock.now(), time.perf_counter()
    time.sleep(0.01)
    assert asyncio.run(asyncio.sleep(0.01, "slept")) == "slept"

    assert time.perf_counter() - began >= 0.02
    assert timedelta(seconds=0.02) <= clock.now() - before < timedelta(seconds=20)


def test_a_replay_need_not_wait(noon):
    """Its clock is moved on as that of the stub."""
    clock = handle_of(Mode.REPLAY).clock
    clock.advance(3600)

    assert clock.now() == NOON + timedelta(hours=1)


@ASYNC_LIBRARIES
def test_tasks_sleep_side_by_side(clock, library):
    """Each wakes up at its time, in the order of these; an hour that two sleep passes once."""
    woken = []

    async def sleep(name, hours):
        for _ in range(2):
            await clock.advance_async(timedelta(hours=hours))
            woken.append((name, (clock.now() - NOON) / timedelta(hours=1)))

    async def all_of_them():
        async with anyio.create_task_group() as group:
            for name, hours in (("long", 5), ("short", 1), ("odd", 1.5), ("alike", 5)):
                group.start_soon(sleep, name, hours)

    anyio.run(all_of_them, backend=library)
    assert woken[:4] == [("short", 1), ("odd", 1.5), ("short", 2), ("odd", 3)]
    assert sorted(woken[4:6]) == [("alike", 5), ("long", 5)]
    assert sorted(woken[6:]) == [("alike", 10), ("long", 10)]


@ASYNC_LIBRARIES
def test_others_run_while_a_task_sleeps(clock, library):
    """A sleep of nothing at all, or of less, gives them their turn, too."""
    done = []

    async def work():
        done.append("worked")

    async def sleep():
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            for seconds in (0, -0.5):
                slept = await clock.advance_async(seconds, result="slept")
            done.append(slept)

    anyio.run(sleep, backend=library)
    assert (done, clock.now()) == (["worked", "slept"], NOON)


@ASYNC_LIBRARIES
def test_a_sleep_that_is_cancelled_holds_up_nobody(clock, library):
    """Nor does its time pass."""

    async def cancel():
        async with anyio.create_task_group() as group:
            group.start_soon(clock.advance_async, 1)
            await anyio.sleep(0)
            group.cancel_scope.cancel()
        await clock.advance_async(60)

    anyio.run(cancel, backend=library)
    assert clock.now() == NOON + timedelta(minutes=1)


def test_a_loop_that_ended_holds_up_nobody(clock):
    """Whatever it left asleep."""
    loop = asyncio.new_event_loop()
    left = loop.create_task(clock.advance_async(1))
    loop.call_soon(loop.stop)
    loop.run_forever()

    asyncio.run(clock.advance_async(60))

    assert clock.now() == NOON + timedelta(minutes=1)
    left.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(left)
    loop.close()


@pytest.mark.parametrize("seconds", [float("nan"), "3", True, None, timedelta(seconds=-1)], ids=str)
@pytest.mark.parametrize(
    "advance",
    [
        pytest.param(lambda clock, time: clock.advance(time), id="sync"),
        pytest.param(lambda clock, time: asyncio.run(clock.advance_async(time)), id="async"),
    ],
)
def test_a_time_that_is_none_is_refused(clock, seconds, advance):
    """As a sleep would be; the clock neither goes back nor stops."""
    with pytest.raises(InvalidArgument) as error:
        advance(clock, seconds)

    assert str(error.value) == (
        f"seconds={seconds!r} ({type(seconds).__name__}): allowed: seconds from 0 to a hundred"
        " years, or a timedelta."
    )
    assert clock.now() == NOON
