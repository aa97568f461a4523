"""What is known of a create whose answer told nothing of its user."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from pytest_twilio_users.live.access import json_object
from pytest_twilio_users.wire.messages import Response

SETTLED = 3.0
"""Seconds: a create without an answer that did nothing by then will not any more."""

LEEWAY = 2.0
"""Seconds: Twilio tells times in whole ones, and its machines may differ by one."""


@dataclass(kw_only=True, slots=True)
class Creation:
    """A create: when its last attempt was sent and when that ended, by the run's clock.

    `over` is set once nothing of it is under way.
    """

    clock: Callable[[], float]
    sent: float = field(init=False)
    ended: float = field(init=False)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """An attempt is sent."""
        self.sent = self.ended = self.clock()

    def end(self) -> None:
        """The attempt came to nothing, and none follows."""
        self.ended = self.clock()

    def unsettled(self) -> float:
        """For how many seconds the user may yet turn up."""
        return max(self.ended + SETTLED - self.clock(), 0.0)

    def made(self, found: Response) -> bool | None:
        """Whether it made the user that was fetched just now; None if that can't be told.

        Another user of the identity was there before. Both times are Twilio's own:
        the user's `date_created`, and the answer's Date less what passed here since.
        """
        user = json_object(found) or {}
        if found.status != 200 or not isinstance(user.get("sid"), str):
            return None
        try:
            created = datetime.fromisoformat(user["date_created"])
            age = parsedate_to_datetime(found.header("date") or "") - created
        except (KeyError, TypeError, ValueError):
            return None
        return age.total_seconds() <= self.clock() - self.sent + LEEWAY
