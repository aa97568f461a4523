"""What the machine's rules give to a client."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import LONGEST_FRIENDLY_NAME, RESERVED_IDENTITIES
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.strategies.hazards import HAZARDS

# The simplest comes first, as Hypothesis shrinks towards it; what is there more often comes
# more often.
VALID_IDENTITIES = ("0", "ada", "Ada", *(text for texts in HAZARDS.values() for text in texts))
INVALID_IDENTITIES: Mapping[str, Refusal] = {
    "": refusals.IDENTITY_EMPTY,
    "a" * 257: refusals.IDENTITY_TOO_LONG,
    "US" + "0" * 32: refusals.IDENTITY_LIKE_SID,
    **dict.fromkeys(RESERVED_IDENTITIES, refusals.IDENTITY_RESERVED),
}
IDENTITY = st.sampled_from(
    (*VALID_IDENTITIES[:3] * 30, *tuple(INVALID_IDENTITIES) * 6, *VALID_IDENTITIES[3:])
)
GIVEN: st.SearchStrategy[Mapping[str, Any]] = st.sampled_from(
    [
        {},
        {"friendly_name": "a"},
        {"attributes": {"a": 0}},
        {"friendly_name": "b"},
        {"attributes": {"b": [1, None, {"é": "/"}]}},
        {"friendly_name": "", "attributes": {}},
        {"attributes": {"long": "é" * 600}},
        {"friendly_name": "Zoë & 王", "attributes": {"c": "😀"}},
        {"friendly_name": "a" * 257},
        {"friendly_name": "c", "role_sid": "RL0"},
    ]
)
PAGES: st.SearchStrategy[Mapping[str, int]] = st.sampled_from(
    [{"page_size": 1}, {"page_size": 2}, {"page_size": 3}, {}, {"page_size": 1, "limit": 1}]
)
# Half of the calls are for the first service, so that users meet.
WHERE = st.sampled_from((0, 0, 1, 2))
# How to name a user, and the number of the user to name. Mostly it is somebody who is there.
WHOM = st.sampled_from(
    (
        *((way, number) for number in range(3) for way in ("sid", "identity")),
        *(("other case", 0), ("gone", 0), ("gone", 1), ("elsewhere", 0), ("nobody", 0)),
        *(("any", number) for number in range(0, len(VALID_IDENTITIES), 40)),
    )
)
NOBODY = derive_sid(SidKind.USER, "nobody")
"""A SID that no user has."""


def refusal_of(given: Mapping[str, Any]) -> Refusal | None:
    """What Twilio says to a user's parameters, whatever users there are."""
    if len(given.get("friendly_name", "")) > LONGEST_FRIENDLY_NAME:
        return refusals.FRIENDLY_NAME_TOO_LONG
    if "role_sid" in given and not SidKind.ROLE.matches(given["role_sid"]):
        return refusals.ROLE_SID_MALFORMED
    return None
