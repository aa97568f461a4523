"""state_machine/inputs.py: what is given to a client."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.state.admission import refuse_identity
from pytest_twilio_users.state_machine.inputs import (
    INVALID_IDENTITIES,
    VALID_IDENTITIES,
    refusal_of,
)


def test_the_identities_are_those_that_twilio_takes_but_for_the_refused():
    """The stub's judgement is the machine's."""
    for text in (*VALID_IDENTITIES, *INVALID_IDENTITIES):
        assert refuse_identity({"Identity": text}) == INVALID_IDENTITIES.get(text)


def test_the_simplest_identities_come_first():
    """A failing program shrinks to them; two differ in case alone."""
    assert VALID_IDENTITIES[:3] == ("0", "ada", "Ada")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, None),
        ({"friendly_name": "a" * 256, "attributes": {}}, None),
        ({"friendly_name": "a" * 257}, refusals.FRIENDLY_NAME_TOO_LONG),
        ({"role_sid": "RL" + "0" * 32}, None),
        ({"friendly_name": "c", "role_sid": "RL0"}, refusals.ROLE_SID_MALFORMED),
        ({"friendly_name": "a" * 257, "role_sid": "RL0"}, refusals.FRIENDLY_NAME_TOO_LONG),
    ],
    ids=["nothing", "longest name", "long name", "role", "no role", "both"],
)
def test_parameters_are_refused_whatever_users_there_are(given, refusal):
    """A name that is too long, a role that is none."""
    assert refusal_of(given) == refusal
