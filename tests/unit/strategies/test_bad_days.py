"""strategies/bad_days.py: which plans are drawn, and what a failing property shrinks to."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pytest_twilio_users import TwilioApiError, TwilioUsers, UsersClient, faults
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults import FAULTS, Plan
from pytest_twilio_users.faults.fault_table import fits

SHRINKING = settings(
    max_examples=5_000,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
)
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)


class Failed(Exception):
    """What a property fails with."""


def drawn(strategy: st.SearchStrategy[Plan], *, count: int = 300) -> list[Plan]:
    """What a run of so many examples meets."""
    found = []

    @settings(max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def collect(plan: Plan) -> None:
        found.append(plan)

    collect()
    return found


@EACH_OPERATION
def test_a_run_meets_each_kind_that_fits(operation) -> None:
    """And no other; by default in the first three requests, and two at a time at most."""
    plans = drawn(twilio_st.fault_plans(operations=operation.name))
    meetings = [meeting for plan in plans for meeting in plan.meetings]
    assert all(fits(meeting.fault, operation.action) for meeting in meetings)
    assert {meeting.fault.name for meeting in meetings} == {
        name for name, row in FAULTS.items() if operation.action in row.actions
    }
    assert {meeting.number for meeting in meetings} == {1, 2, 3}
    assert {len(plan) for plan in plans} == {0, 1, 2}


def test_a_plan_has_as_many_faults_as_are_asked_for() -> None:
    """No request meets two, so there may be fewer."""
    asked = {"operations": "create_user", "faults": "answer_lost"}
    plans = drawn(twilio_st.fault_plans(max_faults=3, within=2, **asked))
    assert {str(plan) for plan in plans} == {
        "nothing goes wrong",
        "the first create loses its answer",
        "the second create loses its answer",
        "the first create loses its answer, and the second create loses its answer",
    }


def test_faults_are_named_or_made() -> None:
    """A name is for all that it can mean; a made one is that alone."""
    strategy = twilio_st.fault_plans(
        operations=["fetch_user", OPERATIONS["create_user"]],
        faults={"stale_read", "answer_lost", faults.slow(30)},
        max_faults=1,
        within=1,
    )
    assert {str(plan) for plan in drawn(strategy)} == {
        "nothing goes wrong",
        "the first create loses its answer",
        "the first create is answered after 30 s",
        "the first fetch loses its answer",
        "the first fetch is answered after 30 s",
        "the first fetch does not see the newest write (times=1)",
    }


KNOWN = (
    "Known: refused, connect_error, connect_timeout, read_timeout, connection_reset,"
    " answer_lost, slow, body_cut, html_body, empty_body, wrong_content_type, missing_field,"
    " null_field, unknown_field, wrong_type, stale_read, page_shifts, repeated_page."
)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"operations": []},
            'operations=[] names no operations: give None for all, or some: ["create_user"].',
        ),
        (
            {"operations": 3},
            'operations=3 names no operations: give None for all, or some: ["create_user"].',
        ),
        (
            {"faults": {"slow": 30}},
            (
                "faults={'slow': 30} names no faults: give None for all, or some:"
                ' ["answer_lost", faults.slow(30)].'
            ),
        ),
        ({"faults": "slo"}, f"'slo' is not a fault. Did you mean 'slow'? {KNOWN}"),
        (
            {"operations": ["create_user", "update_user"], "faults": ["slow", "page_shifts"]},
            (
                "No request for create_user, update_user can meet 'page_shifts'. It fits"
                " list_service_user, list_user."
            ),
        ),
        (
            {"operations": "create_user", "faults": faults.null_field("meta")},
            (
                "No request for create_user can meet faults.null_field(name='meta'). It fits"
                " list_service_user, list_user."
            ),
        ),
        ({"max_faults": 0}, "max_faults=0 (int): allowed: whole numbers from 1 to 100."),
        ({"within": 1.5}, "within=1.5 (float): allowed: whole numbers from 1 to 100."),
    ],
)
def test_what_can_t_be_meant_is_refused(given: dict[str, Any], complaint: str) -> None:
    """When it is given, and not when it is drawn."""
    with pytest.raises(InvalidArgument) as raised:
        twilio_st.fault_plans(**given)
    assert str(raised.value) == complaint


def test_asking_twice_gives_the_same_strategy() -> None:
    """In whatever order; it is made once."""
    one = twilio_st.fault_plans(operations=["create_user", "update_user"], faults=["slow"])
    assert twilio_st.fault_plans(operations=["update_user", "create_user"], faults="slow") is one


# Shrinking. What a property fails with is the whole plan.


def shrunk(holds: Callable[[Plan], bool], **asked: Any) -> str:
    """What a property shrinks to that fails where something holds of the plan."""
    failing = []

    @SHRINKING
    @given(twilio_st.fault_plans(operations=["create_user", "fetch_user", "list_user"], **asked))
    def fails(plan: Plan) -> None:
        if holds(plan):
            failing.append(plan)
            raise Failed

    with pytest.raises(Failed):
        fails()
    return str(failing[-1])


def kinds(plan: Plan) -> list[str]:
    """The names of its faults."""
    return [meeting.fault.name for meeting in plan.meetings]


SHRUNK = {
    "whatever goes wrong, or nothing": (lambda _: True, "nothing goes wrong"),
    "one thing": (lambda plan: len(plan) > 0, "the first create is refused as too_many_requests"),
    "two things": (
        lambda plan: len(plan) > 1,
        (
            "the first create is refused as too_many_requests, and the first fetch is refused as"
            " too_many_requests"
        ),
    ),
    "a late request": (
        lambda plan: any(meeting.number == 3 for meeting in plan.meetings),
        "the third create is refused as too_many_requests",
    ),
    "a request for one operation": (
        lambda plan: any(m.operation.action == "fetch" for m in plan.meetings),
        "the first fetch is refused as too_many_requests",
    ),
    "what was done, and not told": (
        lambda plan: not {"answer_lost", "slow", "body_cut", "empty_body"}.isdisjoint(kinds(plan)),
        "the first create loses its answer",
    ),
    "one thing after another": (
        lambda plan: {"answer_lost", "stale_read"} <= {*kinds(plan)},
        (
            "the first create loses its answer, and the first fetch does not see the newest write"
            " (times=1)"
        ),
    ),
    "an argument": (
        lambda plan: any(meeting.fault["retry_after"] for meeting in plan.meetings),
        "the first create is refused as too_many_requests (retry_after=2)",
    ),
}


@pytest.mark.parametrize(("holds", "told"), SHRUNK.values(), ids=SHRUNK)
def test_a_failing_property_shrinks_to_what_matters(holds, told: str) -> None:
    """Fewer faults, then earlier requests, then simpler faults."""
    assert shrunk(holds) == told


def rename(client: UsersClient, names: list[str]) -> None:
    """A careless program: whatever goes wrong, it begins anew, and appends."""
    for name in names:
        for _ in range(3):
            try:
                user = client.fetch_user("ada")
                client.update_user("ada", friendly_name=f"{user.friendly_name or ''}{name}")
                break
            except (TwilioApiError, httpx.TransportError):
                continue


def test_a_program_that_does_things_twice_is_found_by_its_second_update(
    twilio_users: TwilioUsers,
) -> None:
    """Whose answer was lost."""
    failing = []

    @SHRINKING
    @given(plan=twilio_st.fault_plans(operations=["update_user"]))
    def renames_once(plan: Plan) -> None:
        twilio_users.add_user("ada", friendly_name="Ada")
        twilio_users.plan(plan)
        rename(twilio_users.client, ["!", "?"])
        [user] = twilio_users.users()
        if (user.friendly_name or "").count("?") > 1:
            failing.append(plan)
            raise Failed

    with pytest.raises(Failed):
        renames_once()
    assert failing[-1] == Plan(update_user={2: faults.answer_lost()})
