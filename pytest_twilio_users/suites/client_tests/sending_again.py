"""What a client sends again, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

from itertools import pairwise

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.contract.literals import RefusalName
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.faults import Fault
from pytest_twilio_users.suites.client_tests.examination import every_action
from pytest_twilio_users.suites.client_tests.failures_told import on_faults
from pytest_twilio_users.suites.client_tests.trouble import Trouble
from pytest_twilio_users.suites.promises import promise

RATE_LIMIT = faults.refused("too_many_requests")
UNAVAILABLE = faults.refused("unavailable")
ASKED_TO_WAIT = 7

on_reads = pytest.mark.parametrize("action", [Action.FETCH, Action.LIST])
on_create_or_fetch = pytest.mark.parametrize("action", [Action.CREATE, Action.FETCH])
may_be_tried_again = pytest.mark.parametrize(
    ("action", "fault"),
    [
        (Action.CREATE, RATE_LIMIT),
        (Action.FETCH, RATE_LIMIT),
        (Action.FETCH, UNAVAILABLE),
        (Action.LIST, UNAVAILABLE),
    ],
    ids=["429-create", "429-fetch", "503-fetch", "503-list"],
)


class SendingAgain:
    """The promises of a client about its retries."""

    @promise("lost_creates_are_not_repeated")
    @on_faults(
        faults.answer_lost(),
        faults.connection_reset(),
        faults.slow(3_600),
        faults.body_cut(),
        faults.html_body(504),
    )
    def test_a_create_is_not_sent_again_blindly(
        self, twilio_users_trouble: Trouble, fault: Fault
    ) -> None:
        """Nobody knows whether the user is there; who looks first, does."""
        trouble = twilio_users_trouble
        trouble.plan(Action.CREATE, fault, times=1)
        trouble.try_to(Action.CREATE)
        asked = [str(exchange.operation).partition("_")[0] for exchange in trouble.journal]
        blindly = ("create", "create") in pairwise(asked)
        assert not blindly, (
            "The client sent the create again, without looking for the user first:\n"
            f"{trouble.journal}"
        )

    @promise("rate_limits_are_survived")
    @every_action
    def test_rate_limits_are_survived(self, twilio_users_trouble: Trouble, action: Action) -> None:
        """Nothing was done, so it can be sent again at any time; or the caller can."""
        trouble = twilio_users_trouble
        trouble.plan(action, RATE_LIMIT, times=1)
        error = trouble.ask(action)
        if trouble.retries.rate_limits or trouble.retries.retry_after:
            trouble.require_none(error)
        elif error is not None:
            trouble.require_status(error, 429)

    @promise("retry_after_is_waited_for")
    @on_create_or_fetch
    def test_retry_after_is_waited_for(self, twilio_users_trouble: Trouble, action: Action) -> None:
        """As long as Twilio asks for, or longer."""
        trouble = twilio_users_trouble
        if not trouble.retries.retry_after:
            pytest.skip(
                "the client does not claim to wait for Retry-After. If it does:"
                " Retries(retry_after=True)"
            )
        limit = faults.refused("too_many_requests", retry_after=ASKED_TO_WAIT)
        moments = trouble.plan(action, limit, times=1)
        trouble.require_none(trouble.ask(action))
        waited = moments[-1] - moments[0]
        assert waited >= ASKED_TO_WAIT, (
            f"{trouble.journal}\n"
            f"The client waited {waited:g} s before the next request, expected {ASKED_TO_WAIT}."
            f" {trouble.elsewhere}"
        )

    @promise("reads_are_tried_again")
    @on_reads
    @on_faults(UNAVAILABLE, faults.connection_reset(), faults.answer_lost())
    def test_reads_are_tried_again(
        self, twilio_users_trouble: Trouble, action: Action, fault: Fault
    ) -> None:
        """To read twice changes nothing."""
        trouble = twilio_users_trouble
        trouble.plan(action, fault, times=1)
        error = trouble.ask(action)
        if trouble.retries.reads:
            trouble.require_none(error)

    @promise("retries_wait")
    @may_be_tried_again
    def test_retries_wait(
        self, twilio_users_trouble: Trouble, action: Action, fault: Fault
    ) -> None:
        """Who does not, keeps the limit from passing."""
        trouble = twilio_users_trouble
        moments = trouble.plan(action, fault, times=2)
        trouble.try_to(action)
        at_once = any(now <= before for before, now in pairwise(moments))
        assert not at_once, (
            f"{trouble.journal}\nThe client sent the request again at once. {trouble.elsewhere}"
        )

    @promise("retries_end")
    @may_be_tried_again
    def test_retries_end(self, twilio_users_trouble: Trouble, action: Action, fault: Fault) -> None:
        """A Twilio that goes on refusing is told, by its status."""
        trouble = twilio_users_trouble
        trouble.plan(action, fault)
        error = trouble.ask(action)
        assert error is not None, f"{trouble.journal}\nThe client raised no error"
        trouble.require_status(error, REFUSALS[fault["name"]].status)

    @promise("refusals_for_good_are_final")
    @every_action
    @pytest.mark.parametrize(
        "refusal",
        ["attributes_not_json", "token_wrong", "test_credentials", "not_found", "identity_taken"],
    )
    def test_refusals_for_good_are_final(
        self, twilio_users_trouble: Trouble, action: Action, refusal: RefusalName
    ) -> None:
        """The same request would be refused again, and again."""
        trouble = twilio_users_trouble
        moments = trouble.plan(action, faults.refused(refusal))
        trouble.try_to(action)
        assert len(moments) == 1, f"The client sent the request again:\n{trouble.journal}"
