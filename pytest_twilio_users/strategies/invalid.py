"""What Twilio refuses, with the refusal it meets."""

from dataclasses import dataclass

from hypothesis import strategies as st

from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.strategies.titles import made_once


@dataclass(frozen=True, kw_only=True, slots=True)
class Invalid:
    """A value that Twilio refuses, and the refusal."""

    value: str
    refusal: Refusal


def refused(values: st.SearchStrategy[str], refusal: Refusal) -> st.SearchStrategy[Invalid]:
    """Values that are all refused alike."""
    return values.map(lambda value: Invalid(value=value, refusal=refusal))


@made_once
def refusals() -> st.SearchStrategy[Refusal]:
    """Every row of the table of refusals.

    >>> @given(refusals())
    ... def test_a_refusal_has_its_class(refusal):
    ...     assert 400 <= refusal.status < 600
    """
    return st.sampled_from(list(REFUSALS.values()))
