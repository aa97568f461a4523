"""A plan of faults as a value: its text is a sentence, its repr is the code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from pytest_twilio_users.contract.arguments import refused, require_whole
from pytest_twilio_users.contract.literals import FaultName
from pytest_twilio_users.contract.operations import Operation, known_operation
from pytest_twilio_users.faults.fault import Fault

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_TOLD: dict[FaultName, str] = {
    "refused": "is refused as {name}",
    "connect_error": "finds nobody to connect to",
    "connect_timeout": "connects in vain until its time is over",
    "read_timeout": "is lost on its way",
    "connection_reset": "has its connection reset",
    "answer_lost": "loses its answer",
    "slow": "is answered after {seconds} s",
    "body_cut": "has its answer cut off",
    "html_body": "is answered {status} by a proxy's page",
    "empty_body": "has an empty answer",
    "wrong_content_type": "is answered as {content_type}",
    "missing_field": "has no {name} in its answer",
    "null_field": "has {name} null in its answer",
    "unknown_field": "has a new field {name} in its answer",
    "wrong_type": "has {name} of a wrong type in its answer",
    "stale_read": "does not see the newest write",
    "page_shifts": "meets pages that shifted",
    "repeated_page": "has the page before once more",
}
"""What becomes of a request that meets a fault; what is not told of its arguments follows."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Meeting(NamedTuple):
    """Which request for an operation, counted from 1, meets which fault."""

    number: int
    operation: Operation
    fault: Fault

    def __str__(self) -> str:
        """Such as "the second update loses its answer"."""
        place = " in a service" if self.operation.name.endswith("_service_user") else ""
        told, arguments = _TOLD[self.fault.name], dict(self.fault.arguments)
        more = [f"{name}={arguments[name]!r}" for name in arguments if f"{{{name}}}" not in told]
        rest = f" ({', '.join(more)})" if more else ""
        which = f"the {_ordinal(self.number)} {self.operation.action}{place}"
        return f"{which} {told.format_map(arguments)}{rest}"


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Plan:
    """Which requests go wrong: `faults.Plan(update_user={2: faults.answer_lost()})`.

    In this plan, the second update loses its answer. `twilio_users.plan(…)` makes it
    happen. The strategy `twilio_st.fault_plans()` draws plans. `str()` of a plan is a
    sentence.
    """

    meetings: tuple[Meeting, ...]
    """The earliest request first."""

    def __init__(self, **requests: Mapping[int, Fault]) -> None:
        """Plan a fault for each request that is to meet one.

        Args:
            requests: for each operation, its faults by the number of the request, from 1:
                `create_user={1: faults.slow(30), 2: faults.answer_lost()}`.

        Raises:
            InvalidArgument: there is no such operation, or a value is not allowed.
        """
        found = []
        for name, planned in requests.items():
            operation = known_operation(name)
            if not isinstance(planned, Mapping):
                raise refused(planned, name=name, allowed=_ALLOWED)
            for number, fault in planned.items():
                require_whole(number, name=f"a request of {name}", least=1)
                if not isinstance(fault, Fault):
                    raise refused(fault, name=f"{name}[{number}]", allowed=_ALLOWED)
                found.append(Meeting(number, operation, fault))
        found.sort(key=lambda meeting: (meeting.number, meeting.operation.name))
        object.__setattr__(self, "meetings", tuple(found))

    def by_operation(self) -> Iterator[tuple[Operation, list[Meeting]]]:
        """Each operation that is planned for, with what its requests meet, the earliest first."""
        in_order = sorted(self.meetings, key=lambda meeting: meeting.operation.name)
        for operation, meetings in groupby(in_order, key=attrgetter("operation")):
            yield operation, list(meetings)

    def __len__(self) -> int:
        """How many faults it has."""
        return len(self.meetings)

    def __str__(self) -> str:
        return ", and ".join(map(str, self.meetings)) or "nothing goes wrong"

    def __repr__(self) -> str:
        planned = [
            f"{operation}={ {meeting.number: meeting.fault for meeting in meetings}!r}"
            for operation, meetings in self.by_operation()
        ]
        return f"faults.Plan({', '.join(planned)})"

    def _repr_pretty_(self, printer: Any, _: object) -> None:
        """Have Hypothesis show the repr, and not the fields."""
        printer.text(repr(self))


_ALLOWED = "the fault of each request by its number, such as {1: faults.answer_lost()}"


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"
