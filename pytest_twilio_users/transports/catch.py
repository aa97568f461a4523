"""Catches requests where a library sends them to the network."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.transports.patching import Patcher, Place, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_twilio_users.transports.httpx_transport import BackendTransport

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_passing: ContextVar[bool] = ContextVar("passing", default=False)
"""Whether an override lets the request of this moment pass: no other catch may take it then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target(Place):
    """A method that sends.

    `is_caught` tells whether a call is for Twilio's Conversations. `answer` answers in its
    place, async if the method is, and gives None for what an override lets pass to what
    lies beneath. Both are given what the method is given.
    """

    is_caught: Callable[..., bool]
    answer: Callable[..., Any]


class Catch(Patcher[Target]):
    """While started, a library's requests to Twilio's Conversations reach a backend.

    The patch sits where a request leaves the library. So the application's own
    parts of it (retries, authentication, logging) still run, and requests to
    other hosts go on to whatever lies beneath: the network, or somebody's mocks.
    """

    def __init__(self, transport: BackendTransport) -> None:
        super().__init__()
        self._transport = transport

    def make_patch(self, beneath: Callable[..., Any], target: Target) -> Callable[..., Any]:
        """Make what answers, or goes on."""
        is_caught, answer = target.is_caught, target.answer

        # A patch that somebody restored after `stop` must not catch: it looks at `started`.
        @wraps(beneath)
        def patch(instance: object, *args: Any, **given: Any) -> Any:
            if not self.started or not is_caught(instance, *args, **given) or _passing.get():
                return bound(beneath, instance)(*args, **given)
            answered = answer(instance, *args, **given)
            if answered is not None:
                return answered
            with let_pass():
                return bound(beneath, instance)(*args, **given)

        @wraps(beneath)
        async def async_patch(instance: object, *args: Any, **given: Any) -> Any:
            if not self.started or not is_caught(instance, *args, **given) or _passing.get():
                return await bound(beneath, instance)(*args, **given)
            answered = await answer(instance, *args, **given)
            if answered is not None:
                return answered
            with let_pass():
                return await bound(beneath, instance)(*args, **given)

        return async_patch if iscoroutinefunction(answer) else patch


@contextmanager
def let_pass() -> Iterator[None]:
    """Have no catch take what is sent."""
    token = _passing.set(True)
    try:
        yield
    finally:
        _passing.reset(token)
