"""Retries requests that are safe to retry."""

from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime

from pytest_twilio_users.live.pacing import Timing
from pytest_twilio_users.wire.messages import Request, Response

FIRST_PAUSE = 0.25
"""Seconds: the longest pause before the second attempt. It doubles with each."""

LONGEST_PAUSE = 8.0
"""The longest pause in seconds, unless the answer asks for a longer one."""

LOST = "connection lost"
UNREACHED = "no connection"


class Lost(Exception):
    """No answer came. `after` holds the results of the attempts before."""

    def __init__(self, reason: str, *, may_have_arrived: bool, after: tuple[str, ...] = ()) -> None:
        """Say why, without anything of the request, and whether it may have been carried out."""
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived
        self.after = after


SendOnce = Callable[[Request], Response]
"""Sends a request once; raises Lost if no answer comes."""


def retry(
    attempt: Callable[[], Response], *, repeatable: bool, deadline: float, timing: Timing
) -> Response:
    """Send a request, and again if it may be, with exponential backoff and full jitter.

    429 was never carried out (documented), nor was what had no connection: both are
    sent again, whatever they ask for. 503 and a lost answer are so only where a
    request is `repeatable`: it does no more the second time. A pause is at least what
    Retry-After says; its date counts from the answer's own Date, as clocks differ. From
    the first attempt to the beginning of the last there are `deadline` seconds at most.
    The last answer's `after` tells of the attempts before.

    Raises:
        Lost: the last attempt had none.
    """
    end = timing.clock() + deadline
    after: tuple[str, ...] = ()
    while True:
        try:
            outcome: Response | Lost = attempt()
        except Lost as lost:
            outcome = lost
        doublings = min(len(after), 10)  # more are no longer pause, and some day no float
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2**doublings)
        asked = 0.0 if isinstance(outcome, Lost) else retry_after(outcome)
        pause = max(timing.random.uniform(0, longest), asked)
        again = _may_repeat(outcome, repeatable=repeatable)
        if not again or timing.clock() + pause > end:
            break
        after += (_label(outcome),)
        timing.sleep(pause)
    if isinstance(outcome, Lost):
        outcome.after = after
        raise outcome
    return replace(outcome, after=after) if after else outcome


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
