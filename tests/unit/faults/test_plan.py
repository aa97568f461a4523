"""faults/plan.py: what goes wrong, as a sentence, as code."""

import pytest
from hypothesis.vendor.pretty import pretty

from pytest_twilio_users import faults
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults import FAULTS, Fault, Plan
from pytest_twilio_users.faults.plan import _TOLD

SENTENCES = {
    faults.refused("too_many_requests"): "is refused as too_many_requests",
    faults.refused("unavailable", retry_after=2, problem_details=True): (
        "is refused as unavailable (retry_after=2, problem_details=True)"
    ),
    faults.connect_error(): "finds nobody to connect to",
    faults.connect_timeout(): "connects in vain until its time is over",
    faults.read_timeout(): "is lost on its way",
    faults.connection_reset(): "has its connection reset",
    faults.answer_lost(): "loses its answer",
    faults.slow(30): "is answered after 30 s",
    faults.body_cut(after=3): "has its answer cut off (after=3)",
    faults.html_body(): "is answered 502 by a proxy's page",
    faults.empty_body(): "has an empty answer",
    faults.wrong_content_type(): "is answered as text/plain",
    faults.missing_field("sid"): "has no sid in its answer",
    faults.null_field("sid"): "has sid null in its answer",
    faults.unknown_field("new", {"a": 1}): "has a new field new in its answer (value={'a': 1})",
    faults.wrong_type("sid"): "has sid of a wrong type in its answer",
    faults.stale_read(times=2): "does not see the newest write (times=2)",
    faults.page_shifts(): "meets pages that shifted (created=1, deleted=1)",
    faults.repeated_page(): "has the page before once more",
}


@pytest.mark.parametrize(("fault", "sentence"), SENTENCES.items(), ids=repr)
def test_each_fault_has_its_words(fault: Fault, sentence: str) -> None:
    """With all of its arguments."""
    operation = "update_user" if "update" in str(FAULTS[fault.name].actions) else "list_user"
    [action, _] = operation.split("_")
    assert str(Plan(**{operation: {1: fault}})) == f"the first {action} {sentence}"


def test_every_fault_has_words() -> None:
    """Of the table, all."""
    assert _TOLD.keys() == FAULTS.keys() == {fault.name for fault in SENTENCES}


def test_a_plan_is_told_in_the_order_in_which_it_happens() -> None:
    """The earliest request first; which of two first requests that is, nobody knows."""
    plan = Plan(
        update_user={2: faults.slow(1), 1: faults.answer_lost()},
        create_service_user={1: faults.connect_error()},
    )
    assert str(plan) == (
        "the first create in a service finds nobody to connect to, and the first update loses its"
        " answer, and the second update is answered after 1 s"
    )
    assert len(plan) == 3


def test_a_plan_without_faults_says_so() -> None:
    """It is what a failure shrinks to that has nothing to do with any."""
    assert (str(Plan()), repr(Plan()), len(Plan())) == ("nothing goes wrong", "faults.Plan()", 0)


@pytest.mark.parametrize(
    ("number", "ordinal"),
    [
        *((3, "third"), (4, "fourth"), (5, "fifth"), (6, "sixth"), (7, "seventh"), (8, "eighth")),
        *((9, "ninth"), (10, "10th"), (11, "11th"), (21, "21st"), (23, "23rd")),
        *((24, "24th"), (102, "102nd"), (113, "113th")),
    ],
)
def test_a_request_is_told_by_its_number(number: int, ordinal: str) -> None:
    """In words up to the ninth."""
    plan = Plan(fetch_user={number: faults.answer_lost()})
    assert str(plan) == f"the {ordinal} fetch loses its answer"


def test_the_repr_is_the_code() -> None:
    """It can be pasted, from Hypothesis's words, too; equal plans are interchangeable."""
    plan = Plan(
        update_user={2: faults.refused("unavailable", retry_after=2), 1: faults.answer_lost()},
        list_user={1: faults.null_field("sid")},
    )
    code = (
        "faults.Plan(list_user={1: faults.null_field(name='sid')}, update_user={1:"
        " faults.answer_lost(), 2: faults.refused(name='unavailable', retry_after=2)})"
    )
    assert repr(plan) == code
    assert eval(code) == plan  # noqa: S307  # our own
    assert {plan: 1}[eval(code)] == 1  # noqa: S307  # our own
    assert plan != Plan()
    assert pretty(plan) == code


ALLOWED = "allowed: the fault of each request by its number, such as {1: faults.answer_lost()}."


@pytest.mark.parametrize(
    ("requests", "complaint"),
    [
        (
            {"update_user": faults.answer_lost()},
            f"update_user=faults.answer_lost() (Fault): {ALLOWED}",
        ),
        ({"update_user": {2: "answer_lost"}}, f"update_user[2]='answer_lost' (str): {ALLOWED}"),
        (
            {"update_user": {0: faults.answer_lost()}},
            "a request of update_user=0 (int): allowed: whole numbers from 1.",
        ),
        (
            {"update_users": {1: faults.answer_lost()}},
            (
                "'update_users' is not an operation. Did you mean 'update_user'? Known:"
                " create_service_user, create_user, delete_service_user, delete_user,"
                " fetch_service_user, fetch_user, list_service_user, list_user,"
                " update_service_user, update_user."
            ),
        ),
    ],
)
def test_what_is_no_plan_is_refused(requests: dict, complaint: str) -> None:
    """The complaint shows what to write."""
    with pytest.raises(InvalidArgument) as raised:
        Plan(**requests)
    assert str(raised.value) == complaint
