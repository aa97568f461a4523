"""scopes/left_threads.py: what of a test runs on after it."""

import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import anyio
import anyio.to_thread
import pytest

from pytest_twilio_users.scopes.left_threads import LeftThreads


@pytest.fixture
def left():
    """What was left, so far by nobody."""
    found = LeftThreads()
    found.know()
    return found


@pytest.fixture
def running():
    """Begins threads that end with the test; each tells what it finds there."""
    free, begun = threading.Event(), []

    def running(find=lambda: None, *, daemon=False):
        found = []

        def run():
            free.wait()
            found.append(find())

        thread = threading.Thread(target=run, daemon=daemon)
        thread.start()
        begun.append(thread)

        def end():
            free.set()
            thread.join()
            return found[0]

        return end

    yield running
    free.set()
    for thread in begun:
        thread.join()


def test_a_thread_of_a_test_is_its(left, running):
    """Of this one, which was there before, it is not."""
    end = running(lambda: left.test_of_this)
    left.end_test("test_it")
    assert (left.any_runs, left.any_is_waited_for) == (True, True)
    assert (end(), left.test_of_this) == ("test_it", "")
    assert not left.any_runs


@pytest.mark.parametrize("collects", [True, False])
def test_no_garbage_is_collected_while_threads_are_looked_at(left, running, monkeypatch, collects):
    """It may wait for a lock that is held meanwhile, for ever; afterwards all is as before."""
    look, seen = sys._current_frames, []

    def look_on():
        seen.append(gc.isenabled())
        return look()

    monkeypatch.setattr(sys, "_current_frames", look_on)
    running()
    was = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        left.end_test("test_it")
        assert (seen, gc.isenabled()) == ([False], collects)
    finally:
        (gc.enable if was else gc.disable)()


def test_python_does_not_wait_for_a_daemon(left, running):
    """It runs on all the same."""
    running(daemon=True)
    left.end_test("test_it")
    assert (left.any_runs, left.any_is_waited_for) == (True, False)


def is_at_work(thread):
    """Whether a pool's thread is not back where it waits: it may not be done with what it did."""
    code = sys._current_frames()[thread.ident].f_code
    return code.co_name not in ("wait", "_work")  # of threading, of trio


def test_a_thread_without_a_function_of_the_tests_is_its_all_the_same(left):
    """What it is in, Python's own `threading`, pools wait in, too."""
    timer = threading.Timer(60, print)
    timer.start()
    left.end_test("test_it")
    assert left.any_runs
    timer.cancel()
    timer.join()


def test_what_a_test_held_goes_with_it(left, running):
    """No look at what its threads do keeps that until garbage is collected."""

    def test_it():
        held = LeftThreads()
        running()
        left.end_test("test_it")
        return weakref.ref(held)

    was = gc.isenabled()
    gc.disable()
    try:
        assert test_it()() is None
    finally:
        (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_thread_of_anyios_that_waits_is_nobodys(left, backend):
    """It is of whoever gives it work next, such as a sync endpoint of FastAPI's."""
    pytest.importorskip(backend)

    async def work():
        first = await anyio.to_thread.run_sync(threading.current_thread)
        while is_at_work(first):
            await anyio.sleep(0)
        left.end_test("test_it")
        return await anyio.to_thread.run_sync(lambda: left.test_of_this)

    assert anyio.run(work, backend=backend) == ""


def test_a_thread_of_a_pool_of_multiprocessings_that_waits_is_nobodys(left):
    """As one of `concurrent.futures`."""
    with ThreadPool(1) as pool:
        pool.apply(int)
        left.end_test("test_it")
        assert pool.apply(lambda: left.test_of_this) == ""


def test_a_thread_of_a_pool_that_works_is_the_tests(left):
    """It is not done with what the test gave it."""
    begun, free = threading.Event(), threading.Event()

    def work():
        begun.set()
        free.wait()

    async def leave():
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, work)
            while not begun.is_set():
                await anyio.sleep(0.001)
            left.end_test("test_it")
            runs = left.any_runs
            free.set()
        return runs

    assert anyio.run(leave)


def test_a_thread_of_a_wide_fixture_is_nobodys(left, running):
    """One of the test's own, which began before, stays its."""
    running()
    with left.knowing():
        end = running(lambda: left.test_of_this)
    left.end_test("test_it")
    assert left.any_runs
    assert end() == ""


def test_work_is_its_tests_wherever_it_is_done(left):
    """And no longer than it is done."""
    with ThreadPoolExecutor(1) as pool:
        work = left.work_of("test_it", lambda *, of: of.test_of_this)
        assert (left.any_runs, left.any_is_waited_for) == (True, True)
        assert pool.submit(work, of=left).result() == "test_it"
        assert pool.submit(lambda: left.test_of_this).result() == ""
        left.end_test("test_it")
        assert (left.any_runs, left.any_is_waited_for) == (False, False)


def test_work_of_nobodys_is_left_as_it_is(left):
    """A test without the kit gives it, say."""
    assert left.work_of("", divmod) is divmod


def test_what_left_work_begins_is_of_the_same_test(left):
    """A thread, or more work."""
    found = []

    def work():
        thread = threading.Thread(target=lambda: found.append(left.test_of_this))
        left.inherit(thread)
        thread.start()
        thread.join()
        found.append(left.work_of("test_later", lambda: left.test_of_this)())

    left.work_of("test_it", work)()
    left.inherit(threading.current_thread())  # nobody's
    assert found == ["test_it", "test_it"]
