"""A webhook: the signed form by which Twilio reports an event to an application."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import indent
from urllib.parse import urlencode

from pytest_twilio_users.contract.webhooks import SIGNATURE
from pytest_twilio_users.errors import brief, printable
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request, Response

_SHOWN = 200
"""How many characters of an application's answer are shown."""


def sign(url: str, parameters: Mapping[str, str], *, auth_token: str) -> str:
    """The value of X-Twilio-Signature.

    Twilio's documents say how: base64 of HMAC-SHA1, keyed by the token, over the URL and each
    parameter's name and value, sorted by name, with nothing between.
    """
    signed = url + "".join([name + parameters[name] for name in sorted(parameters)])
    digest = hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(digest).decode()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Webhook(Mapping[str, str]):
    """One event, as a mapping of its parameters: `hook["EventType"]`.

    `url` is where Twilio would send it, `signature` is its X-Twilio-Signature. `request` is the
    request that asked for the change. `response` is the application's answer, or None. `error`
    says why there was no answer, or what the application raised; `traceback` says where.
    """

    parameters: Mapping[str, str]
    url: str
    signature: str
    request: Request
    journal: Iterable[Exchange]
    response: Response | None = field(default=None, init=False)
    error: str = field(default="", init=False)
    traceback: str = field(default="", init=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the webhook request."""
        return {"Content-Type": FORM_TYPE, SIGNATURE: self.signature}

    @property
    def body(self) -> bytes:
        """The body of the webhook request: a form."""
        return urlencode(self.parameters).encode()

    @property
    def status(self) -> int | None:
        """The HTTP status that the application answered with."""
        return self.response.status if self.response else None

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that asked for the change.

        None before Twilio answers it, and where the journal holds it no longer.
        """
        return next((each for each in self.journal if each.request is self.request), None)

    def note(self, response: Response | None, *, error: str = "", traceback: str = "") -> None:
        """Note what came of it."""
        object.__setattr__(self, "response", response)
        object.__setattr__(self, "error", error)
        object.__setattr__(self, "traceback", traceback)

    def with_traceback(self) -> str:
        """The webhook as text, with the application's lines where it raised."""
        lines = indent(self.request.hide(self.traceback), "    ")
        return f"{self}\n{lines}" if lines else str(self)

    def __getitem__(self, name: str) -> str:
        return self.parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def __str__(self) -> str:
        """What it told, and what came of it, on one line."""
        hide = self.request.hide  # what is cut first could not be told any more
        told = f"{self['EventType']} of {brief(hide(self['Identity']))}"
        came = "" if self.response is None else f"{self.status}"
        if self.response is not None and self.response.status >= 400:
            came += f" {hide(self.response.body.decode(errors='replace'))[:_SHOWN]}".rstrip()
        came += f" ({self.error})" if came and self.error else self.error
        told = f"{told} -> {self.url.partition('?')[0]}: {came}" if came else told
        return printable(hide(told))

    def __repr__(self) -> str:
        return f"<Webhook: {self}>"
