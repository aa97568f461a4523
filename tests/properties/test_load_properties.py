"""The modelled rate limit against a list of moments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users import TwilioApiError

LIMIT = 3
QUARTERS = 4
ASK = {
    "create": lambda client, *where: client.create_service_user(*where),
    "update": lambda client, *where: client.update_service_user(*where, friendly_name="Ada"),
    "delete": lambda client, *where: client.delete_service_user(*where),
    "fetch": lambda client, *where: client.fetch_service_user(*where),
    "list": lambda client, service_sid, _: client.list_service_user(service_sid),
}
"""How each action is asked for."""

steps = st.tuples(
    st.integers(0, 2 * QUARTERS).map(lambda pause: max(pause - QUARTERS, 0)),  # often none
    st.sampled_from(list(ASK)),
    st.sampled_from(["IS" + "1" * 32, "IS" + "2" * 32]),
    st.sampled_from(["ada", "grace"]),
)


@pytest.mark.twilio_users(rate_limit=LIMIT)
@given(steps=st.lists(steps, min_size=LIMIT))
def test_who_is_refused_changes_nothing_and_is_over_the_limit(twilio_users, steps):
    """No second has more changes than it may; all others are taken, and reads are never refused."""
    counted, now = [], 0
    for pause, action, service_sid, identity in steps:
        twilio_users.clock.advance(pause / QUARTERS)
        now += pause
        recent = [moment for sid, moment in counted if sid == service_sid and now - moment < 4]
        is_change = action not in ("fetch", "list")
        before, code = twilio_users.users(), None
        try:
            ASK[action](twilio_users.client, service_sid, identity)
        except TwilioApiError as error:
            code = error.code
        assert (code == 50063) is (is_change and len(recent) == LIMIT)
        if code == 50063:
            assert twilio_users.users() == before
        elif is_change:
            counted.append((service_sid, now))
