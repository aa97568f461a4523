"""What the extra `hypothesis` brings."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_twilio_users import User
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.state_machine import run_state_machine


@settings(max_examples=5, database=None)
@given(identity=twilio_st.identities())
def test_examples_are_made(twilio_users, identity):
    """And each begins with no users."""
    assert twilio_users.add_user(identity).identity == identity
    assert len(twilio_users.users()) == 1


@settings(max_examples=5, database=None)
@given(st.from_type(User))
def test_types_are_known(user):
    """By the entry point of the project."""
    assert user.sid.startswith("US")


def test_a_client_is_held_to_the_model(twilio_users_client):
    """By the state machine."""
    few = settings(max_examples=2, stateful_step_count=5, database=None)
    run_state_machine(twilio_users_client, settings=few)
