"""Twilio's ids: two letters for the kind of thing, 32 hex digits for the thing."""

import hashlib
import re
from enum import StrEnum
from functools import cache

from pytest_twilio_users.contract.arguments import advice, as_text
from pytest_twilio_users.errors import InvalidArgument, brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class SidKind(StrEnum):
    """The kinds of SID that this API speaks of; the value is the prefix."""

    USER = "US"
    SERVICE = "IS"
    ROLE = "RL"
    ACCOUNT = "AC"
    API_KEY = "SK"
    REQUEST = "RQ"

    @property
    def label(self) -> str:
        """The thing's name in a sentence, such as "Conversation Service"."""
        return _LABEL[self]

    @property
    def pattern(self) -> str:
        """Twilio's own regular expression for the kind."""
        return f"^{self.value}[0-9a-fA-F]{{32}}$"

    def matches(self, text: str) -> bool:
        """Tell whether the text is a SID of this kind."""
        return _pattern(self).fullmatch(text) is not None


_LABEL = {
    SidKind.USER: "User",
    SidKind.SERVICE: "Conversation Service",
    SidKind.ROLE: "Role",
    SidKind.ACCOUNT: "Account",
    SidKind.API_KEY: "API key",
    SidKind.REQUEST: "request",
}


@cache  # settings load with the plugin, and few runs ask for all kinds
def _pattern(kind: SidKind) -> re.Pattern[str]:
    return re.compile(kind.value + "[0-9a-fA-F]{32}")


def derive_sid(kind: SidKind, *seeds: object) -> str:
    """Make the SID that belongs to the seeds: the same seeds, the same SID."""
    text = "\x1f".join(map(str, seeds))
    return kind.value + hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


# The kit's own, where a run names none of Twilio's.
OWN_ACCOUNT_SID = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users")
OWN_AUTH_TOKEN = derive_sid(SidKind.ACCOUNT, "pytest-twilio-users", "auth token")[2:]
OWN_SERVICE_SID = derive_sid(SidKind.SERVICE, "pytest-twilio-users")
OWN_DEFAULT_SERVICE_SID = derive_sid(SidKind.SERVICE, "pytest-twilio-users", "default")


def require_sid(kind: SidKind, value: object, *, name: str) -> str:
    """Give the text of a value that is a SID of the kind.

    Raises:
        InvalidArgument: it is not; the message says what it looks like instead.
    """
    text = as_text(value) or ""
    if kind.matches(text):
        return text
    complaint = (
        f"{name}={brief(value)} is not a {kind.label} SID: expected {kind.value!r} and 32 hex"
        f" digits.{advice(value)}"
    )
    other = next((k for k in SidKind if k.matches(text)), None)
    if other is not None:
        complaint += f"\n{other.value!r} marks a {other.label}. Did you swap two arguments?"
    raise InvalidArgument(complaint)
