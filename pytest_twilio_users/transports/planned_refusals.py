"""Which refusal an author means, by a name or by a code of Twilio's."""

from pytest_twilio_users.contract.arguments import refused, require_text, require_whole
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.literals import RefusalName
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal, known_refusal
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.neighbours.rows import REFUSALS as OF_NEIGHBOURS

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def planned_refusal(name: RefusalName | int, *, status: int | None, message: str) -> Refusal:
    """The refusal of a name or a code; of a code that the kit does not know, as it is described.

    Raises:
        InvalidArgument: there is none, or there are several.
    """
    told = require_text(message, name="message")
    if status is not None:
        return _described(name, status, told)
    if told:
        allowed = "none without a status: a refusal that the kit knows has a message"
        raise refused(message, name="message", allowed=allowed)
    if isinstance(name, str) or not isinstance(name, int):
        return known_refusal(name)
    known = [each for each in (*REFUSALS.values(), *OF_NEIGHBOURS) if each.code == name]
    with_status = [each.name for each in REFUSALS.values() if each.status == name]
    if with_status:
        raise InvalidArgument(
            f"{name} is a status, and refuse() takes a name, or a code such as 20404. Refusals"
            f" with this status: {', '.join(with_status)}."
        )
    if not known:
        raise InvalidArgument(
            f"The kit does not know the code {brief(name)}. Say what else is in the refusal:"
            f' refuse({brief(name)}, status=409, message="…").'
        )
    if len({(each.status, each.message) for each in known}) > 1:
        names = ", ".join(each.name for each in known)
        raise InvalidArgument(f"Several refusals have the code {name}. By name: {names}.")
    return known[0]


def _described(code: object, status: object, message: str) -> Refusal:
    code = require_whole(code, name="name", least=1, instead=", as codes with a status are")
    return Refusal(
        name=str(code),
        case=f"Code {code}",
        status=require_whole(status, name="status", least=400, most=599),
        code=code,
        message=message.replace("{", "{{").replace("}", "}}"),
        evidence=Evidence.INFERRED,
    )
