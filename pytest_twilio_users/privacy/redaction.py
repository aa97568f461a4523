"""Hides private values in any text, such as a report."""

import re
from itertools import islice

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.spelling import hide_spellings, spell, spell_parts
from pytest_twilio_users.privacy.stand_ins import SID, StandIns
from pytest_twilio_users.privacy.wording import VOCABULARY
from pytest_twilio_users.wire.messages import Headers
from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_of

_ANY_SID = re.compile(rf"(?<![0-9A-Za-z]){SID.pattern}(?![0-9A-Za-z])")
# Looked for where a word begins alone: from each letter of a long one, it would take for ever.
_ANY_EMAIL = re.compile(r"(?<![\w.+-])(\.*)([\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)+)")
_BASIC = re.compile(r"(?i)(\b(?:basic|bearer)\s+)[A-Za-z0-9+/=._-]{8,}")
_LONG = 8
"""Letters that a header of an application has at least, to be a secret."""

_PERSONAL = 5
"""Digits of numbers that may be somebody's: shorter ones are in every report."""
_COMMON_HEADERS = frozenset(
    (
        *("accept", "accept-encoding", "connection", "host", "server", "user-agent"),
        *("access-control-allow-headers", "access-control-allow-methods"),
    )
)
"""Headers of HTTP libraries and of Twilio that tell nothing of anybody, if they are that long."""


class Redaction:
    """Shows values by their stand-ins, and secrets as `***`.

    `secrets` and `kept` are added to: what is `kept`, such as the name of a file, is
    shown as it is wherever it stands whole, whatever values are in it.
    """

    def __init__(self, stand_ins: StandIns) -> None:
        """Hide the values that have `stand_ins`, whenever they got them."""
        self._stand_ins = stand_ins
        self.secrets: set[str] = set()
        self.kept: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._spelled = 0

    def learn_credentials(self, authorization: str | None) -> None:
        """Know the password of a request, and how it is encoded."""
        self.secrets.update(secrets_of(authorization))

    def learn_dropped(self, headers: Headers, described: JsonObject) -> None:
        """Know what an application says in headers of its own: it may be a secret."""
        kept = described.get("headers", {})
        self.secrets |= {
            value
            for name, value in headers
            if name not in kept and name not in _COMMON_HEADERS and len(value) >= _LONG
        }

    def hide(self, text: str) -> str:
        """The text with stand-ins for the values that are known, for SIDs and for e-mails."""
        kept = sorted((name for name in self.kept if name in text), reverse=True)
        if not kept:
            return self._hide(text)
        parts = re.split(f"({'|'.join(map(re.escape, kept))})", text)
        return "".join(part if part in self.kept else self._hide(part) for part in parts)

    def _hide(self, text: str) -> str:
        text = _BASIC.sub(r"\1***", self._stand_ins.without_prefix(text))
        text = hide_secrets(text, self.secrets)
        hidden = self._spell_values()
        for secret in self.secrets:
            hidden |= spell_parts(secret, "***") | spell(secret, "***")
        text = hide_spellings(text, hidden)
        given = set(self._stand_ins.by_value.values())
        text = _ANY_SID.sub(lambda found: self._hide_found(found[0], given), text)
        return _ANY_EMAIL.sub(lambda found: found[1] + self._hide_found(found[2], given), text)

    def _spell_values(self) -> dict[str, str]:
        """What is hidden, in every spelling: of texts, and of numbers that are somebody's."""
        values = self._stand_ins.by_value
        for value, stand_in in islice(values.items(), self._spelled, None):
            if value != stand_in and value.casefold() not in VOCABULARY:
                self._spellings |= spell(value, stand_in)
                self._parts |= spell_parts(value, stand_in)
        self._spelled = len(values)
        numbers = {
            number: str(stand_in)
            for number, stand_in in self._stand_ins.numbers.items()
            if len(number) >= _PERSONAL and number not in VOCABULARY
        }
        return self._parts | numbers | self._spellings

    def _hide_found(self, value: str, given: set[str]) -> str:
        return value if value in given else self._stand_ins.of_text(value)
