"""Shows a cassette as a conversation, as people read one: what was asked, what was the answer."""

import json
from collections.abc import Iterator, Mapping
from http.client import responses
from typing import Any

from pytest_twilio_users.cassettes.cassette import Cassette, Recorded
from pytest_twilio_users.errors import counted
from pytest_twilio_users.privacy.stand_ins import shorten_sids
from pytest_twilio_users.wire.codec import WEBHOOK_HEADER

_HEADERS = (WEBHOOK_HEADER, "retry-after")
"""Those by which somebody does something else. The others are in the file."""

_WIDE = 72
"""How many characters of JSON stand on one line at the most."""

_DEEP = 100
"""How many spaces there are before what is nested: who reads has lost count by then."""


def conversation(cassette: Cassette) -> Iterator[str]:
    """The lines of a cassette: `>` stands before what was asked, `<` before the answers."""
    count = counted(len(cassette.exchanges), "exchange")
    yield cassette.name
    yield f"{count}, {cassette.date}, from {cassette.recorded_from}, by {cassette.kit}"
    for number, exchange in enumerate(cassette.exchanges, start=1):
        yield ""
        yield f"{number}. {exchange.operation}"
        yield from (f"   > {shorten_sids(line)}" for line in _asked(exchange))
        yield from (f"   < {shorten_sids(line)}" for line in _answered(exchange))


def _asked(exchange: Recorded) -> Iterator[str]:
    request = exchange.request
    yield f"{request['method']} {request['path']}"
    if "credentials" in request:
        yield "without credentials"
    yield from _headers(request)
    for parameters in (request.get("query", {}), request.get("form", {})):
        yield from _parts(parameters)
    yield from request.get("body", {}).values()


def _answered(exchange: Recorded) -> Iterator[str]:
    response = exchange.response
    yield f"{response['status']} {responses.get(response['status'], '')}".rstrip()
    yield from _headers(response)
    yield from _parts(response.get("json", {}))
    if "text" in response:
        yield response["text"]


def _headers(message: Mapping[str, Any]) -> Iterator[str]:
    headers = message.get("headers", {})
    yield from (f"{name}: {headers[name]}" for name in _HEADERS if name in headers)


def _parts(value: Any, indent: str = "") -> Iterator[str]:
    """JSON with a line for each part that is short, else a line and its own parts."""
    if not isinstance(value, dict | list):
        yield indent + _say(value)
        return
    if len(indent) > _DEEP:
        yield f"{indent}…"
        return
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        title = f"{indent}{name if isinstance(value, dict) else f'[{name}]'}:"
        if isinstance(part, dict | list) and len(_say(part)) > _WIDE:
            yield title
            yield from _parts(part, f"{indent}  ")
        else:
            yield f"{title} {_say(part)}"


def _say(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
