"""transports/passing_time.py and loop_time.py: time passes, and nobody waits."""

import asyncio
import socket
import time

import anyio
import httpx
import pytest
from freezegun import freeze_time

from pytest_twilio_users import faults
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.loop_time import pass_time

NO_TIMEOUT = httpx.Timeout(None)
USERS = "https://conversations.twilio.com/v1/Users"


@pytest.fixture
def passed():
    """What the stub's clock was told."""
    return []


@pytest.fixture
def ask(transport, passed):
    """Asks for users, with a read timeout."""
    told = BackendTransport(
        transport.backend, overrides=transport.overrides, let_pass=passed.append
    )

    async def ask(timeout=None):
        async with httpx.AsyncClient(transport=told, timeout=timeout) as client:
            return await client.get(USERS)

    return ask


@pytest.fixture(autouse=True)
def nobody_waits():
    """Whatever passes, the test is quick."""
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < 25


@pytest.fixture
def slow(routes):
    """Answers take half a minute."""
    routes["list_user"].fail(faults.slow(30))


@pytest.mark.usefixtures("slow")
class TestOnAsyncio:
    @pytest.mark.parametrize(
        ("wait", "error"),
        [
            (lambda asked: asyncio.wait_for(asked, 3), TimeoutError),
            (lambda asked: within(asyncio.timeout, 3, asked), TimeoutError),
            (lambda asked: within(anyio.fail_after, 3, asked), TimeoutError),
        ],
        ids=["wait_for", "timeout", "fail_after"],
    )
    def test_a_timeout_around_the_caller_is_due(self, run, ask, passed, wait, error):
        """The clock moves on by as much."""
        with pytest.raises(error):
            run(wait(ask()))

        assert sum(passed) == pytest.approx(3, abs=1)  # what it took to begin is real

    def test_the_clients_timeout_is_due_first(self, run, ask, passed):
        """The clock moves on by as much."""
        with pytest.raises(httpx.ReadTimeout):
            run(within(asyncio.timeout, 20, ask(5)))

        assert sum(passed) == 5

    def test_an_answer_that_comes_in_time_comes(self, run, ask, passed):
        """The loop's time and the clock moved on together."""

        async def main():
            began = asyncio.get_running_loop().time()
            await ask(60)
            return asyncio.get_running_loop().time() - began

        assert 30 <= run(main()) < 55
        assert sum(passed) == 30

    def test_who_waits_together_sees_the_same_time_pass(self, run, ask, passed):
        """Not one after the other."""

        async def main():
            await asyncio.gather(ask(), ask(), ask())

        run(main())

        assert sum(passed) == 30

    def test_timers_are_due_in_order(self, run, ask):
        """Those that others set meanwhile, too."""
        ticks = []

        async def tick():
            while True:
                await asyncio.sleep(7)
                ticks.append("tick")

        async def main():
            ticking = asyncio.create_task(tick())
            asyncio.get_running_loop().call_later(15, ticks.append, "once")
            await ask()
            ticking.cancel()

        run(main())

        assert ticks == ["tick", "tick", "once", "tick", "tick"]

    def test_what_comes_by_the_network_comes_first(self, run, passed):
        """Time moves on where the loop would wait, and no sooner."""
        seen = []

        async def main():
            loop = asyncio.get_running_loop()
            one, other = socket.socketpair()
            one.setblocking(False)
            with one, other:
                read = asyncio.create_task(loop.sock_recv(one, 1))
                read.add_done_callback(lambda _: seen.append(sum(passed)))
                await asyncio.sleep(0)
                loop.call_soon(other.send, b"x")
                await pass_time(5, on_passed=passed.append)
                return await read

        assert run(main()) == b"x"
        assert seen == [0]

    def test_years_pass_as_seconds_do(self, run, passed):
        """A float can't tell nanoseconds there; nor where freezegun stops the loop's time."""
        years = 10 * 365 * 24 * 60 * 60

        async def main():
            async with asyncio.timeout(2 * years):
                await pass_time(years, on_passed=passed.append)

        run(main())

        assert sum(passed) == pytest.approx(years, abs=1)

    def test_it_passes_where_the_wall_clock_is_frozen(self, run, ask, passed):
        """The loop's own clock stands still there, too."""
        with freeze_time("2031-05-06"), pytest.raises(TimeoutError):
            run(within(asyncio.timeout, 3, ask()))

        assert sum(passed) == pytest.approx(3, abs=1)

    def test_who_looks_again_and_again_holds_nothing_up(self, run, ask, passed):
        """The loop is never idle then."""
        ticks = []

        async def main():
            asyncio.get_running_loop().call_later(15, ticks.append, sum(passed))
            asked = asyncio.create_task(ask())
            until = time.perf_counter() + 20
            while not asked.done() and time.perf_counter() < until:
                await asyncio.sleep(0)
            return asked.done()

        assert run(main())
        assert ticks
        assert sum(passed) == 30

    def test_the_loop_keeps_its_own_time_afterwards(self, run, ask):
        """A sleep is a sleep again, and time never goes back."""

        async def main():
            times = [asyncio.get_running_loop().time()]
            for wait in (ask(), asyncio.sleep(0.01), ask(), asyncio.sleep(0)):
                await wait
                times.append(asyncio.get_running_loop().time())
            return times

        times = run(main())

        assert times == sorted(times)

    def test_who_is_cancelled_when_its_time_is_up_is_cancelled(self, run, passed):
        """Both may come in one turn of the loop."""

        async def main():
            waiting = asyncio.create_task(pass_time(5, on_passed=passed.append))
            loop = asyncio.get_running_loop()
            await asyncio.sleep(0)
            just_before = loop.time() + 5 - loop._clock_resolution / 2
            loop.call_at(just_before, waiting.cancel)
            await asyncio.gather(waiting, return_exceptions=True)
            return waiting.cancelled()

        assert run(main())
        assert sum(passed) == 5


async def within(limit, seconds, asked):
    """What is asked, under a timeout of asyncio or anyio."""
    timeout = limit(seconds)
    if hasattr(timeout, "__aenter__"):
        async with timeout:
            return await asked
    with timeout:
        return await asked


class TestForEver:
    @pytest.fixture(autouse=True)
    def lost(self, routes):
        """No answer comes."""
        routes["list_user"].fail(faults.read_timeout())

    TOLD = (
        "GET /v1/Users would wait forever: with faults.read_timeout() no answer comes, and the"
        " client has no timeout. Set one on the client or on the request."
    )

    def test_a_client_without_a_timeout_is_told(self, run, ask):
        """It would hang, and a test that passes would hide it; others that wait end, too."""

        async def main():
            return await asyncio.gather(ask(), ask(), return_exceptions=True)

        assert [str(error) for error in run(main())] == [self.TOLD] * 2

    def test_a_sync_client_is_told_so(self, transport):
        """The same."""
        with (
            httpx.Client(transport=transport, timeout=NO_TIMEOUT) as client,
            pytest.raises(KitError) as told,
        ):
            client.get(USERS)

        assert str(told.value) == self.TOLD

    def test_who_looks_again_and_again_is_told(self, run, ask):
        """Though nothing else is to come."""

        async def main():
            asked = asyncio.create_task(ask())
            until = time.perf_counter() + 20
            while not asked.done() and time.perf_counter() < until:
                await asyncio.sleep(0)
            asked.cancel()
            await asked

        with pytest.raises(KitError, match="would wait forever"):
            run(main())

    def test_a_timeout_around_it_is_one(self, run, ask, passed):
        """So much time passes."""
        with pytest.raises(TimeoutError):
            run(asyncio.wait_for(ask(), 40))

        assert sum(passed) == pytest.approx(40, abs=1)

    def test_trio_is_told_so(self, ask):
        """There nothing would end it, either."""
        trio = pytest.importorskip("trio")
        with pytest.raises(KitError) as told:
            trio.run(ask)

        assert str(told.value) == self.TOLD


@pytest.mark.usefixtures("slow")
class TestOnOtherLoops:
    def test_on_trio_the_clients_timeout_is_due(self, ask, passed):
        """And an answer that comes in time comes."""
        trio = pytest.importorskip("trio")
        with pytest.raises(httpx.ReadTimeout):
            trio.run(ask, 5)

        assert trio.run(ask, 60).status_code == 401
        assert passed == [5, 30]

    def test_on_trio_a_deadline_around_it_is_told(self, ask):
        """It can't be brought about, and to ignore it would be no answer."""
        trio = pytest.importorskip("trio")

        async def main():
            with trio.move_on_after(3):
                await ask()

        with pytest.raises(KitError) as told:
            trio.run(main)

        assert str(told.value) == (
            "GET /v1/Users met faults.slow(seconds=30). A cancel scope around it would end"
            " meanwhile, and the kit can't simulate that on trio. Run this test on asyncio, or"
            " give the client a shorter timeout."
        )

    def test_on_uvloop_it_is_told(self, ask):
        """Its timers are its own."""
        uvloop = pytest.importorskip("uvloop")
        with (
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
            pytest.raises(KitError) as told,
        ):
            runner.run(ask())

        assert str(told.value) == (
            "GET /v1/Users met faults.slow(seconds=30), which takes time, and the kit can't"
            " advance the time of uvloop.Loop. Run this test on asyncio's own event loop."
        )


@pytest.mark.usefixtures("slow")
def test_a_sync_client_is_answered_late(transport, passed):
    """Without a timeout; the clock moves on."""
    told = BackendTransport(
        transport.backend, overrides=transport.overrides, let_pass=passed.append
    )
    with httpx.Client(transport=told, timeout=NO_TIMEOUT) as client:
        assert client.get(USERS).status_code == 401

    assert passed == [30]


def test_a_connection_that_nobody_times_is_given_up_by_the_system(transport, routes, passed):
    """After some two minutes."""
    routes["list_user"].fail(faults.connect_timeout())
    told = BackendTransport(
        transport.backend, overrides=transport.overrides, let_pass=passed.append
    )
    with (
        httpx.Client(transport=told, timeout=NO_TIMEOUT) as client,
        pytest.raises(httpx.ConnectTimeout),
    ):
        client.get(USERS)

    assert passed == [127]
