"""What an answer comes to: a model, nothing, or an error."""

from typing import Any

from pytest_twilio_users.client.error import Answered, TwilioApiError, first_words
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS, Action, Operation
from pytest_twilio_users.transports.httpx_messages import from_httpx_response
from pytest_twilio_users.wire.answers import success_violations
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Severity, Violation

_MODELS = {Action.LIST: UserPage.from_dict, Action.DELETE: lambda _: None}
_MODEL_OF = {
    operation.name: _MODELS.get(operation.action, User.from_dict)
    for operation in OPERATIONS.values()
}


def read(operation: str, answered: Answered) -> Any:
    """Read the answer of an operation: a `User`, a `UserPage`, or None after a delete.

    Raises:
        TwilioApiError: the answer is no success, or breaks the contract.
    """
    response = answered[1] if isinstance(answered, tuple) else from_httpx_response(answered)
    if not 200 <= response.status < 300:
        raise TwilioApiError(operation, answered)
    try:
        body: Any = response.json() if response.body else None
        broken = _first_error(OPERATIONS[operation], response, body)
        if broken is None:
            return _MODEL_OF[operation](body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        text = response.body.decode(errors="replace")
        problem = f"The answer can't be read: {first_words(text)}"
        raise TwilioApiError(operation, answered, problem) from None
    # What was found may be somebody's data.
    place = f"{broken.pointer or 'the body'}: {broken.allowed}"
    raise TwilioApiError(operation, answered, f"The answer breaks the contract at {place}")


def _first_error(operation: Operation, response: Response, body: Any) -> Violation | None:
    """The first thing that a model would hide."""
    errors = (
        violation
        for violation in success_violations(operation, response, body)
        if violation.severity is Severity.ERROR
    )
    return next(errors, None)
