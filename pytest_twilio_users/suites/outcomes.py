"""What a test found out about its promises, by the error it ended with."""

from dataclasses import dataclass
from enum import StrEnum

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import TOO_MANY_REQUESTS
from pytest_twilio_users.errors import KitError, printable
from pytest_twilio_users.wire.journal import Exchange

_LONGEST = 300
"""How many characters of an error are told."""

_OF_ANSWERS = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a test raises that reads something else than it expected."""


class Kind(StrEnum):
    """What a test found out about a promise; of several tests, the first of these counts.

    REFUSED: an operation did not answer as it promises, and the test could not go on.
    SKIPPED: the test was not to be run.
    """

    CONTRADICTED = "contradicted"
    REFUSED = "refused"
    NOT_REACHED = "not reached"
    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a test found out; `text` says what it saw instead, or why it saw nothing.

    Where an operation is REFUSED, the text begins with its name.
    """

    promise: str
    kind: Kind
    text: str = ""


def judge(error: BaseException, last: Exchange | None) -> tuple[Kind, str]:
    """Tell what an error says of the promises that its test asks about.

    Only an answer contradicts them. That the kit sent nothing, that there was no answer, that
    the server failed or that the test itself did: none of that does.

    Args:
        error: what the test ended with.
        last: the last exchange before that.
    """
    text = _in_a_line(error)
    if isinstance(error, KitError) or not isinstance(error, (TwilioApiError, *_OF_ANSWERS)):
        return Kind.NOT_REACHED, text
    if last is None or last.response is None:
        return Kind.NOT_REACHED, text
    if last.response.status >= 500 or last.response.status == TOO_MANY_REQUESTS.status:
        return Kind.NOT_REACHED, str(last)
    if isinstance(error, TwilioApiError) or (
        not isinstance(error, AssertionError) and _is_refused(last)
    ):
        return Kind.REFUSED, str(last)
    return Kind.CONTRADICTED, f"{text}, after {last}"


def _is_refused(last: Exchange) -> bool:
    return last.operation is not None and last.status != OPERATIONS[last.operation].status


def answers(operation: str) -> str:
    """The promise that an operation answers: `create_answers_201`."""
    asked = OPERATIONS[operation]
    return f"{asked.action}_answers_{asked.status}"


def _in_a_line(error: BaseException) -> str:
    said = str(error)
    if isinstance(error, KitError):  # what follows is code to paste
        said = said.partition("\n")[0]
    text = " ".join(said.split()).removeprefix("assert ")
    named = isinstance(error, (AssertionError, KitError, TwilioApiError)) and text
    told = printable(text if named else f"{type(error).__name__}: {text}")
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
