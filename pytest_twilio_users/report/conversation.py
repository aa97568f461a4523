"""Tells the last exchanges of a failing test, turn by turn."""

import json
from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import replace
from itertools import count, islice

from pytest_twilio_users.errors import cut, printable_lines
from pytest_twilio_users.report.document import Turn
from pytest_twilio_users.wire.exchange_line import LARGE, MOST_SHOWN, came_to, subject
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Response

_LONGEST_VALUE = 1_000
_LONGEST_ANSWER = 3_000
_LONGEST_REASON = 4_000
"""Characters of a parameter, of an answer's body, of what explains it."""


def tell_turns(journal: Journal, *, secrets: Collection[str] = ()) -> tuple[Turn, ...]:
    """Each exchange that the journal keeps, with private values hidden in all of it, and secrets.

    Which the exchange did not bear: an application that lost one may have sent it as any value.
    """
    kept = [_hiding(exchange, secrets) for exchange in journal]
    return tuple(map(_tell, count(len(journal) - len(kept) + 1), kept))


def _hiding(exchange: Exchange, secrets: Collection[str]) -> Exchange:
    """The same exchange, whose text is without the secrets before anything of it is cut."""
    request = copy(exchange.request)
    request.hide_besides(secrets)
    return replace(exchange, request=request)


def _tell(number: int, exchange: Exchange) -> Turn:
    request, response = exchange.request, exchange.response
    return Turn(
        number=number,
        subject=subject(exchange),
        asked=_shown(exchange, f"{request.method} {request.path}"),
        sent=dict(_sent(exchange)),
        sent_from=_shown(exchange, exchange.sent_from),
        status=exchange.status,
        came=_shown(exchange, came_to(exchange)),
        fault=_shown(exchange, repr(exchange.fault)) if exchange.fault else "",
        violations=tuple(
            _shown(exchange, f"{v.severity.name.lower()} {v}") for v in exchange.violations
        ),
        answer="" if response is None else _body(exchange, response),
        why=cut(printable_lines(exchange.explain()), longest=_LONGEST_REASON),
    )


def _shown(exchange: Exchange, text: str, *, longest: int = _LONGEST_VALUE) -> str:
    """Hidden before it is cut: what is cut first could not be told any more."""
    return cut(printable_lines(exchange.request.hide(text[:LARGE])), longest=longest)


def _sent(exchange: Exchange) -> Iterator[tuple[str, str]]:
    if len(exchange.request.body) > LARGE:
        yield "body", f"{len(exchange.request.body):,} bytes"
        return
    parameters = exchange.parameters
    for name, value in islice(parameters.items(), MOST_SHOWN):
        yield _shown(exchange, name), _shown(exchange, value)
    if len(parameters) > MOST_SHOWN:
        yield "…", f"{len(parameters) - MOST_SHOWN:,} more"


def _body(exchange: Exchange, response: Response) -> str:
    """As JSON is read best; what is not JSON as it came."""
    if len(response.body) > LARGE:
        return f"{len(response.body):,} bytes"
    try:
        text = json.dumps(response.json(), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = response.body.decode(errors="replace")
    return _shown(exchange, text, longest=_LONGEST_ANSWER)
