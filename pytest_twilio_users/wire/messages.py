"""A request or its response: bytes on the wire, free of any HTTP library."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Headers = tuple[tuple[str, str], ...]


class Secret(str):
    """A text that no repr shows, nor what writes objects by the repr of their fields."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    headers: Headers = field(default=(), repr=False)
    hide: Callable[[str], str] = field(default=str, init=False, repr=False, compare=False)

    def hide_with(self, hide: Callable[[str], str]) -> None:
        """Have `hide` hide private values: which there are, is not known when it is made."""
        object.__setattr__(self, "hide", hide)

    def header(self, name: str) -> str | None:
        """The first header of this lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(_Message):
    """One HTTP request.

    `origin` is scheme, host and port, `target` the path and query to the letter;
    `fragment` is what an unencoded `#` cut off, where the library still knows it.
    Header names are lower-case. The Authorization header is kept apart, where no
    repr and no comparison shows it. `asked` is the user that the caller asked for,
    encoded or not, where the library still knows it. `decoded` is what `codec.decode`
    read, and `hide` hides private values wherever the request is shown: what the kit
    notes beside what was said, by a method, and no comparison sees.
    """

    method: str
    origin: str
    target: str
    body: bytes = field(default=b"", repr=False)
    fragment: str = field(default="", repr=False)
    authorization: str | None = field(default=None, repr=False, compare=False)
    asked: str | None = field(default=None, repr=False, compare=False)
    decoded: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.authorization is not None and not isinstance(self.authorization, Secret):
            object.__setattr__(self, "authorization", Secret(self.authorization))

    def __repr__(self) -> str:
        shown = f"method={self.method!r}, origin={self.origin!r}, target={self.target!r}"
        return self.hide(f"Request({shown})")

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
    """One HTTP response; header names are lower-case.

    `after` tells what earlier attempts at the same request came to, such as "429";
    `hide` hides private values wherever the response is shown, as that of a request.
    """

    status: int
    body: bytes = b""
    after: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __repr__(self) -> str:
        return self.hide(f"Response(status={self.status!r}, body={self.body!r})")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: the body is no JSON.
        """
        return json.loads(self.body)
