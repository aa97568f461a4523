"""What an answer breaks besides is no failure of the promise that is asked about."""

from dataclasses import replace

import pytest
from contract.broken_stubs import BROKEN_STUBS
from contract.broken_stubs.tampering import BrokenStub, breaks, in_answers, in_pages, refuses

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import NOT_FOUND


@breaks("list_answers_200")
@in_pages
def a_page_has_no_users(page):
    """The list is called members."""
    page["members"] = page.pop("users")


@breaks("create_answers_201")
@in_answers(Action.CREATE)
def a_new_user_is_not_told(response):
    """The user is made, and nothing is said of it."""
    return replace(response, body=b"")


@breaks("list_order")
@refuses(NOT_FOUND, Action.LIST)
def nobody_is_listed(_):
    """No list is answered."""
    return True


DEVIATIONS = {
    "a new user": ("create_answers_200", "sid_form"),
    "a changed user": ("update_answers_202", "update_moves_date"),
    "a user": ("fetch_answers_201", "update_empty_name"),
    "a list, page by page": ("list_answers_206", "page_links"),
    "a list, walked": ("list_answers_206", "list_order"),
    "the answer to a delete": ("delete_answers_200_with_a_body", "second_delete"),
    "a refusal": ("refusals_are_called_html", "second_delete"),
}


@pytest.mark.parametrize(("name", "promise"), DEVIATIONS.values(), ids=DEVIATIONS)
def test_a_promise_holds_whatever_its_answers_break_besides(examine_stub, name, promise) -> None:
    """It is read as far as it goes; that it breaks the contract is an error once in the run."""
    trial = examine_stub(BROKEN_STUBS[name].answer.__module__, name, promise)
    assert trial.broken == set()
    assert trial.ended == pytest.ExitCode.TESTS_FAILED


ALONE = (
    *("create_answers_200", "update_answers_202", "fetch_answers_201", "list_answers_206"),
    *("listed_dates_have_fractions", "an_update_is_dated_to_the_microsecond"),
)


@pytest.mark.parametrize("name", ALONE)
def test_what_is_otherwise_everywhere_contradicts_one_promise(examine_stub, name) -> None:
    """Of the whole suite."""
    stub = BROKEN_STUBS[name]
    trial = examine_stub(stub.answer.__module__, name, None, "--maxfail=0")
    assert trial.broken == {stub.promise}


@pytest.mark.parametrize("stub", [a_page_has_no_users, a_new_user_is_not_told, nobody_is_listed])
def test_what_can_not_be_read_contradicts_what_asked_for_it(examine_stub, stub: BrokenStub) -> None:
    """By whatever test that asks it."""
    name = stub.answer.__name__
    trial = examine_stub(__name__, name, stub.promise)
    assert stub.promise in trial.broken
