"""state_machine/inputs.py: what is given to a client."""

from pytest_twilio_users.state.admission import refuse_identity
from pytest_twilio_users.state_machine.inputs import INVALID_IDENTITIES, VALID_IDENTITIES


def test_the_identities_are_those_that_twilio_takes_but_for_the_refused():
    """The stub's judgement is the machine's."""
    for text in (*VALID_IDENTITIES, *INVALID_IDENTITIES):
        assert refuse_identity({"Identity": text}) == INVALID_IDENTITIES.get(text)
