"""The log of a served stub, without secrets."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_twilio_users.errors import cut, printable, printable_lines
from pytest_twilio_users.wire.exchange_line import LOOSE, subject
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request

LONGEST = 500
"""How many characters a line of the log may have."""

_LOOKED_AT = 10_000
"""How many characters of a text are looked at: more than can be hidden and shown."""


class Log(logging.Handler):
    """The log on standard error: exchanges, and what Python's loggers are told, in order.

    To write each line at once would make a fetch a tenth slower.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._noted: list[Exchange | str] = []

    def note(self, what: Exchange | str) -> None:
        """Note an exchange, or a sentence, to be written soon; once more if more came of it."""
        again = isinstance(what, Exchange) and what.fault is not None
        if not again or all(noted is not what for noted in self._noted):
            self._noted.append(what)

    def emit(self, record: logging.LogRecord) -> None:
        """Note what a logger is told."""
        self._noted.append(printable_lines(self.format(record)))

    @contextmanager
    def of_loggers(self) -> Iterator[None]:
        """Note what loggers are told, which else would be written at once."""
        logging.getLogger().addHandler(self)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(self)

    def write(self) -> None:
        """Write what was noted."""
        noted, self._noted = self._noted, []
        for what in noted:
            sys.stderr.write(f"{what if isinstance(what, str) else as_lines(what)}\n")


def as_lines(exchange: Exchange) -> str:
    """An exchange for people. What went wrong is told with what was sent."""
    request, status = exchange.request, exchange.status
    as_usual = status is not None and status < 400 and exchange.fault is None
    if as_usual and not exchange.violations:
        came = f"{status}{LOOSE if exchange.neighbour else ''}"
        return _one_line(request, f"{subject(exchange)}: {request.method} {request.path} -> {came}")
    violations = [f"  {v.severity.name.lower()} {v}" for v in exchange.violations]
    return "\n".join(_one_line(request, text) for text in [str(exchange), *violations])


def _one_line(request: Request, text: str) -> str:
    """The text on one line, whatever a request put in it, and not endless."""
    return cut(printable(request.hide(text[:_LOOKED_AT])), longest=LONGEST)


def as_json(exchange: Exchange, *, number: int) -> dict[str, Any]:
    """An exchange for programs."""
    hide = exchange.request.hide
    return {
        "number": number,
        "operation": exchange.operation,
        "neighbour": exchange.neighbour,
        "method": hide(exchange.request.method),
        "path": hide(exchange.request.path),
        "parameters": {hide(name): hide(text) for name, text in exchange.parameters.items()},
        "status": exchange.status,
        "error": exchange.error,
        "fault": None if exchange.fault is None else exchange.fault.name,
        "violations": [
            {"severity": violation.severity.name.lower(), "text": hide(str(violation))}
            for violation in exchange.violations
        ],
    }
