"""A plan: which of the requests to a route meet a fault."""

from dataclasses import dataclass

from pytest_twilio_users.errors import InvalidArgument, brief, counted
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_table import FAULTS, make_fault
from pytest_twilio_users.faults.which import Which

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FaultPlan(Which):
    """Has requests meet a fault. `place` says where it was planned."""

    fault: Fault
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not allowed.

        Raises:
            InvalidArgument: a value can't be.
        """
        if not isinstance(self.fault, Fault) or self.fault.name not in FAULTS:
            called = " Call it." if callable(self.fault) else ""
            raise InvalidArgument(
                f"fail({brief(self.fault)}): give a fault, such as faults.slow(30): from"
                f" pytest_twilio_users import faults.{called}"
            )
        make_fault(self.fault.name, dict(self.fault.arguments))  # an author may have made one
        Which.__post_init__(self)

    def __str__(self) -> str:
        told = ", ".join([repr(self.fault), *self.said()])
        place = f", planned in {self.place}" if self.place else ""
        return f"{told}{place} ({counted(self.so_far.seen, 'request')} came by)"
