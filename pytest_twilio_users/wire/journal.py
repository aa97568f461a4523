"""All exchanges of a test, in order."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.operations import WEBHOOK_ENABLED, Operation, known_operation
from pytest_twilio_users.errors import Forgotten, counted
from pytest_twilio_users.wire.codec import Call, decode, decode_credentials, json_object
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.violations import Violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_DISTINCT_VIOLATIONS = 1_000
"""How many different violations a journal holds; the same one again is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its response.

    `operation` is the name of the operation that was asked for, or None if it is none.
    `response` is None if there was none: `error` then says why.
    """

    operation: str | None
    request: Request
    response: Response | None
    error: str = ""
    violations: tuple[Violation, ...] = field(default=(), repr=False)

    @property
    def status(self) -> int | None:
        """The HTTP status of the response."""
        return self.response.status if self.response else None

    @property
    def parameters(self) -> dict[str, str]:
        """What the request sent in query, form and webhook header, by Twilio's names.

        Of a parameter sent twice the last value.
        """
        return sent_parameters(self.request)

    def __str__(self) -> str:
        came = str(self.status) if self.response else f"no response ({self.error})"
        if self.response is not None:
            if self.response.status >= 400:
                came += _refusal_text(self.response)
            if self.response.after:
                came += f" (after {', '.join(self.response.after)})"
        sent = ", ".join(
            f"{_cut(name if name.isprintable() else repr(name))}={_cut(repr(value))}"
            for name, value in self.parameters.items()
        )
        asked = f"{self.request.method} {self.request.path}" + (f" ({sent})" if sent else "")
        said = f"{self.operation or 'no operation'}: {asked} -> {came}"
        password = password_of(self.request)
        if password:  # it may have been sent as a parameter, too
            said = said.replace(password, "***")
        return self.request.hide(said)


class Journal(Sequence[Exchange]):
    """The exchanges of a test, oldest first.

    All are counted; the last `limit` are kept whole. Iterating gives those that
    are kept, and `str()` a table of them.
    """

    def __init__(self, *, limit: int = 10_000) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=limit)
        self._operations: list[str | None] = []
        # Each violation once, with the first exchange that had it.
        self._violations: dict[tuple[str | None, Violation], Exchange] = {}

    def append(self, exchange: Exchange) -> None:
        """Note an exchange."""
        self._exchanges.append(exchange)
        self._operations.append(exchange.operation)
        for violation in exchange.violations:
            if len(self._violations) < _DISTINCT_VIOLATIONS:
                self._violations.setdefault((exchange.operation, violation), exchange)

    @property
    def operations(self) -> list[str]:
        """The names of the operations that were asked for, in order, all of them."""
        return [name for name in self._operations if name is not None]

    @property
    def violations(self) -> list[tuple[Exchange, Violation]]:
        """What broke the contract, each thing once, with the first exchange that did."""
        return [(exchange, violation) for (_, violation), exchange in self._violations.items()]

    @property
    def last(self) -> Exchange:
        """The newest exchange.

        Raises:
            Forgotten: there was none yet.
        """
        if not self._exchanges:
            raise Forgotten(
                "The journal is empty: no request reached Twilio Users yet. Did the code under"
                " test run, and does it ask by httpx? (`add_user` sends no request.)"
            )
        return self._exchanges[-1]

    def of(self, operation: OperationName | Operation) -> list[Exchange]:
        """The exchanges of one operation that are still kept; `count` counts all of them.

        Raises:
            InvalidArgument: there is no such operation.
        """
        name = known_operation(operation).name
        return [exchange for exchange in self if exchange.operation == name]

    def count(self, value: OperationName | Operation | Exchange) -> int:
        """How often an operation was asked for, or an exchange took place."""
        if isinstance(value, Exchange):
            return list(self).count(value)
        return self._operations.count(known_operation(value).name)

    def sent(self, operation: OperationName | Operation) -> list[dict[str, str]]:
        """What each request of an operation sent, by Twilio's parameter names."""
        return [exchange.parameters for exchange in self.of(operation)]

    def tally(self) -> Counter[str]:
        """How often each operation was asked for."""
        return Counter(self.operations)

    def __len__(self) -> int:
        return len(self._operations)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            has = counted(len(self), "exchange")
            raise IndexError(f"The journal has {has}; there is no [{index}].")
        kept_from = len(self) - len(self._exchanges)
        if position < kept_from:
            raise Forgotten(
                f"Exchange {position} is no longer in the journal: it keeps the last"
                f" {self._exchanges.maxlen} of {len(self)}."
                " Raise journal_limit, for this test: @pytest.mark.twilio_users(journal_limit=…)."
            )
        return self._exchanges[position - kept_from]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(list(self._exchanges))

    def __repr__(self) -> str:
        return f"<Journal: {counted(len(self), 'exchange')}>"

    def __str__(self) -> str:
        return self.table()

    def table(self, *, last: int | None = None) -> str:
        """The exchanges, one line each; only the last few if `last` says so."""
        kept = list(self._exchanges)
        shown = kept if last is None else kept[max(len(kept) - last, 0) :]
        left_out = len(self) - len(shown)
        lines = [f"({counted(left_out, 'earlier exchange')} not shown)"] if left_out else []
        for number, exchange in enumerate(shown, start=left_out + 1):
            lines.append(f"{number}. {exchange}")
            lines += [
                exchange.request.hide(f"   {v.severity.name.lower()} {v}")
                for v in exchange.violations
            ]
        return "\n".join(lines) or "(no exchanges)"


def password_of(request: Request) -> str | None:
    """The password that a request was sent with, if it is long enough to be one."""
    _, password = decode_credentials(request.authorization) or ("", "")
    return password if len(password) >= 8 else None


def sent_parameters(request: Request) -> dict[str, str]:
    """What a request for an operation sent, by Twilio's names; nothing of another request."""
    call = decode(request)
    if not isinstance(call, Call):
        return {}
    header = {WEBHOOK_ENABLED.name: call.webhook_enabled}
    sent = dict(call.query) | dict(call.form) | header
    return {name: value for name, value in sent.items() if value is not None}


def _cut(shown: str) -> str:
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


def _refusal_text(response: Response) -> str:
    body = json_object(response) or {}
    if not body.keys() >= {"code", "message"}:
        return ""
    return f" {body['code']} {' '.join(str(body['message']).split())}"
