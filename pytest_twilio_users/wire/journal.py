"""All exchanges of a test, in order."""

import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from pytest_twilio_users.contract.arguments import require_flag, require_whole
from pytest_twilio_users.contract.operations import WEBHOOK_ENABLED, Operation, known_operation
from pytest_twilio_users.errors import Forgotten, printable
from pytest_twilio_users.wire.codec import Call, decode, json_object
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.violations import Violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_DISTINCT_VIOLATIONS = 1_000
"""How many different violations a journal holds; the same one again is one."""

_LOOKED_AT = 10_000
"""How many characters of a name or value are looked at: more than can be hidden and shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its response.

    `operation` is the name of the operation that was asked for, or None if it is none.
    `response` is None if there was none: `error` then says why. It also names what broke
    off the body of a response that is made as it is read.
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

    @property
    def sent_from(self) -> str:
        """The application's line that sent the request: `app.py:12`; empty if it isn't known."""
        return str(self.request.sent_from or "")

    def with_line(self) -> str:
        """The exchange as text, with the application's line that sent the request."""
        return f"{self}, sent from {self.sent_from}" if self.sent_from else str(self)

    def end_body(self, body: bytes, *, error: str) -> None:
        """Keep what was read of the response's body, and the name of what broke it off."""
        if self.response is not None:
            self.response.keep_body(body)
        object.__setattr__(self, "error", error)

    def __repr__(self) -> str:
        shown = f"operation={self.operation!r}, request={self.request!r}"
        shown += f", response={self.response!r}, error={self.error!r}"
        return self.request.hide(f"Exchange({shown})")

    def __str__(self) -> str:
        came = str(self.status) if self.response else f"no response ({self.error})"
        if self.response is not None:
            if self.error:
                came += f", broken off ({self.error})"
            if self.response.status >= 400:
                came += _refusal_text(self.response)
            if self.response.after:
                came += f" (after {', '.join(self.response.after)})"
        hide = self.request.hide
        sent = ", ".join(  # what is cut first could not be told any more
            f"{_cut(hide(name[:_LOOKED_AT]))}={_cut(hide(repr(value[:_LOOKED_AT])))}"
            for name, value in self.parameters.items()
        )
        asked = f"{self.request.method} {self.request.path}" + (f" ({sent})" if sent else "")
        return printable(hide(f"{self.operation or 'no operation'}: {asked} -> {came}"))


class Journal(Sequence[Exchange]):
    """The exchanges of a test, oldest first.

    All are counted; the last `limit` are kept whole. Iterating gives those that
    are kept, and `str()` a table of them.
    """

    def __init__(self, *, limit: int = 10_000) -> None:
        most = min(require_whole(limit, name="limit", least=0), sys.maxsize)
        self._exchanges: deque[Exchange] = deque(maxlen=most)
        self._operations: list[str | None] = []
        # Each violation once, with the first exchange that had it.
        self._violations: dict[tuple[str | None, Violation], Exchange] = {}

    def append(self, exchange: Exchange) -> None:
        """Note an exchange."""
        self._operations.append(exchange.operation)
        self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        self._exchanges.append(exchange)
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
        found = list(self._violations.items())  # others may note more meanwhile
        return [(exchange, violation) for (_, violation), exchange in found]

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

    def since(self, position: int) -> "Journal":
        """The exchanges after the first so many: `len(journal)` of a moment is its position.

        Raises:
            InvalidArgument: it is no number from 0.
        """
        require_whole(position, name="position", least=0)
        later = Journal(limit=self._exchanges.maxlen or 0)
        later._operations = self._operations[position:]
        kept = list(self._exchanges)
        for exchange in kept[max(len(kept) - len(later), 0) :]:
            later._keep(exchange)
        return later

    def of(self, operation: str | Operation) -> list[Exchange]:
        """The exchanges of one operation that are still kept; `count` counts all of them.

        Raises:
            InvalidArgument: there is no such operation.
        """
        name = known_operation(operation).name
        return [exchange for exchange in self if exchange.operation == name]

    def count(self, value: object) -> int:
        """How often an operation was asked for, or an exchange took place."""
        if isinstance(value, Exchange):
            return list(self).count(value)
        return self._operations.count(known_operation(value).name)

    def sent(self, operation: str | Operation) -> list[dict[str, str]]:
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
            raise IndexError(f"The journal has {len(self)} exchanges; there is no [{index}].")
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
        return f"<Journal: {len(self)} exchanges>"

    def __str__(self) -> str:
        return self.table()

    def table(self, *, last: int | None = None, lines: bool = False) -> str:
        """The exchanges, one line each; only the last few if `last` says so.

        `lines` has each name the application's line that sent it.

        Raises:
            InvalidArgument: `last` is no number from 0, or `lines` no boolean.
        """
        require_flag(lines, name="lines")
        if last is not None:
            require_whole(last, name="last", least=0)
        kept = list(self._exchanges)
        shown = kept if last is None else kept[max(len(kept) - last, 0) :]
        left_out = len(self) - len(shown)
        plural = "" if left_out == 1 else "s"
        rows = [f"({left_out} earlier exchange{plural} not shown)"] if left_out else []
        for number, exchange in enumerate(shown, start=left_out + 1):
            rows.append(f"{number}. {exchange.with_line() if lines else exchange}")
            rows += [
                exchange.request.hide(f"   {v.severity.name.lower()} {v}")
                for v in exchange.violations
            ]
        return "\n".join(rows) or "(no exchanges)"


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
    return f" {body['code']} {body['message']}"
