"""Adds up what scopes use, by their exchanges."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Lock
from typing import cast

from pytest_twilio_users.contract.fields import Kind
from pytest_twilio_users.contract.operations import (
    OPERATIONS,
    PAGE,
    PAGE_TOKEN,
    Operation,
    Part,
)
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.codec import Call, decode_anew, json_object
from pytest_twilio_users.wire.evident import refusal_in
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.webhook import Webhook

REQUEST_ID = "twilio-request-id"
"""The header that identifies an answer."""

_TOLD = {Kind.INTEGER: re.compile("-?[0-9]{1,18}"), Kind.BOOLEAN: re.compile("true|false")}
"""Which values are nobody's: the text of a number, or of a boolean."""


class Tally:
    """What scopes used since it was last taken. Threads of an application may add to it."""

    def __init__(self, node_of: Callable[[str], str] = str) -> None:
        """Begin with nothing. `node_of` gives a test's node id by the name of its scope."""
        self._node_of = node_of
        self.hear: Callable[[str, Exchange], None] = lambda *_: None
        """Hears of each exchange, too, by the name of who sent it."""
        self._used: dict[tuple[str, str], dict[str, OperationUse]] = {}
        self._seen: set[str | None] = set()
        self._lock = Lock()

    def note(self, scope: Scope, exchange: Exchange) -> None:
        """Note an exchange, if it is about an operation."""
        if exchange.operation is not None:
            use = use_in(exchange)
            self._add(scope, exchange.operation, replace(use, seen=self._take_seen(exchange)))
            self.hear(self._name(scope), exchange)

    def add(self, scope: Scope, exchanges: Iterable[Exchange], hooks: Iterable[Webhook]) -> None:
        """Note what a scope that ends said, and the events that an application was told of."""
        for exchange in exchanges:
            self.note(scope, exchange)
        for hook in hooks:
            operation = cast("Call", decode_anew(hook.request)).operation.name
            told = OperationUse(webhooks={hook["EventType"]: 1})
            self._add(scope, operation, told)

    def note_seen(self, request_id: str | None) -> None:
        """Note that the kit's own client read a success, if the exchange can be told by an id."""
        if request_id:
            self._seen.add(request_id)

    def note_field(self, scope: Scope, operation: str, field: str) -> None:
        """Note that a field of an answer is read."""
        self._add(scope, operation, OperationUse(fields=(field,)))

    def take(self) -> list[Usage]:
        """What was used since the last time."""
        with self._lock:
            found, self._used = self._used, {}
        return [
            Usage(name=name, mode=mode, operations=used) for (name, mode), used in found.items()
        ]

    def _add(self, scope: Scope, operation: str, use: OperationUse) -> None:
        key = self._name(scope), str(scope.settings.mode)
        with self._lock:
            used = self._used.setdefault(key, {})
            used[operation] = used.get(operation, OperationUse()) + use

    def _take_seen(self, exchange: Exchange) -> int:
        """Whether the kit's own client read it; once, as later examples have the same ids."""
        request_id = exchange.response.header(REQUEST_ID) if exchange.response else None
        if request_id not in self._seen:
            return 0
        self._seen.discard(request_id)
        return 1

    def _name(self, scope: Scope) -> str:
        while scope.within is not None:  # an example is part of its test
            scope = scope.within
        if not scope.outlives_tests:
            return self._node_of(scope.name)
        place, _, fixture = scope.name.rpartition("::")
        return f"fixture {fixture.rpartition('[')[0]} of {place.rpartition(' ')[2]}"


def use_in(exchange: Exchange) -> OperationUse:
    """What an exchange about an operation uses of it; who read its answer, it does not tell."""
    operation = OPERATIONS[str(exchange.operation)]
    sent, response, fault = exchange.parameters, exchange.response, exchange.fault
    success = response if response is not None and response.status == operation.status else None
    refusal = "" if response is None or success else _refusal(exchange.request, response)
    follows = PAGE_TOKEN.name in sent or bool(sent.get(PAGE.name, "").strip("0"))
    return OperationUse(
        calls=1,
        successes=int(success is not None),
        refusals={refusal: 1} if refusal else {},
        faults={fault.name: 1} if fault is not None else {},
        parameters=_parameters(operation, sent),
        pages=int(success is not None and follows),
    )


def _refusal(request: Request, response: Response) -> str:
    row = refusal_in(request, response)
    if row is not None:
        return row.name
    code = (json_object(response) or {}).get("code")
    return f"{response.status} {code}" if type(code) is int else str(response.status)


def _parameters(operation: Operation, sent: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Those that the operation knows, in the order of its table."""
    return {
        each.name: _values(each.kind, sent[each.name])
        for each in operation.parameters
        if each.part is not Part.PATH and each.name in sent
    }


def _values(kind: Kind, value: str) -> tuple[str, ...]:
    told = _TOLD.get(kind)
    return (value,) if told is not None and told.fullmatch(value) else ()
