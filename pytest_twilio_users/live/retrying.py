"""Sends again what may be sent again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

from pytest_twilio_users.live.timing import Timing
from pytest_twilio_users.wire.messages import Request, Response

FIRST_PAUSE = 0.25
"""Seconds: the longest pause before the second attempt. It doubles with each."""

LONGEST_PAUSE = 8.0
"""Seconds: more it never is, unless the answer asks for it."""

LOST = "connection lost"
UNREACHED = "no connection"


class Lost(Exception):
    """No answer came. `after` tells what attempts before came to."""

    def __init__(self, reason: str, *, may_have_arrived: bool, after: tuple[str, ...] = ()) -> None:
        """Say why, without anything of the request, and whether it may have been carried out."""
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived
        self.after = after


SendOnce = Callable[[Request], Response]
"""Sends a request once; raises Lost if no answer comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """Sends again what may be sent again, with exponential backoff and full jitter.

    429 was never carried out (documented), nor was what had no connection: both are
    sent again, whatever they ask for. 503 and a lost answer are so only where a
    request does no more the second time. A pause is at least what Retry-After says;
    its date counts from the answer's own Date, as clocks differ.

    `deadline` is in seconds, from the first attempt to the beginning of the last.
    """

    deadline: float
    timing: Timing

    def send(self, attempt: Callable[[], Response], *, repeatable: bool) -> Response:
        """Give the last answer; its `after` tells of the attempts before.

        Raises:
            Lost: the last attempt had none.
        """
        end = self.timing.clock() + self.deadline
        after: tuple[str, ...] = ()
        while True:
            outcome = _outcome(attempt)
            pause = self._pause(outcome, attempts=len(after))
            again = _may_repeat(outcome, repeatable=repeatable)
            if not again or self.timing.clock() + pause > end:
                break
            after += (_label(outcome),)
            self.timing.sleep(pause)
        if isinstance(outcome, Lost):
            outcome.after = after
            raise outcome
        return replace(outcome, after=after) if after else outcome

    def _pause(self, outcome: Response | Lost, *, attempts: int) -> float:
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 10))
        pause = self.timing.random.uniform(0, longest)
        return pause if isinstance(outcome, Lost) else max(pause, retry_after(outcome))


def _outcome(attempt: Callable[[], Response]) -> Response | Lost:
    try:
        return attempt()
    except Lost as lost:
        return lost


def _may_repeat(outcome: Response | Lost, *, repeatable: bool) -> bool:
    if isinstance(outcome, Lost):
        return repeatable or not outcome.may_have_arrived
    return outcome.status == 429 or (repeatable and outcome.status == 503)


def _label(outcome: Response | Lost) -> str:
    if isinstance(outcome, Lost):
        return LOST if outcome.may_have_arrived else UNREACHED
    return str(outcome.status)


def retry_after(response: Response) -> float:
    """The seconds that an answer asks to wait for; 0 if it doesn't, or not in a readable way."""
    asked = response.header("retry-after") or ""
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
        wait = until - parsedate_to_datetime(response.header("date") or "")
    except (TypeError, ValueError):  # no date, or one with a time zone and one without
        return 0.0
    return max(wait.total_seconds(), 0.0)
