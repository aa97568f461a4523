"""A request or its response: bytes on the wire, free of any HTTP library."""

import json
from collections.abc import Callable, Collection
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.wire.calling_line import Line, calling_line
from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_of

Headers = tuple[tuple[str, str], ...]

FRAMING = frozenset(("content-length", "transfer-encoding"))
"""Headers that say how long a body is, by whoever writes it."""


def describe_body(body: bytes, media_type: str) -> Headers:
    """The headers that say what a body is, and how long."""
    return (("content-type", media_type), ("content-length", str(len(body))))


class Secret(str):
    """A text whose repr is `'***'`, so that no log or report shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Planned:
    """An answer that a test planned instead of the usual one. Its text names the plan."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Loose:
    """A neighbour that answers in place of an operation, such as "roles": without evidence."""

    name: str

    def __str__(self) -> str:
        return "a neighbour: loose, no evidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A live account that answers, with its origin. `seconds` is how long the last answer took."""

    origin: str
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"the live account, at {self.origin}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    headers: Headers = field(default=(), repr=False)
    hide_private: Callable[[str], str] = field(default=str, init=False, repr=False, compare=False)

    def hide_with(self, hide: Callable[[str], str]) -> None:
        """Have `hide` hide private values: which there are, is not known when it is made."""
        object.__setattr__(self, "hide_private", hide)

    def hide_besides(self, secrets: Collection[str]) -> None:
        """Have these hidden, too, in any spelling."""
        hide = self.hide_private
        self.hide_with(lambda text: hide_secrets(hide(text), secrets))

    def hide(self, text: str) -> str:
        """A text about the message as it may be shown."""
        return self.hide_private(text)

    def header(self, name: str) -> str | None:
        """The first header of this lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeouts:
    """How many seconds a caller waits; None for ever."""

    connect: float | None = None
    read: float | None = None
    write: float | None = None
    pool: float | None = None
    total: float | None = None

    @property
    def to_connect(self) -> float | None:
        """How long it waits for a connection."""
        return min((each for each in (self.connect, self.total) if each is not None), default=None)

    @property
    def to_read(self) -> float | None:
        """How long it waits for an answer."""
        return min((each for each in (self.read, self.total) if each is not None), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(_Message):
    """One HTTP request.

    `method`, `origin` (scheme, host and port), `target` (path and query, unchanged), `headers`
    and `body` are the message. Header names are lower-case. The Authorization header is kept
    apart, so that no repr and no comparison shows it. `fragment` is the text after an unencoded
    `#`, if the library still knows it.

    The kit notes more beside the message, which comparisons ignore: the user that the caller
    asked for (`asked`), the caller's timeouts (`waits`), the plan whose fault the request met
    (`met`) and whether the caller is async (`is_async`), the result of `codec.decode`
    (`decoded`), the application's line that sent it (`sent_from`), whether it came to a server
    (`is_served`), who answered if not the stub (`answered_by`), and the function that hides
    private values (`hide_private`).
    """

    method: str
    origin: str
    target: str
    body: bytes = field(default=b"", repr=False)
    fragment: str = field(default="", repr=False)
    authorization: str | None = field(default=None, repr=False, compare=False)
    asked: str | None = field(default=None, repr=False, compare=False)
    waits: Callable[[], Timeouts] = field(default=Timeouts, repr=False, compare=False)
    met: FaultPlan | None = field(default=None, init=False, repr=False, compare=False)
    decoded: Any = field(default=None, init=False, repr=False, compare=False)
    sent_from: Line | None = field(default=None, init=False, repr=False, compare=False)
    is_async: bool = field(default=False, init=False, repr=False, compare=False)
    is_served: bool = field(default=False, init=False, repr=False, compare=False)
    answered_by: object = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.authorization is not None and not isinstance(self.authorization, Secret):
            object.__setattr__(self, "authorization", Secret(self.authorization))

    def __repr__(self) -> str:
        shown = f"method={self.method!r}, origin={self.origin!r}, target={self.target!r}"
        return self.hide(f"Request({shown})")

    def note_sender(self) -> None:
        """Note which line of the application is sending it, unless that was noted before."""
        if self.sent_from is None:
            object.__setattr__(self, "sent_from", calling_line())

    @property
    def fault(self) -> Fault | None:
        """The planned fault that it met, or None."""
        return None if self.met is None else self.met.fault

    def note_fault(self, plan: FaultPlan | None, *, is_async: bool = False) -> None:
        """Note the plan whose fault it meets, by which kind of caller; or that it can't meet it."""
        object.__setattr__(self, "met", plan)
        object.__setattr__(self, "is_async", is_async)

    def again(self) -> Self:
        """The same request for one more attempt, which met no fault yet."""
        found = copy(self)
        found.note_fault(None)
        return found

    @property
    def timeouts(self) -> Timeouts:
        """How long the caller waits."""
        return self.waits()

    def note_served(self) -> None:
        """Note that it came to a server: how the client came there is not known."""
        object.__setattr__(self, "is_served", True)

    def note_answerer(self, who: object) -> None:
        """Note who is asked to answer, by what its text will be; None is the stub."""
        object.__setattr__(self, "answered_by", who)

    def hide(self, text: str) -> str:
        """A text about the request as it may be shown: without its password, in any spelling."""
        return self.hide_private(hide_secrets(text, secrets_of(self.authorization)))

    def keep_decoded(self, decoded: Any) -> None:
        """Keep what was read, as all that a request passes through want to know it; or nothing."""
        object.__setattr__(self, "decoded", decoded)

    @property
    def path(self) -> str:
        """The path to the letter, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query to the letter, without its question mark."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Response(_Message):
    """One HTTP response. Header names are lower-case.

    `after` holds the results of earlier attempts at the same request, such as "429".
    `hide_private` is the function that hides private values, as in a request. `stream` gives
    the parts of a streamed body, to sync readers, async readers, or both.
    """

    status: int
    body: bytes = b""
    after: tuple[str, ...] = field(default=(), repr=False, compare=False)
    stream: Any = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        return self.hide(f"Response(status={self.status!r}, body={self.body!r})")

    def keep_body(self, body: bytes) -> None:
        """Keep what was read of a body that was made as it was read."""
        object.__setattr__(self, "body", body)

    def with_body(self, body: bytes) -> Self:
        """The same with another body, of which the headers say how long it is."""
        headers = [
            (name, str(len(body)) if name == "content-length" else value)
            for name, value in self.headers
        ]
        return replace(self, headers=tuple(headers), body=body)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: the body is not JSON.
        """
        return json.loads(self.body)
