"""A fault: one way in which Twilio or the network makes a request fail."""

from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.literals import FaultName

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with its arguments, as `pytest_twilio_users.faults` makes them.

    `name` is its row in `FAULTS`. `arguments` holds only the arguments that were given. The
    repr is the call that makes the fault.
    """

    name: FaultName
    arguments: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, argument: str) -> Any:
        """The value of an argument; None if it was left out."""
        return dict(self.arguments).get(argument)

    def __hash__(self) -> int:
        return hash(self.name)  # a value may be any JSON

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments)
        return f"faults.{self.name}({given})"
