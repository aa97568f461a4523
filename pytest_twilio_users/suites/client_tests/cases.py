"""What the client suite's tests are tried with: actions, examples."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, example, settings

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.operations import Action

ARGUMENTS: dict[Action, tuple[str, ...]] = {
    Action.CREATE: ("ada",),
    Action.DELETE: ("ada",),
    Action.FETCH: ("ada",),
    Action.LIST: (),
    Action.UPDATE: ("ada",),
}
"""What each action is asked with where it does not matter."""

every_action = pytest.mark.parametrize("action", Action)
on_user_input = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
on_path = pytest.mark.parametrize("action", [Action.FETCH, Action.UPDATE, Action.DELETE])
on_change = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.DELETE])
on_shown = pytest.mark.parametrize(
    "action", [Action.CREATE, Action.FETCH, Action.LIST, Action.UPDATE]
)

# The same tests run for each subclass, which is no mistake. One failure at a time is enough
# to read. An explanation would name lines of the kit, and takes longer than all the rest.
shared = settings(
    suppress_health_check=[HealthCheck.differing_executors],
    report_multiple_bugs=False,
    phases=[phase for phase in settings().phases if phase is not Phase.explain],
)

# To make up a whole answer takes longer than to read it.
on_answers = settings(shared, max_examples=max(shared.max_examples // 2, 1))


def on_hazards(test: Callable[..., None]) -> Callable[..., None]:
    """Try every hazard, the simplest first, whatever else is drawn."""
    hazards = [identity for hazard in twilio_st.HAZARDS.values() for identity in hazard]
    for identity in reversed(hazards):
        test = example(identity=identity)(test)
    return test
