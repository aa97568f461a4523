"""What the client suite finds in Twilio's SDK for Python, by promise and action."""

import pytest
from contract.sdk_adapter import AsyncSdkAdapter, CarefulSdkAdapter, ImpatientSdkAdapter, SdkAdapter
from versions import since

pytestmark = since("twilio", "9.4")  # which sends no header with a delete

EVERY_ACTION = {"create", "delete", "fetch", "list", "update"}

AS_IT_IS = {
    "identity_is_one_segment": {"delete", "fetch", "update"},  # it is not encoded
    "attributes_are_one_object": {"create", "update"},  # the keys are sent, one by one
    "webhook_header_is_sent": {"delete"},  # it is not, since 9.4.0
    "page_size_in_bounds": {"list"},  # the limit is, up to 1000
    "foreign_links_get_no_credentials": {"list"},  # any link is followed
    "refusals_are_errors": {"list"},  # with neither status nor code
    "problem_details_are_errors": {"list"},  # the same
    "proxy_errors_are_errors": {"list"},  # the same
    "unreadable_answers_are_told": {"list"},  # what is missing is nobody
    "broken_answers_are_told": EVERY_ACTION,  # answers are shown as they come
}

CURED_BY_CALLER = {"attributes_are_one_object", "page_size_in_bounds"}


ONE_SERVICE = ("-k", "named")
"""The other one is asked alike."""


def broken_actions(trial):
    """What was found, less what only newer versions do: an empty answer to a create is a user."""
    found = trial.broken_actions
    found["unreadable_answers_are_told"].discard("create")
    return found


@pytest.mark.parametrize("adapter", [SdkAdapter, AsyncSdkAdapter])
def test_the_sdk_breaks_these_promises(examine_client, adapter) -> None:
    """Asked with what its signatures take, it breaks these and keeps the others."""
    assert broken_actions(examine_client(adapter, None, *ONE_SERVICE)) == AS_IT_IS


def test_a_careful_caller_of_the_sdk_is_left_with_these(examine_client) -> None:
    """Attributes as text and a page size cure two; quoting identities cures all but dots."""
    left = {promise: AS_IT_IS[promise] for promise in AS_IT_IS.keys() - CURED_BY_CALLER}
    assert broken_actions(examine_client(CarefulSdkAdapter, None, *ONE_SERVICE)) == left


def test_only_dots_are_left_of_identities_that_a_caller_quotes(examine_client) -> None:
    """`requests` collapses them, percent-encoded or not."""
    trial = examine_client(CarefulSdkAdapter, "identity_is_one_segment")
    assert {failure.longreprtext.partition("identity='")[2][:2] for failure in trial.failures} == {
        ".'"
    }


ON_BAD_DAYS = {
    "timeouts_are_errors": EVERY_ACTION,  # it has no timeout, unless it is given one
    "broken_bodies_are_told": EVERY_ACTION,  # of a page with status 200, the status is lost
    "rate_limits_are_survived": {"list"},  # its errors have no status
    "retries_end": {"list"},  # the same; it tries nothing again
}


def test_the_sdk_has_these_bad_days(examine_client) -> None:
    """As it is made, without arguments of its own."""
    trial = examine_client(SdkAdapter, None, *ONE_SERVICE, suite="ResilienceSuite")
    assert trial.broken_actions == ON_BAD_DAYS


def test_a_timeout_that_a_caller_sets_is_told(examine_client) -> None:
    """As an error of requests."""
    trial = examine_client(
        ImpatientSdkAdapter, "timeouts_are_errors", *ONE_SERVICE, suite="ResilienceSuite"
    )
    assert trial.ended == pytest.ExitCode.OK
