"""Runs what is async for who is sync: on the caller's event loop, or on one of its own."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

import anyio
from anyio import from_thread

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


def wait_for(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Call, and wait for what comes of it.

    In a thread that works for an event loop it runs there: what the application keeps belongs
    to that loop. Where a loop runs in this very thread, nothing can wait for it.
    """
    if _works_for_a_loop():
        return from_thread.run(call)
    context = copy_context()

    def run() -> T:
        return context.run(_run, call)

    return _in_another_thread(run) if _runs_here() else run()


def _run(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    if "sniffio" in sys.modules:  # what it says is of the loop that the context is of
        sys.modules["sniffio"].current_async_library_cvar.set(None)
    # With a factory, asyncio leaves this thread's own loop alone.
    return anyio.run(call, backend_options={"loop_factory": asyncio.new_event_loop})


def _in_another_thread(run: Callable[[], T]) -> T:
    came: list[T] = []
    raised: list[BaseException] = []

    def note() -> None:
        try:
            came.append(run())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=note, name="twilio-users webhook", daemon=True)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return came[0]


def _works_for_a_loop() -> bool:
    try:
        from_thread.check_cancelled()
    except RuntimeError:
        return False
    return True


def _runs_here() -> bool:
    try:
        anyio.current_time()
    except RuntimeError:
        return False
    return True
