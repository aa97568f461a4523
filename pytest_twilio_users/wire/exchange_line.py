"""An exchange as one line."""

from itertools import islice
from typing import TYPE_CHECKING

from pytest_twilio_users.errors import cut, printable
from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Response

if TYPE_CHECKING:
    from pytest_twilio_users.wire.journal import Exchange

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

LOOSE = " (loose: no evidence)"
"""What marks the answer of a neighbour."""

_LOOKED_AT = 10_000
"""How many characters of a name or value are looked at: more than can be hidden and shown."""

MOST_SHOWN = 20
"""How many parameters the line of an exchange shows."""

LARGE = 65_536
"""Bytes from which on what a request says is not kept, or shown: four times the longest attributes.

It may be a hundred thousand parameters, which take twenty times as much as their text.
"""


def in_one_line(exchange: "Exchange") -> str:
    """What was asked, and what came of it."""
    request, came = exchange.request, came_to(exchange)
    came += LOOSE if exchange.neighbour else ""
    came += f", by {exchange.fault!r}" if exchange.fault else ""
    sent = _sent(exchange)
    asked = f"{request.method} {request.path}" + (f" ({sent})" if sent else "")
    return printable(request.hide(f"{subject(exchange)}: {asked} -> {came}"))


def came_to(exchange: "Exchange") -> str:
    """The status with what was said of it, or why there was none; private values are in it."""
    response = exchange.response
    if response is None:
        return f"no response ({exchange.error})"
    came = str(response.status)
    if exchange.error:
        came += f", broken off ({exchange.error})"
    if response.status >= 400:
        came += _refusal_text(response)
    if response.after:
        came += f" (after {', '.join(response.after)})"
    return came


def subject(exchange: "Exchange") -> str:
    """What was asked for."""
    return exchange.operation or exchange.neighbour or "no operation"


def _sent(exchange: "Exchange") -> str:
    """The parameters in short, or the size of a body that is not a user's."""
    if len(exchange.request.body) > LARGE:
        return f"{len(exchange.request.body):,} bytes"
    parameters, hide = exchange.parameters, exchange.request.hide
    sent = ", ".join(  # what is cut first could not be told any more
        f"{cut(hide(name[:_LOOKED_AT]))}={cut(hide(repr(value[:_LOOKED_AT])))}"
        for name, value in islice(parameters.items(), MOST_SHOWN)
    )
    if len(parameters) > MOST_SHOWN:
        sent += f", and {len(parameters) - MOST_SHOWN:,} more"
    return sent


def _refusal_text(response: Response) -> str:
    body = json_object(response) or {}
    if not body.keys() >= {"code", "message"}:
        return ""
    return f" {body['code']} {body['message']}"
