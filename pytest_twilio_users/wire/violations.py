"""One way in which a message breaks the contract."""

from dataclasses import dataclass
from enum import IntEnum

from pytest_twilio_users.errors import printable


class Severity(IntEnum):
    """How bad a violation is; the higher, the worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One way in which a message breaks the contract.

    `pointer` names the place: part and name in a request (`form.FriendlyName`),
    a JSON pointer in an answer's body (`/users/0/sid`).
    """

    severity: Severity
    pointer: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return printable(f"{self.pointer or 'body'}: found {self.found}; {self.allowed}")


def error(pointer: str, found: str, allowed: str) -> Violation:
    """What Twilio does not understand as meant, or does not answer."""
    return Violation(severity=Severity.ERROR, pointer=pointer, found=found, allowed=allowed)


def warning(pointer: str, found: str, allowed: str) -> Violation:
    """What was probably not meant."""
    return Violation(severity=Severity.WARNING, pointer=pointer, found=found, allowed=allowed)


def note(pointer: str, found: str, allowed: str) -> Violation:
    """What may well be as it should."""
    return Violation(severity=Severity.NOTE, pointer=pointer, found=found, allowed=allowed)
