"""Lets other tasks run, even if a test replaced `asyncio.sleep`.

asyncio and trio alike. anyio's own sleep may be what a test put there.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


def running_loop() -> Any:
    """What the task that asks has in common with those beside it."""
    import asyncio  # the stub answers without it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return threading.current_thread()  # trio has one loop there, which leaves no task behind


async def give_way(seconds: float = 0) -> None:
    """Have others run for so many seconds, or once each that can."""
    import asyncio

    if isinstance(running_loop(), asyncio.AbstractEventLoop):
        await asyncio.tasks.sleep(seconds)
    else:
        from anyio import Event, move_on_after

        with move_on_after(seconds):
            await Event().wait()


async def here(call: Callable[[], T]) -> T:
    """Call something that takes no time."""
    return call()


async def in_own_thread(call: Callable[[], T]) -> T:
    """Call what may take its time, and let others run meanwhile.

    In a thread of its own: others may need all the threads that there are for such work.
    """
    from anyio import CapacityLimiter, to_thread

    return await to_thread.run_sync(call, limiter=CapacityLimiter(1))
