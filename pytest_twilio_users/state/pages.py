"""Page tokens: a place in the list that stays right whoever comes or goes."""

import hashlib
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"PT([AB])([0-9a-f]{12})([0-9a-f]{12})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A place in a service's list: after, or before, the user with a number."""

    number: int
    backwards: bool = False

    def token(self, service_sid: str) -> str:
        """The PageToken that stands for this place."""
        text = f"{'B' if self.backwards else 'A'}{self.number:012x}"
        return f"PT{text}{_seal(service_sid, text)}"

    @classmethod
    def from_token(cls, service_sid: str, token: str) -> "Cursor | None":
        """The place that a token stands for; None if it was not issued for this service."""
        found = _TOKEN.fullmatch(token)
        if found is None or found[3] != _seal(service_sid, found[1] + found[2]):
            return None
        return cls(number=int(found[2], 16), backwards=found[1] == "B")


def _seal(service_sid: str, text: str) -> str:
    """What tells an issued token from a made-up one, without remembering tokens."""
    return hashlib.blake2b(f"{service_sid} {text}".encode(), digest_size=6).hexdigest()
