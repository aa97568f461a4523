"""What a served stub says of an exchange: all but its secrets."""

import sys
from typing import Any

from pytest_twilio_users.errors import printable
from pytest_twilio_users.wire.journal import Exchange

LONGEST = 500
"""How many characters a line of the log may have."""


class Log:
    """The log on standard error. To write each line at once would make a fetch a tenth slower."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []

    def note(self, exchange: Exchange) -> None:
        """Note an exchange, to be written soon."""
        self._exchanges.append(exchange)

    def write(self) -> None:
        """Write what was noted."""
        noted, self._exchanges = self._exchanges, []
        for exchange in noted:
            sys.stderr.write(f"{as_lines(exchange)}\n")


def as_lines(exchange: Exchange) -> str:
    """An exchange for people. What was refused or not meant so is told with what was sent."""
    request, status = exchange.request, exchange.status or 0
    if status < 400 and not exchange.violations:
        short = (
            f"{exchange.operation or 'no operation'}: {request.method} {request.path} -> {status}"
        )
        return _one_line(request.hide(short))
    violations = [f"  {v.severity.name.lower()} {v}" for v in exchange.violations]
    return "\n".join(_one_line(request.hide(text)) for text in [str(exchange), *violations])


def _one_line(text: str) -> str:
    """The text on one line, whatever a request put in it, and not endless."""
    text = printable(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_json(exchange: Exchange, *, number: int) -> dict[str, Any]:
    """An exchange for programs."""
    hide = exchange.request.hide
    return {
        "number": number,
        "operation": exchange.operation,
        "method": hide(exchange.request.method),
        "path": hide(exchange.request.path),
        "parameters": {hide(name): hide(text) for name, text in exchange.parameters.items()},
        "status": exchange.status,
        "violations": [
            {"severity": violation.severity.name.lower(), "text": hide(str(violation))}
            for violation in exchange.violations
        ],
    }
