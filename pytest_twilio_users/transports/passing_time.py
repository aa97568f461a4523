"""Lets time pass for an async caller, on whichever event loop it runs."""

import sys
from collections.abc import Callable
from math import inf

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


async def pass_for(message: Request, seconds: float, *, on_passed: Callable[[float], None]) -> None:
    """Let time pass for who sent a request; nobody sleeps.

    Args:
        message: the request, which met a fault.
        seconds: how long; for ever if infinite.
        on_passed: is told of each part of the time that has passed.

    Raises:
        KitError: it would last for ever, or the event loop's time can't be moved on.
    """
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        _pass_on_trio(message, seconds)
        on_passed(seconds)
        return
    from pytest_twilio_users.transports.loop_time import NobodyWaits, UnknownLoop, pass_time

    try:
        await pass_time(seconds, on_passed=on_passed)
    except NobodyWaits:
        raise waits_for_ever(message) from None
    except UnknownLoop as unknown:
        raise KitError(
            f"{message.method} {message.path} met {message.fault!r}, which takes time, and the"
            f" kit can't advance the time of {unknown}. Run this test on asyncio's own event"
            " loop."
        ) from None


def _pass_on_trio(message: Request, seconds: float) -> None:
    """Have time passed on trio, where that makes no difference to what is cancelled.

    Raises:
        KitError: it would be cancelled meanwhile, or last for ever.
    """
    import trio

    if trio.current_effective_deadline() <= trio.current_time() + seconds:
        if seconds == inf and trio.current_effective_deadline() == inf:
            raise waits_for_ever(message)
        raise KitError(
            f"{message.method} {message.path} met {message.fault!r}. A cancel scope around it"
            " would end meanwhile, and the kit can't simulate that on trio. Run this test on"
            " asyncio, or give the client a shorter timeout."
        )


def waits_for_ever(message: Request) -> KitError:
    """What to say to a caller that would wait for ever."""
    why = "the client has no timeout. Set one on the client or on the request."
    if message.is_served:
        why = (
            "an application does not know its client's timeout. Put asyncio.timeout around the"
            " request."
        )
    return KitError(
        f"{message.method} {message.path} would wait forever: with {message.fault!r} no answer"
        f" comes, and {why}"
    )
