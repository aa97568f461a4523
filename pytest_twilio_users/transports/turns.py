"""What a task asks of its event loop, whatever a test put in the place of `asyncio.sleep`.

asyncio and trio alike. anyio's own functions may sleep by what asyncio was patched with.
"""

import threading
from typing import Any


def running_loop() -> Any:
    """What the task that asks has in common with those beside it."""
    import asyncio  # the stub answers without it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return threading.current_thread()  # trio has one loop there, which leaves no task behind


async def give_turn() -> None:
    """Have each task run on that can."""
    import asyncio

    if isinstance(running_loop(), asyncio.AbstractEventLoop):
        await asyncio.tasks.sleep(0)
    else:
        from anyio.lowlevel import checkpoint

        await checkpoint()


async def sleep_really(seconds: float) -> None:
    """Let seconds pass."""
    from anyio import Event, move_on_after

    with move_on_after(seconds):
        await Event().wait()
