"""What the extra `hypothesis` brings."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_twilio_users import User
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.state_machine import run_state_machine

# In an empty folder the first text takes long: Hypothesis makes its tables of characters.
few = settings(
    max_examples=5, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@few
@given(identity=twilio_st.identities())
def test_examples_are_made(twilio_users, identity):
    """And each begins with no users."""
    assert twilio_users.add_user(identity).identity == identity
    assert len(twilio_users.users()) == 1


@few
@given(st.from_type(User))
def test_types_are_known(user):
    """By the entry point of the project."""
    assert user.sid.startswith("US")


def test_a_client_is_held_to_the_model(twilio_users_client):
    """By the state machine."""
    run_state_machine(twilio_users_client, settings=settings(few, stateful_step_count=5))
