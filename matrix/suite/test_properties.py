"""Each example of a property test begins anew, among the users of its fixtures."""

import app
import made
import pytest
from hypothesis import Phase, given, settings
from pytest_twilio_users import strategies as twilio_st

FEW = settings(max_examples=10, deadline=None, database=None, phases=[Phase.generate])


@FEW
@given(identity=twilio_st.identities(), name=twilio_st.friendly_names())
def test_examples(twilio_users, team, identity, name):
    made.look(twilio_users)
    twilio_users.add_user(identity)
    app.retire("team-1")
    twilio_users.routes["fetch_user"].refuse("internal_error")
    twilio_users.wait(3600)


@pytest.mark.ends("failed")
@FEW
@given(identity=twilio_st.identities())
def test_a_failing_example(twilio_users, identity):
    made.look(twilio_users)
    twilio_users.add_user(identity)
    raise ValueError("as it is meant")


@FEW
@given(plan=twilio_st.fault_plans(operations=["create_user"]))
def test_bad_days(twilio_users, founder, plan):
    made.look(twilio_users)
    twilio_users.plan(plan)
