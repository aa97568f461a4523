"""How a behaviour of Twilio is known."""

from enum import StrEnum


class Evidence(StrEnum):
    """How a behaviour of Twilio is known, best first.

    Nothing here was checked against Twilio by this project. Each value names
    where the knowledge comes from.
    """

    RECORDED = "recorded"
    SIBLING = "sibling"
    DOCUMENTED = "documented"
    SDK = "sdk"
    THIRD_PARTY = "third-party"
    INFERRED = "inferred"

    @property
    def meaning(self) -> str:
        """What the word stands for, in one line."""
        return _MEANING[self]


_MEANING = {
    Evidence.RECORDED: "seen in a published real answer of this API",
    Evidence.SIBLING: "seen in a real answer of the same backend (Chat v2) or another v1 API",
    Evidence.DOCUMENTED: "Twilio's reference, error dictionary or OpenAPI file says so",
    Evidence.SDK: "read in, or shown by running, one of Twilio's SDKs",
    Evidence.THIRD_PARTY: "somebody else's test data or code relies on it",
    Evidence.INFERRED: "a guess of this project",
}
