"""A test that fails once, and is run again."""

import made
import pytest
from flaky import flaky

times = []


@pytest.mark.ends("failed", "passed")
@flaky(max_runs=3, min_passes=2)
def test_again(twilio_users, team, ada, mess):
    made.look(twilio_users)
    mess()
    times.append(1)
    if len(times) % 3 == 1:
        raise ValueError("as it is meant")
