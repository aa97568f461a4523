"""What was asked, what was answered, why: the text for an engineer whose test failed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from pytest_twilio_users import errors
from pytest_twilio_users.contract.behaviours import Behaviour
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import Action, Part
from pytest_twilio_users.contract.refusals import MORE_INFO, Refusal
from pytest_twilio_users.errors import counted, cut, printable
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.faults.fault_table import FAULTS, Family
from pytest_twilio_users.wire.answers import check_hidden
from pytest_twilio_users.wire.codec import Call, Unrouted, decode_anew
from pytest_twilio_users.wire.curl import curl_line
from pytest_twilio_users.wire.evident import Answer, behaviours_in, read_answer, refusal_in
from pytest_twilio_users.wire.explanation import advise
from pytest_twilio_users.wire.messages import Planned, Request

if TYPE_CHECKING:
    from pytest_twilio_users.wire.journal import Exchange

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_UNANSWERED = (None, 404, 405)
"""What comes of a request that no operation answers, where nobody else does."""

_MOST_TOLD = 3
"""How many ways are told in which an answer is not as Twilio's."""


def tell_why(exchanges: Sequence[tuple[int | None, "Exchange"]]) -> str:
    """Tell of exchanges, with their numbers if they have some; at last, what evidence means."""
    parts, known = [], set[Evidence]()
    for number, exchange in exchanges:
        rows = _rows(exchange)
        known.update(row.evidence for row in rows)
        first = exchange.with_line()
        lines = [first if number is None else f"{number}. {first}"]
        lines += [f"   {printable(line)}" for line in _lines(exchange, rows)]
        parts.append("\n".join(lines))
    if known:
        words = [f"  {word}: {word.meaning}" for word in Evidence if word in known]
        parts.append(
            "\n".join(["How this is known (the kit checked nothing against Twilio):", *words])
        )
    return "\n\n".join(parts)


def _rows(exchange: "Exchange") -> list[Refusal | Behaviour]:
    """The rows of the contract's tables that an answer follows."""
    request, response = exchange.request, exchange.response
    if response is None or exchange.neighbour is not None:
        return []
    refusal = refusal_in(request, response)
    answer = read_answer(request, response)
    is_planned = isinstance(request.answered_by, Planned) or _is_changed(request)
    behaviours = [] if answer is None or is_planned else behaviours_in(answer)
    return [*([refusal] if refusal else []), *behaviours]


def _lines(exchange: "Exchange", rows: Sequence[Refusal | Behaviour]) -> Iterator[str]:
    request = exchange.request
    yield from (request.hide(f"{v.severity.name.lower()} {v}") for v in exchange.violations)
    yield f"asked: {request.hide(_asked(exchange))}"
    if request.met is not None:
        yield from map(request.hide, _met(exchange, request.met))
    yield f"answered: {request.hide(_answered(exchange))}"
    yield from (f"  {_told(row)}" for row in rows)
    if exchange.response is not None and request.answered_by is not None:
        yield from (f"  {line}" for line in _unlike_twilio(exchange))
    yield request.hide(curl_line(request))


def _asked(exchange: "Exchange") -> str:
    request = exchange.request
    call = decode_anew(request)
    if isinstance(call, Unrouted):
        if exchange.neighbour is not None:
            return f"{exchange.neighbour}, which no operation answers"
        was_told = exchange.violations or exchange.status not in _UNANSWERED
        is_meant = call.preflight or request.met or isinstance(request.answered_by, Planned)
        if was_told or is_meant:
            return "no operation"
        return " ".join(["no operation.", *advise(request, call, routable=not request.is_served)])
    where = f"in service {call.service_sid}"
    if call.service_sid is None:
        where = "in the default service, as the path names none"
    given = {name.lower() for name in exchange.parameters}
    left = [
        parameter.name
        for parameter in call.operation.parameters
        if parameter.part is not Part.PATH and parameter.name.lower() not in given
    ]
    return f"{call.operation}, {where}" + (f"; not sent: {', '.join(left)}" if left else "")


def _met(exchange: "Exchange", plan: FaultPlan) -> Iterator[str]:
    """The fault that a request met, how far it had come, and when that happens."""
    row = FAULTS[plan.fault.name]
    planned = f", planned at {plan.place}" if plan.place else ""
    reached = f"reached {exchange.request.answered_by or 'the stub'}"
    yield f"met: {plan.fault!r}{planned}; it {reached if row.carried_out else 'went no further'}"
    yield f"  {row.when} ({row.known})"


def _answered(exchange: "Exchange") -> str:
    """Who answered, and what was done; or why nobody did."""
    request, response = exchange.request, exchange.response
    who, fault = request.answered_by, request.fault
    if response is None:
        return _unanswered(exchange)
    if fault is not None and not FAULTS[fault.name].carried_out:
        return "by the fault"
    if isinstance(who, Planned):
        return f"by {who}; it went no further"
    answer = None if _is_changed(request) else read_answer(request, response)
    done = "" if answer is None else _done(answer)
    return f"by {who or 'the stub'}" + (f", which {done}" if done else "")


def _is_changed(request: Request) -> bool:
    """Whether a fault changed the answer: one that is late is as it was."""
    return request.fault is not None and FAULTS[request.fault.name].family is not Family.TIME


def _unanswered(exchange: "Exchange") -> str:
    who, error = exchange.request.answered_by, exchange.error
    complaint = vars(errors).get(error)
    if isinstance(who, Planned) and exchange.fault is None:
        return f"by nobody: {who}: {error}"
    if complaint is not None:
        return f"by nobody. {error}: {complaint.__doc__.partition(chr(10))[0]}"
    return f"by nobody: {error}"


def _done(answer: Answer) -> str:
    """What a success did."""
    if answer.response.status != answer.call.operation.status:
        return ""
    return _DONE[answer.call.operation.action](answer)


def _changed(answer: Answer) -> str:
    fields = [p for p in answer.call.operation.in_part(Part.FORM) if p.name in answer.sent]
    return f"set {', '.join(p.name for p in fields) or 'nothing'} of {_user(answer)}"


def _listed(answer: Answer) -> str:
    follows = "another page follows" if answer.meta.get("next_page_url") else "no page follows"
    page = _shown(answer, answer.meta.get("page"))
    return f"gave {counted(len(answer.users), 'user')} on page {page}; {follows}"


def _user(answer: Answer) -> str:
    names = ("sid", "identity", "chat_service_sid")
    sid, identity, service = (_shown(answer, answer.body.get(name)) for name in names)
    return f"{sid}, {identity!r}, in {service}"


def _shown(answer: Answer, value: object) -> str:
    """A value as text, and not endless: what is cut first could not be hidden any more."""
    return cut(answer.request.hide(str(value)))


_DONE: Mapping[Action, Callable[[Answer], str]] = {
    Action.CREATE: lambda answer: f"made {_user(answer)}",
    Action.DELETE: lambda answer: f"deleted {_shown(answer, answer.call.user)!r}",
    Action.FETCH: lambda answer: f"gave {_user(answer)}",
    Action.LIST: _listed,
    Action.UPDATE: _changed,
}


def _told(row: Refusal | Behaviour) -> str:
    if isinstance(row, Behaviour):
        setting = f", setting {row.setting}" if row.setting else ""
        return f"{row.name}: {row.statement} ({row.evidence}{setting})"
    note = f" {row.note}" if row.note else ""
    more = MORE_INFO.format(code=row.code)
    return f"refusal {row.name}: {row.case} ({row.evidence}).{note} {more}"


def _unlike_twilio(exchange: "Exchange") -> Iterator[str]:
    """How the answer of somebody else than the stub breaks the contract."""
    call = decode_anew(exchange.request)
    if not isinstance(call, Call) or exchange.error:
        return
    found = check_hidden(call.operation, exchange)
    yield from (f"unlike Twilio: {violation}" for violation in islice(found, _MOST_TOLD))
    if len(found) > _MOST_TOLD:
        yield f"unlike Twilio: {len(found) - _MOST_TOLD:,} more ways"
