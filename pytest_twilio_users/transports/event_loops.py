"""Runs what is async for who is sync: on the caller's event loop, or on one of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from anyio import current_time, from_thread

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


def wait_for(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Call, and wait for what comes of it.

    In a thread that works for an event loop it runs there: what the application keeps belongs
    to that loop. Where a loop runs in this very thread, nothing can wait for it.
    """
    if _works_for_a_loop():
        return from_thread.run(call)
    return _in_another_thread(call) if _runs_here() else _run(call)


def _run(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    # With a factory, the runner leaves this thread's own loop alone.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(call())


def _in_another_thread(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    came: list[T] = []
    raised: list[BaseException] = []
    context = copy_context()

    def run() -> None:
        try:
            came.append(context.run(_run, call))
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, name="twilio-users webhook", daemon=True)
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
        current_time()
    except RuntimeError:
        return False
    return True
