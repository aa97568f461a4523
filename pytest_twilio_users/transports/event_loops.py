"""Runs async code for a sync caller: on the caller's event loop, or on its own."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, TypeVar

import anyio
from anyio import from_thread

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class GivenUp(Exception):
    """What was called may wait for a loop that can't go on."""


def wait_for(call: Callable[[], Coroutine[Any, Any, T]], *, seconds: float) -> T:
    """Call, and wait for what comes of it.

    In a thread that works for an event loop it runs there: what the application keeps belongs
    to that loop. Where a loop runs in this very thread, it can't go on meanwhile: what waits
    for it is given up after some seconds. All else may take its time, or be debugged.

    Raises:
        GivenUp: it was.
    """
    if _works_for_a_loop():
        return from_thread.run(call)
    if not _runs_here():
        return _run(call, copy_context())

    async def limited() -> T:
        with anyio.move_on_after(seconds):
            return await call()
        raise GivenUp

    context = copy_context()
    return _in_another_thread(lambda: _run(limited, context))


def _run(call: Callable[[], Coroutine[Any, Any, T]], context: Context) -> T:
    return context.run(lambda: _run_in_it(call))


def _run_in_it(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
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
