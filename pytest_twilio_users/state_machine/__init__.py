"""Model-based testing of any client: random calls, compared with a plain dictionary."""

from pytest_twilio_users.extras import require

require("hypothesis", asked=__name__)

from pytest_twilio_users.state_machine.machine import UsersStateMachine
from pytest_twilio_users.state_machine.runner import run_state_machine

__all__ = ["UsersStateMachine", "run_state_machine"]
