"""Which tests a difference touches, by what they used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.openapi_comparison import REQUIRED
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.violations import Severity

_SENT = ("query", "form", "header")
_REFUSAL = ("code", "message", "more_info", "status", "detail", "details")
"""What the body of a refusal holds."""

_FIELD = re.compile(r"json\.(?:(users)\[\d*\]\.|(meta)\.)?(\w+)")
_CALLS = "calls it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """A test that a difference touches, and what it does there: "sends 200"."""

    test: str
    how: str

    def __str__(self) -> str:
        return f"{self.test} {self.how}"


def touched(drift: Drift, usages: Iterable[Usage], *, met: Sequence[str] = ()) -> list[Touch]:
    """The tests that a difference touches, each once.

    What is new, nobody relies on yet. Where it can't be seen what a test read of an answer, it
    may have read anything.

    Args:
        drift: the difference.
        usages: what each test used.
        met: the tests whose conversation has the difference. They are touched by one that is no
            operation's, such as another request.
    """
    found = {}
    for usage in usages:
        use = usage.operations.get(drift.operation)
        if drift.severity is Severity.NOTE:
            how = ""
        elif drift.operation not in OPERATIONS:
            how = "meets it" if usage.name in met else ""
        else:
            how = _how(drift, use) if use else ""
        if how:
            found[usage.name] = how
    return [Touch(test=test, how=how) for test, how in found.items()]


def _how(drift: Drift, use: OperationUse) -> str:
    """What a test does with what differs; nothing if it does not use it."""
    part, _, name = drift.pointer.partition(".")
    if part in _SENT and drift.second != REQUIRED:  # else who does not send it fails
        return _sends(name, use)
    if part == "default":
        return _meets(use)
    if part == "json":
        return _reads(drift, use)
    return _CALLS if use.calls else ""


def _sends(name: str, use: OperationUse) -> str:
    for parameter, values in use.parameters.items():
        if parameter.casefold() == name.casefold():  # a header's name has any case
            return f"sends {', '.join(values) or 'it'}"
    return ""


def _meets(use: OperationUse) -> str:
    return f"meets {', '.join(use.refusals)}" if use.refusals else ""


def _reads(drift: Drift, use: OperationUse) -> str:
    found = _FIELD.match(drift.pointer)
    field = ".".join(filter(None, found.groups())) if found else ""
    if field in _REFUSAL:
        return _meets(use)
    if field in use.fields:
        return f"reads {field}"
    is_unseen = use.successes > use.seen
    if field in ("", "users", "meta"):
        return _CALLS if use.successes else ""
    return f"may read {field}" if is_unseen else ""
