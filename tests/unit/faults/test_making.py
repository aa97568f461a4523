"""faults/: each fault is made of what can be meant, and its repr makes it again."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults.fault_table import fits, is_of_state

MADE = (
    faults.refused("unavailable"),
    faults.refused("too_many_requests", retry_after=2, problem_details=True),
    faults.connect_error(),
    faults.connect_timeout(),
    faults.read_timeout(),
    faults.connection_reset(),
    faults.answer_lost(),
    faults.slow(30),
    faults.slow(0.5),
    faults.body_cut(),
    faults.body_cut(after=0),
    faults.html_body(),
    faults.html_body(HTTPStatus.GATEWAY_TIMEOUT),
    faults.empty_body(),
    faults.wrong_content_type("text/html"),
    faults.missing_field("sid"),
    faults.null_field("meta"),
    faults.wrong_type("next_page_url"),
    faults.unknown_field("mood", {"is": ["fine"]}),
    faults.stale_read(times=2),
    faults.page_shifts(),
    faults.page_shifts(deleted=3),
    faults.repeated_page(),
)


@pytest.mark.parametrize("fault", MADE, ids=repr)
def test_its_repr_makes_it_again(fault):
    """What a failing test shows can be pasted."""
    again = eval(repr(fault))  # noqa: S307  # it is what the test wrote above

    assert again == fault
    assert hash(again) == hash(fault)
    assert faults.make_fault(fault.name, dict(fault.arguments)) == fault


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.body_cut(), "faults.body_cut(after=1)"),
        (faults.html_body(), "faults.html_body(status=502)"),
        (faults.wrong_content_type(), "faults.wrong_content_type(content_type='text/plain')"),
        (faults.unknown_field(), "faults.unknown_field(name='brand_new', value='?')"),
        (faults.stale_read(), "faults.stale_read(times=1)"),
        (faults.page_shifts(), "faults.page_shifts(created=1, deleted=1)"),
    ],
    ids=lambda value: value.name if isinstance(value, faults.Fault) else "",
)
def test_what_is_not_said_is_shown_as_it_is(fault, code):
    """So nobody has to look it up."""
    assert repr(fault) == code


def test_there_is_one_of_each_kind():
    """So each kind is made above."""
    assert {fault.name for fault in MADE} == set(faults.FAULTS)


def test_a_time_may_be_a_timedelta():
    """It is seconds in any case."""
    assert faults.slow(timedelta(minutes=1)) == faults.slow(60)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (
            lambda: faults.refused("too_many_request"),
            (
                "'too_many_request' is not a refusal. Did you mean 'too_many_requests'? Known:"
                " not_found,"
            ),
        ),
        (
            lambda: faults.refused("unavailable", retry_after=1.5),
            "retry_after=1.5 (float): allowed: whole numbers from 0, or None.",
        ),
        (
            lambda: faults.refused("unavailable", problem_details=1),
            "problem_details=1 (int): allowed: True, False.",
        ),
        (
            lambda: faults.slow(-1),
            "seconds=-1 (int): allowed: seconds from 0 to a hundred years, or a timedelta.",
        ),
        (
            lambda: faults.body_cut(after=-1),
            "after=-1 (int): allowed: whole numbers from 0.",
        ),
        (
            lambda: faults.html_body(100),
            "status=100 (int): allowed: whole numbers from 200 to 599.",
        ),
        *(
            (
                partial(faults.html_body, status),
                f"status={status} (int): allowed: a status whose answers have a body.",
            )
            for status in (204, 205, 304)
        ),
        (
            lambda: faults.wrong_content_type("a\nb"),
            "content_type='a\\nb' (str): allowed: printable ASCII, such as 'text/html'.",
        ),
        (
            lambda: faults.wrong_content_type(""),
            "content_type='' (str): allowed: printable ASCII, such as 'text/html'.",
        ),
        (
            lambda: faults.wrong_content_type("ä"),
            "content_type='ä' (str): allowed: printable ASCII, such as 'text/html'.",
        ),
        (
            lambda: faults.wrong_content_type(5.0),
            "content_type=5.0 (float): allowed: text, an int or a UUID.",
        ),
        (
            lambda: faults.missing_field("side"),
            (
                "name='side' is not a field of answers. Did you mean 'sid'? Known: sid,"
                " account_sid, chat_service_sid, role_sid, identity, friendly_name, attributes,"
                " is_online, is_notifiable, date_created, date_updated, url, links, page,"
                " page_size, first_page_url, previous_page_url, next_page_url, key, meta, users."
            ),
        ),
        (
            lambda: faults.unknown_field("sid"),
            "name='sid': users have this field. Choose a name they don't.",
        ),
        (
            lambda: faults.unknown_field("mood", {1}),
            "value={1} is not JSON: Object of type set is not JSON serializable.",
        ),
        *(
            (partial(make, None), "name=None (NoneType): allowed: text, an int or a UUID.")
            for make in (faults.unknown_field, faults.missing_field)
        ),
        (
            lambda: faults.stale_read(times=0),
            "times=0 (int): allowed: whole numbers from 1.",
        ),
        (
            lambda: faults.page_shifts(created=0),
            "page_shifts: nothing shifts. Say created=1, or deleted=1, or both.",
        ),
        (
            lambda: faults.page_shifts(created=1_001),
            "created=1001 (int): allowed: whole numbers from 0 to 1,000.",
        ),
        (
            lambda: faults.page_shifts(deleted=1_001),
            "deleted=1001 (int): allowed: whole numbers from 0 to 1,000.",
        ),
        (
            lambda: faults.make_fault("slowly", {}),
            (
                "'slowly' is not a fault. Did you mean 'slow'? Known: refused, connect_error,"
                " connect_timeout, read_timeout, connection_reset, answer_lost, slow, body_cut,"
                " html_body, empty_body, wrong_content_type, missing_field, null_field,"
                " unknown_field, wrong_type, stale_read, page_shifts, repeated_page."
            ),
        ),
        (
            lambda: faults.make_fault(None, {}),
            f"None is not a fault. Known: {', '.join(faults.FAULTS)}.",
        ),
        (
            lambda: faults.make_fault("slow", {"second": 3}),
            "'second' is not an argument of slow. Did you mean 'seconds'? Known: seconds.",
        ),
        (
            lambda: faults.make_fault("answer_lost", {"after": 3}),
            "'after' is not an argument of answer_lost. It takes none.",
        ),
        (lambda: faults.make_fault("slow", {}), "slow needs seconds."),
    ],
)
def test_what_can_not_be_meant_is_refused(make, complaint):
    """The complaint says the value, what is allowed, and the name that was probably meant."""
    with pytest.raises(InvalidArgument) as refused:
        make()

    if complaint.endswith(","):  # the names of refusals have tests of their own
        assert str(refused.value).startswith(complaint)
    else:
        assert str(refused.value) == complaint


def test_a_number_that_json_does_not_know_is_refused():
    """A client could not read it. Python versions word it differently."""
    told = "^value=nan is not JSON: Out of range float values are not JSON compliant"
    with pytest.raises(InvalidArgument, match=told):
        faults.unknown_field("mood", float("nan"))


def test_nobody_shifts_a_page_by_0():
    """Who says so of one of both means the other alone."""
    assert faults.page_shifts(created=0, deleted=3) == faults.page_shifts(deleted=3)
    assert faults.page_shifts(created=3, deleted=0) == faults.page_shifts(created=3)


def test_what_is_not_given_is_none():
    """An argument may have been left out."""
    assert faults.refused("unavailable")["retry_after"] is None


@pytest.mark.parametrize(
    ("fault", "actions"),
    [
        (faults.refused("unavailable"), "create fetch update delete list"),
        (faults.body_cut(), "create fetch update list"),
        (faults.unknown_field("mood"), "create fetch update list"),
        (faults.null_field("sid"), "create fetch update list"),
        (faults.missing_field("meta"), "list"),
        (faults.null_field("next_page_url"), "list"),
        (faults.wrong_type("users"), "list"),
        (faults.stale_read(), "fetch list"),
        (faults.page_shifts(), "list"),
    ],
    ids=str,
)
def test_a_fault_fits_the_requests_that_can_meet_it(fault, actions):
    """A delete has no body, and a user none of the fields that pages have."""
    assert [action for action in Action if fits(fault, action)] == [
        action for action in Action if action in actions.split()
    ]


def test_no_fault_is_none_of_the_state():
    """Most requests meet none."""
    assert not is_of_state(None)


def test_a_request_of_no_operation_meets_all_but_what_is_of_users():
    """A route that an author added may be for anything; of that, the stub's faults know nothing."""
    assert fits(faults.answer_lost(), None)
    assert fits(faults.body_cut(), None)
    assert not fits(faults.stale_read(), None)
