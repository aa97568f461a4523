"""What a test found out about its promises, by the error it ended with."""

from dataclasses import dataclass
from enum import StrEnum

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import TOO_MANY_REQUESTS
from pytest_twilio_users.errors import KitError, cut, printable
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.violations import Severity

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
    wrong = _wrong_in(last)
    if isinstance(error, TwilioApiError) or (not isinstance(error, AssertionError) and wrong):
        shown = last.response.status >= 400 or not wrong
        return Kind.REFUSED, str(last) if shown else f"{last}, {wrong}"
    return Kind.CONTRADICTED, f"{text}, after {last}"


def _wrong_in(last: Exchange) -> str:
    """Why an operation's answer can't be read as the one that it promises, if it can't."""
    if last.operation is None or last.response is None:
        return ""
    operation = OPERATIONS[last.operation]
    if last.status != operation.status:
        return f"{last.status} instead of {operation.status}"
    violations = check_response(operation, last.response)
    return next((f"{each}" for each in violations if each.severity is Severity.ERROR), "")


def answers(operation: str) -> str:
    """The promise that an operation answers: `create_answers_201`."""
    asked = OPERATIONS[operation]
    return f"{asked.action}_answers_{asked.status}"


def _in_a_line(error: BaseException) -> str:
    said = str(error)
    if isinstance(error, KitError):  # what follows is code to paste
        said = said.partition("\n")[0]
    said = said.partition("\nassert ")[0]  # what a test says itself is enough
    text = " ".join(said.split()).removeprefix("assert ")
    named = isinstance(error, (AssertionError, KitError, TwilioApiError)) and text
    told = printable(text if named else f"{type(error).__name__}: {text}")
    return cut(told, longest=_LONGEST)
