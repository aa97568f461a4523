"""Numbers the values of one snapshot that differ from run to run."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from pytest_twilio_users.contract.operations import PAGE_TOKEN
from pytest_twilio_users.wire.secrecy import hide_secrets

_SID = re.compile(
    # Not within a word; %2F is none.
    r"[A-Z]{2}(?:(?<![0-9A-Za-z]..)|(?<=%[0-9a-fA-F]{2}..))[0-9a-fA-F]{32}(?![0-9A-Za-z])"
)
SID_LENGTH = 34
_TOKEN = re.compile(rf"(?<=\b{PAGE_TOKEN.name}=)(['\"]?)([^&#\s\"'<>]+)")


class Numbering:
    """Gives stand-ins, numbered by first appearance: equal values, equal stand-ins."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}
        self._first: datetime | None = None
        self._secrets: Collection[str] = ()

    def hide(self, secrets: Collection[str]) -> None:
        """Have these secrets shown as `***`, in any spelling."""
        self._secrets = secrets

    def for_text(self, text: str) -> str:
        """The text with stand-ins for its SIDs, such as `<US:1>`, and its page tokens."""
        text = hide_secrets(text, self._secrets)
        if PAGE_TOKEN.name in text:
            text = _TOKEN.sub(lambda found: found[1] + self.for_token(unquote_plus(found[2])), text)
        if len(text) < SID_LENGTH:
            return text
        return _SID.sub(lambda found: self._number(found[0][:2], found[0]), text)

    def for_token(self, token: str) -> str:
        """The stand-in of a page token: `<token:1>`."""
        return self._number("token", token)

    def for_time(self, moment: datetime) -> str:
        """What lies between the first time and this one: `<t0>`, `<t0+3s>`. Naive ones are GMT."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        self._first = self._first or moment
        seconds = (moment - self._first).total_seconds()
        return f"<t0{seconds:+.6f}".rstrip("0").rstrip(".") + "s>" if seconds else "<t0>"

    def _number(self, kind: str, value: str) -> str:
        numbers = self._numbers.setdefault(kind, {})
        return f"<{kind}:{numbers.setdefault(value, len(numbers) + 1)}>"


def without_sids(text: str) -> str:
    """What a text says whichever SIDs it names."""
    return _SID.sub("", text) if len(text) >= SID_LENGTH else text
