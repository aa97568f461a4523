"""Notes which threads are begun, or given work."""

from __future__ import annotations

import threading
from functools import wraps
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.transports.patching import Patcher, Place, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class ThreadNote(Patcher[Place]):
    """While started, `note` is told of each thread that another begins."""

    module = "threading"

    def __init__(self, note: Callable[[threading.Thread], None]) -> None:
        super().__init__()
        self._note = note

    def targets(self) -> Iterable[Place]:
        """The one method that begins a thread."""
        return (Place(owner=threading.Thread, name="start"),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # there is one
        """Make what notes, and goes on."""

        @wraps(beneath)
        def patch(thread: threading.Thread) -> Any:
            self._note(thread)
            return bound(beneath, thread)()

        return patch


class WorkNote(Patcher[Place]):
    """While started, `note` is given the work for pools of threads, and gives it back noted."""

    module = "concurrent.futures"

    def __init__(self, note: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        super().__init__()
        self._note = note

    def targets(self) -> Iterable[Place]:
        """The one method that takes work; event loops call it, too."""
        from concurrent.futures import ThreadPoolExecutor

        return (Place(owner=ThreadPoolExecutor, name="submit"),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # there is one
        """Make what notes, and goes on."""

        @wraps(beneath)
        def patch(pool: object, work: Callable[..., Any], /, *args: Any, **given: Any) -> Any:
            noted = self._note(work) if self.started else work
            return bound(beneath, pool)(noted, *args, **given)

        return patch
