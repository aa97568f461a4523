"""What users are called: by identity, by friendly name."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from string import ascii_lowercase
from types import MappingProxyType
from uuid import UUID

from hypothesis import strategies as st

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import (
    LONGEST_FRIENDLY_NAME,
    LONGEST_IDENTITY,
    RESERVED_IDENTITIES,
)
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.strategies.hazards import HAZARDS
from pytest_twilio_users.strategies.ids import user_sids
from pytest_twilio_users.strategies.invalid import Invalid, refused
from pytest_twilio_users.strategies.titles import made_once, titled

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_SPECIAL = {*RESERVED_IDENTITIES, *(identity for hazard in HAZARDS.values() for identity in hazard)}


def _plain(identity: str) -> str:
    """Hypothesis tries texts that it finds in the code under test, also these."""
    return identity + "s" if identity in _SPECIAL else identity


# Letters of living scripts that are written from left to right and composed as they stand.
_LETTERS = "".join(
    map(chr, (*range(0xE0, 0xF7), *range(0x3B1, 0x3C0), *range(0x430, 0x450)))
) + "".join(map(chr, (*range(0x4E00, 0x4E80), *range(0xAC00, 0xAC40), *range(0x1F600, 0x1F620))))

REALISTIC: Mapping[str, st.SearchStrategy[str]] = MappingProxyType(
    {
        "user_name": st.text(ascii_lowercase + "-", min_size=1, max_size=32).map(_plain),
        "numbered": st.integers(0, 10**9).map("user-{}".format),
        "email": st.text(ascii_lowercase, min_size=1, max_size=32).map("{}@example.com".format),
        "phone": st.integers(10**10, 10**11 - 1).map(str),
        "uuid": st.integers(0, 16**32 - 1).map(lambda number: str(UUID(int=number))),
        "unicode": st.text(_LETTERS, min_size=1, max_size=32).map(_plain),
    }
)
"""Identities as applications make them, none of which is a hazard."""


def identities(*, hazards: bool | Collection[str] = True) -> st.SearchStrategy[str]:
    """Identities that Twilio accepts: usual ones, and ones that programs often get wrong.

    Args:
        hazards: True for all of `HAZARDS`, False for none, or a list of their names.

    Raises:
        InvalidArgument: there is no hazard of a name.

    >>> @given(identities(hazards=["slash", "percent"]))
    ... def test_an_identity_fits(identity):
    ...     assert 1 <= len(identity) <= 256
    """
    chosen = (HAZARDS if hazards else ()) if isinstance(hazards, bool) else hazards
    names = {chosen} if isinstance(chosen, str) else chosen
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        raise InvalidArgument(
            f"hazards={brief(hazards)} names no hazards: give True, False, or names such as"
            ' ["slash", "dots"].'
        )
    for name in sorted(names):
        if name not in HAZARDS:
            raise InvalidArgument(f"{brief(name)} is not a hazard.{known_names(name, HAZARDS)}")
    return _identities(tuple(sorted(set(names))))


# Hypothesis draws as often from one strategy as from another. So the hazards are shared out among
# several, to be nearly as likely as all realistic kinds together.
_HAZARD_SHARES = 5


@lru_cache(maxsize=64)
def _identities(hazards: tuple[str, ...]) -> st.SearchStrategy[str]:
    if not hazards:
        return titled("identities", st.one_of(*REALISTIC.values()))
    texts = [text for name in hazards for text in HAZARDS[name]]
    shares = (texts[first::_HAZARD_SHARES] for first in range(min(_HAZARD_SHARES, len(texts))))
    alone = map(st.sampled_from, shares)
    letters = "ab" + "".join(text for text in texts if len(text) == 1)
    mixed = st.text(letters, min_size=1, max_size=16)
    return titled("identities", st.one_of(*REALISTIC.values(), *alone, mixed))


@made_once
def invalid_identities() -> st.SearchStrategy[Invalid]:
    """Identities that Twilio refuses, with the refusal: empty, too long, like a User SID, reserved.

    >>> @given(invalid_identities())
    ... def test_a_bad_identity_is_the_callers_mistake(invalid):
    ...     assert invalid.refusal.status == 400
    """
    like_sids = st.tuples(user_sids(), st.booleans()).map(
        lambda drawn: "US" + drawn[0][2:].upper() if drawn[1] else drawn[0]
    )
    too_long = st.tuples(st.integers(1, LONGEST_IDENTITY), st.sampled_from("aé😀/")).map(
        lambda drawn: drawn[1] * (LONGEST_IDENTITY + drawn[0])
    )
    return st.one_of(
        refused(st.just(""), refusals.IDENTITY_EMPTY),
        refused(st.sampled_from(RESERVED_IDENTITIES), refusals.IDENTITY_RESERVED),
        refused(like_sids, refusals.IDENTITY_LIKE_SID),
        refused(too_long, refusals.IDENTITY_TOO_LONG),
    )


@made_once
def friendly_names() -> st.SearchStrategy[str]:
    """Any text of up to 256 characters, also the empty text.

    >>> @given(friendly_names())
    ... def test_a_friendly_name_can_be_sent(friendly_name):
    ...     assert len(friendly_name) <= 256
    """
    return st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=LONGEST_FRIENDLY_NAME),
        st.sampled_from(
            ["Ada", "Ada Lovelace", " ", "a\nb", "José", "王小明", "<b>&amp;</b>", "null"]
            + [character * LONGEST_FRIENDLY_NAME for character in "a 😀"]
        ),
    )
