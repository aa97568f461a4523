"""Tells isolation when an example of a Hypothesis test begins or ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hypothesis import currently_in_test_context, register_random

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_twilio_users.scopes.isolation import Isolation
    from pytest_twilio_users.scopes.scope import Scope

    Began = tuple[Scope, BaseException | None]
    """An example's scope, and the error that was being handled when it began."""


class Examples:
    """Listens to Hypothesis, which takes it for a source of randomness.

    Before each example Hypothesis saves and seeds the state of every source that
    is registered, and puts it back at the example's end: documented, and the same
    for functions, coroutines and state machines, wherever they are called from.

    `complain` is called at the end of an example that passed so far; it may raise.
    """

    def __init__(self, isolation: Isolation, *, complain: Callable[[Scope], None]) -> None:
        self.complain = complain
        self._isolation = isolation

    def listen(self) -> None:
        """Begin to listen. Hypothesis forgets this object when everybody else has."""
        # It warns unless the garbage collector knows somebody who holds the object. After
        # `gc.freeze()` it may know nobody but this list.
        held = [self]
        register_random(held[0])

    def getstate(self) -> Began | None:
        """Begin an example. What one of them nests, `random_module()` too, is part of it."""
        if currently_in_test_context():
            return None
        return self._isolation.begin_example(), sys.exception()

    def seed(self, seed: int) -> None:
        """Do nothing: the example has begun."""

    def setstate(self, began: Began | None) -> None:
        """End an example, and fail it if there is something to complain about."""
        __tracebackhide__ = True
        if began is None:
            return
        example, handled = began
        try:
            # A failure has its own report, and an example that was given up has none.
            if sys.exception() is handled:
                self.complain(example)
        finally:
            self._isolation.end_example(example)
