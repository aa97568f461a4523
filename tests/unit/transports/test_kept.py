"""transports/kept.py: what an iterator gives, for as many as want it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.kept import Kept, KeptAsync


class Stopped(BaseException):
    """What stops a run, or a task."""


def parts(error=None):
    """Two parts, and what ends them."""
    yield "one"
    yield "two"
    if error:
        raise error


async def parts_async(error=None):
    """The same, for async readers."""
    for part in parts(error):
        await asyncio.sleep(0)
        yield part


async def walk(kept):
    """All that is kept, and what ended it."""
    walked = []
    try:
        if isinstance(kept, Kept):
            walked.extend(kept)
            return walked, None
        async for part in kept:
            walked.append(part)  # noqa: PERF401  # what came before an error counts
    except BaseException as error:
        return walked, error
    return walked, None


@pytest.fixture(params=[(Kept, parts), (KeptAsync, parts_async)], ids=["sync", "async"])
def keep(request):
    """Keeps two parts and what ends them."""
    kept, source = request.param
    return lambda error=None: kept(source(error))


def test_it_can_be_walked_by_many(keep):
    """One after the other, and at the same time."""

    async def meet():
        kept = keep()
        return [*await asyncio.gather(walk(kept), walk(kept)), await walk(kept)]

    assert asyncio.run(meet()) == [(["one", "two"], None)] * 3


def test_an_error_ends_it_for_each(keep):
    """The same one."""
    error = ValueError("gone")

    async def meet():
        kept = keep(error)
        return [await walk(kept), await walk(kept)]

    assert asyncio.run(meet()) == [(["one", "two"], error)] * 2


def test_what_stops_one_walker_does_not_stop_the_next(keep):
    """It is told that the rest can't be made again, as nobody stopped it."""
    stopped = Stopped()

    async def meet():
        kept = keep(stopped)
        return [await walk(kept), await walk(kept)]

    first, (walked, error) = asyncio.run(meet())
    assert first == (["one", "two"], stopped)
    assert (walked, type(error)) == (["one", "two"], KitError)
    assert str(error) == (
        "The override's response ended early before (Stopped), and can't be read again. Give"
        " side_effect a function that makes a new response."
    )


def test_threads_walk_it_together():
    """Each gets all."""
    kept = Kept(iter(range(1_000)))
    with ThreadPoolExecutor(4) as threads:
        walked = [*threads.map(lambda _: [*kept], range(4))]

    assert walked == [[*range(1_000)]] * 4
