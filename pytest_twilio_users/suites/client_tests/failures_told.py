"""The errors that a client raises for failures, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.faults import Fault
from pytest_twilio_users.suites.client_tests.examination import every_action
from pytest_twilio_users.suites.client_tests.trouble import Trouble
from pytest_twilio_users.suites.promises import promise

on_body = pytest.mark.parametrize("action", [each for each in Action if each is not Action.DELETE])


def on_faults(*each: Fault) -> pytest.MarkDecorator:
    """Try every fault."""
    return pytest.mark.parametrize("fault", each, ids=repr)


class FailuresTold:
    """The promises of a client about its errors when faults happen."""

    @promise("timeouts_are_errors")
    @every_action
    @on_faults(faults.slow(3_600), faults.read_timeout())
    def test_timeouts_are_errors(
        self, twilio_users_trouble: Trouble, action: Action, fault: Fault
    ) -> None:
        """Nobody is kept waiting for an hour, or told what nobody knows."""
        trouble = twilio_users_trouble
        trouble.plan(action, fault)
        trouble.ask(action)
        kept = any(each.fault == fault and each.response for each in trouble.journal)
        assert not kept, f"{trouble.journal}\nThe client waited for an hour: it has no timeout"

    @promise("lost_connections_are_errors")
    @every_action
    @on_faults(faults.connect_error(), faults.connection_reset(), faults.answer_lost())
    def test_lost_connections_are_errors(
        self, twilio_users_trouble: Trouble, action: Action, fault: Fault
    ) -> None:
        """What nobody knows is not told."""
        twilio_users_trouble.plan(action, fault)
        twilio_users_trouble.ask(action)

    @promise("broken_bodies_are_told")
    @every_action
    @pytest.mark.parametrize("status", [200, 502, 504])
    def test_pages_of_proxies_are_told(
        self, twilio_users_trouble: Trouble, action: Action, status: int
    ) -> None:
        """Whatever its status, it is no answer of Twilio's."""
        trouble = twilio_users_trouble
        trouble.plan(action, faults.html_body(status))
        error = trouble.ask(action)
        assert error is not None, f"{trouble.journal}\nThe client raised no error"
        trouble.require_status(error, status)

    @promise("broken_bodies_are_told")
    @on_body
    @on_faults(faults.body_cut(), faults.body_cut(after=100))
    def test_cut_bodies_are_told(
        self, twilio_users_trouble: Trouble, action: Action, fault: Fault
    ) -> None:
        """Half an answer is none; many libraries tell no status then."""
        trouble = twilio_users_trouble
        trouble.plan(action, fault)
        error = trouble.ask(action)
        if error is not None:  # else it looked for the user
            trouble.require_status(error, trouble.examination.operation(action).status, None)
