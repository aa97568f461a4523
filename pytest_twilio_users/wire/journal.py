"""All exchanges of a test, in order."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import cast, overload

from pytest_twilio_users.contract.arguments import require_flag, require_whole
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.operations import Operation, known_operation
from pytest_twilio_users.errors import Forgotten, counted
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.wire.codec import sent_parameters
from pytest_twilio_users.wire.exchange_line import LARGE, in_one_line
from pytest_twilio_users.wire.messages import Loose, Request, Response
from pytest_twilio_users.wire.violations import Violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_DISTINCT_VIOLATIONS = 1_000
"""How many different violations a journal holds; the same one again is one."""

_EMPTY = (
    "The journal is empty: no request reached Twilio Users yet. Did the code under"
    " test run, and did it ask the Conversations API? (`add_user` sends no request.)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its response.

    `operation` is the name of the operation, or None if no operation answers the request.
    `response` is None if there was none; `error` then says why. `error` also says why a
    streamed body ended early.
    """

    operation: OperationName | None
    request: Request
    response: Response | None
    error: str = ""
    violations: tuple[Violation, ...] = field(default=(), repr=False)

    @property
    def status(self) -> int | None:
        """The HTTP status of the response."""
        return self.response.status if self.response else None

    @property
    def fault(self) -> Fault | None:
        """The fault that the request met, which a route's `fail` planned; or None."""
        return self.request.fault

    @property
    def neighbour(self) -> str | None:
        """The neighbour that answered, such as "roles"; None if no neighbour did.

        Such an answer is loose: it has no evidence.
        """
        who = self.request.answered_by
        return who.name if isinstance(who, Loose) else None

    @property
    def parameters(self) -> dict[str, str]:
        """What the request sent in query, form and webhook header, by Twilio's names.

        If a parameter was sent twice, this is the last value.
        """
        return sent_parameters(self.request)

    @property
    def sent_from(self) -> str:
        """The application's line that sent the request: `app.py:12`; empty if it isn't known."""
        return str(self.request.sent_from or "")

    def with_line(self) -> str:
        """The exchange as text, with the application's line that sent the request."""
        return f"{self}, sent from {self.sent_from}" if self.sent_from else str(self)

    def come_to(self, response: Response | None, *, error: str) -> None:
        """Note what came of it after it was noted: an answer, or the end of its body."""
        object.__setattr__(self, "response", response)
        object.__setattr__(self, "error", error)

    def __repr__(self) -> str:
        shown = f"operation={self.operation!r}, request={self.request!r}"
        shown += f", response={self.response!r}, error={self.error!r}"
        return self.request.hide(f"Exchange({shown})")

    def __str__(self) -> str:
        return in_one_line(self)

    def explain(self) -> str:
        """Explain as text: the request, the answer, its reason, and a `curl` line without secrets.

        The text is for people: its words may change.
        """
        from pytest_twilio_users.wire.telling_why import tell_why  # few tests ask

        return tell_why([(None, self)])


class Journal(Sequence[Exchange]):
    """The exchanges of a test, oldest first.

    All exchanges are counted. The last `limit` are kept whole, or fewer if those take more
    than `limit_bytes`. Iterating gives the kept exchanges; `str()` gives a table of them.
    """

    def __init__(self, *, limit: int = 10_000, limit_bytes: int = 67_108_864) -> None:
        self._limit = require_whole(limit, name="limit", least=0)
        self._limit_bytes = require_whole(limit_bytes, name="limit_bytes", least=0)
        self._kept: deque[tuple[Exchange, int]] = deque()
        self._kept_bytes = 0
        self._operations: list[OperationName | None] = []
        self._statuses: list[int | None] = []
        # Each violation once, with the first exchange that had it.
        self._violations: dict[tuple[str | None, Violation], Exchange] = {}
        self._violating_bytes = 0
        self.forgotten: Callable[[Exchange], None] | None = None
        """Hears of each exchange that is no longer kept, while the journal is locked."""
        self.running: list[Callable[[], None]] = []
        """What settles each request that is not answered yet."""
        self._lock = Lock()  # applications send from many threads

    def append(self, exchange: Exchange) -> None:
        """Note an exchange."""
        size = _size(exchange)
        if size > LARGE:
            exchange.request.keep_decoded(None)
        with self._lock:
            self._operations.append(exchange.operation)
            self._statuses.append(exchange.status)
            self._keep(exchange, size)
            self._drop_oldest()

    def settle(self) -> None:
        """Note of each request that is not answered yet that it is not."""
        for settle in list(self.running):
            settle()

    def weigh(self, exchange: Exchange) -> None:
        """Work out anew its status, and how many bytes an exchange takes: more came of it."""
        size = _size(exchange)
        with self._lock:
            forgotten = len(self) - len(self._kept)
            for position, (kept, before) in enumerate(self._kept):
                if kept is exchange:
                    self._statuses[forgotten + position] = exchange.status
                    self._kept[position] = exchange, size
                    self._kept_bytes += size - before
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        while len(self._kept) > self._limit or (
            self._kept_bytes > self._limit_bytes and len(self._kept) > 1
        ):
            exchange, size = self._kept.popleft()
            self._kept_bytes -= size
            if self.forgotten is not None:
                self.forgotten(exchange)

    def _keep(self, exchange: Exchange, size: int) -> None:
        self._kept.append((exchange, size))
        self._kept_bytes += size
        if exchange.violations:
            self._note_violations(exchange, size)

    def _note_violations(self, exchange: Exchange, size: int) -> None:
        known = len(self._violations)
        if known < _DISTINCT_VIOLATIONS and self._violating_bytes <= self._limit_bytes:
            for violation in exchange.violations:
                self._violations.setdefault((exchange.operation, violation), exchange)
            if len(self._violations) > known:
                self._violating_bytes += size

    @property
    def operations(self) -> list[OperationName]:
        """The operations of all requests, by name, in order."""
        return [name for name in self._operations if name is not None]

    @property
    def statuses(self) -> list[int | None]:
        """The HTTP statuses of all exchanges, in order. None if there was no answer."""
        return list(self._statuses)

    @property
    def violations(self) -> list[tuple[Exchange, Violation]]:
        """The different violations, each with the first exchange that has it."""
        found = list(self._violations.items())  # others may note more meanwhile
        return [(exchange, violation) for (_, violation), exchange in found]

    @property
    def last(self) -> Exchange:
        """The newest exchange.

        Raises:
            Forgotten: there is none yet.
        """
        if not self._kept:
            raise Forgotten(_EMPTY)
        return self._kept[-1][0]

    def since(self, position: int) -> "Journal":
        """The exchanges after a position: `start = len(journal)`, later `journal.since(start)`.

        Raises:
            InvalidArgument: it is not a whole number from 0.
        """
        require_whole(position, name="position", least=0)
        later = Journal(limit=self._limit, limit_bytes=self._limit_bytes)
        with self._lock:
            later._operations = self._operations[position:]
            later._statuses = self._statuses[position:]
            kept = list(self._kept)
        for exchange, size in kept[max(len(kept) - len(later), 0) :]:
            later._keep(exchange, size)
        return later

    def of(self, operation: OperationName | Operation) -> list[Exchange]:
        """The exchanges of one operation that are still kept. `count` counts all of them.

        Raises:
            InvalidArgument: there is no such operation.
        """
        name = known_operation(operation).name
        return [exchange for exchange in self if exchange.operation == name]

    def count(self, value: OperationName | Operation | Exchange) -> int:
        """How many requests asked for an operation, or how often an exchange is in the journal."""
        if isinstance(value, Exchange):
            return list(self).count(value)
        return self._operations.count(known_operation(value).name)

    def sent(self, operation: OperationName | Operation) -> list[dict[str, str]]:
        """The parameters of each request of an operation, by Twilio's names."""
        return [exchange.parameters for exchange in self.of(operation)]

    def tally(self) -> Counter[OperationName]:
        """How many requests asked for each operation."""
        return Counter(self.operations)

    def __contains__(self, value: object) -> bool:
        """Whether any request asked for an operation: `"create_user" in journal`.

        Raises:
            InvalidArgument: it is neither an operation nor an exchange.
        """
        return self.count(cast("Exchange", value)) > 0

    def __len__(self) -> int:
        return len(self._operations)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        require_whole(index, name="index", instead=", or slices; for operations: journal.of(…)")
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            has = counted(len(self), "exchange")
            raise IndexError(f"The journal has {has}; there is no [{index}].")
        kept = len(self._kept)
        kept_from = len(self) - kept
        if position < kept_from:
            full = kept == self._limit
            setting = "journal_limit" if full else "journal_bytes"
            why = "" if full else f", as more would take over {self._limit_bytes:,} bytes"
            raise Forgotten(
                f"Exchange {position} is no longer in the journal: it keeps the last {kept} of"
                f" {len(self)}{why}."
                f" Raise {setting}, for this test: @pytest.mark.twilio_users({setting}=…)."
            )
        return self._kept[position - kept_from][0]

    def __iter__(self) -> Iterator[Exchange]:
        with self._lock:
            return iter([exchange for exchange, _ in self._kept])

    def __repr__(self) -> str:
        return f"<Journal: {counted(len(self), 'exchange')}>"

    def __str__(self) -> str:
        return self.table()

    def table(self, *, last: int | None = None, lines: bool = False) -> str:
        """The exchanges as text, one line each.

        `last` limits it to the newest; `lines` adds the application's line that sent each.

        Raises:
            InvalidArgument: `last` is not a whole number from 0, or `lines` not a boolean.
        """
        require_flag(lines, name="lines")
        shown = self._numbered(last)
        rows = self._left_out(shown)
        for number, exchange in shown:
            rows.append(f"{number}. {exchange.with_line() if lines else exchange}")
            rows += [
                exchange.request.hide(f"   {v.severity.name.lower()} {v}")
                for v in exchange.violations
            ]
        return "\n".join(rows) or "(no exchanges)"

    def explain(self, *, last: int | None = None) -> str:
        """Explain as text: requests, answers and their reasons, and `curl` lines without secrets.

        `last` limits it to the newest exchanges; `journal[-1].explain()` explains one. The text
        is for people: its words may change.

        Raises:
            InvalidArgument: `last` is not a whole number from 0.
        """
        from pytest_twilio_users.wire.telling_why import tell_why  # few tests ask

        shown = self._numbered(last)
        if not len(self):
            return _EMPTY
        return "\n\n".join([*self._left_out(shown), *([tell_why(shown)] if shown else [])])

    def _numbered(self, last: int | None) -> list[tuple[int, Exchange]]:
        """The last few that are kept, or all, each with its number from 1."""
        if last is not None:
            require_whole(last, name="last", least=0)
        kept = list(self)
        shown = kept if last is None else kept[max(len(kept) - last, 0) :]
        return list(enumerate(shown, start=len(self) - len(shown) + 1))

    def _left_out(self, shown: Sequence[tuple[int, Exchange]]) -> list[str]:
        left_out = len(self) - len(shown)
        return [f"({counted(left_out, 'earlier exchange')} not shown)"] if left_out else []


def _size(exchange: Exchange) -> int:
    """About how many bytes an exchange takes, with what was read of it."""
    request, response = exchange.request, exchange.response
    said = len(request.body) + len(request.target)
    size = 1_000 + said if response is None else 1_000 + said + len(response.body)
    for _, value in request.headers:
        size += len(value)
    if said > 1_000:  # it may be of many parameters
        size += 200 * (request.body.count(b"&") + request.target.count("&"))
    for violation in exchange.violations:
        size += len(str(violation))
    return size
