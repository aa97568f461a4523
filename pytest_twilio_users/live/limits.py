"""How much one process of a live run may ask of the account."""

import math
import threading
from dataclasses import dataclass

from pytest_twilio_users.errors import LiveRefused
from pytest_twilio_users.settings import SETTINGS, Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits of one process.

    `changes` counts the creates, updates and deletes that it may send;
    `concurrency` is how many requests may be under way at once; `deadline`, in
    seconds, is for how long a request is tried again.
    """

    changes: int
    changes_per_second: float
    concurrency: int
    deadline: float

    @classmethod
    def share(cls, settings: Settings, *, workers: int) -> "Limits":
        """What each of a run's workers has of the run's limits."""
        return cls(
            changes=math.ceil(settings.changes / workers),
            changes_per_second=settings.changes_per_second / workers,
            concurrency=max(settings.concurrency // workers, 1),
            deadline=settings.deadline,
        )


class Budget:
    """How many changes are left. Safe for threads."""

    def __init__(self, changes: int) -> None:
        self._changes = changes
        self._left = changes
        self._lock = threading.Lock()

    def spend(self, operation: str) -> None:
        """Take one change off.

        Raises:
            LiveRefused: none is left.
        """
        with self._lock:
            if self._left == 0:
                raise LiveRefused(
                    f"{operation}: the {self._changes} changes that this process may send are"
                    f" used up. If it may send more: {SETTINGS['changes'].option}=N"
                )
            self._left -= 1
