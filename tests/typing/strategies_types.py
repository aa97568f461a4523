"""What type checkers know of the strategies. Never run: mypy and pyright read it."""

from typing import Any, assert_type

from hypothesis import strategies as st

from pytest_twilio_users import TwilioUsers, User, UserPage, faults
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Violation


def a_strategy_tells_what_it_makes() -> None:
    assert_type(twilio_st.identities(), st.SearchStrategy[str])
    assert_type(twilio_st.attributes(max_bytes=100), st.SearchStrategy[dict[str, Any]])
    assert_type(twilio_st.attributes_text(), st.SearchStrategy[str])
    assert_type(twilio_st.friendly_names(), st.SearchStrategy[str])
    assert_type(twilio_st.user_sids(), st.SearchStrategy[str])
    assert_type(twilio_st.webhook_enabled(), st.SearchStrategy[bool])
    assert_type(twilio_st.users(), st.SearchStrategy[User])
    assert_type(twilio_st.user_pages(), st.SearchStrategy[UserPage])
    assert_type(twilio_st.list_parameters(), st.SearchStrategy[dict[str, Any]])
    assert_type(twilio_st.refusals(), st.SearchStrategy[Refusal])
    assert_type(twilio_st.answers("fetch_user"), st.SearchStrategy[Response])
    assert_type(
        twilio_st.broken_answers(OPERATIONS["fetch_user"]),
        st.SearchStrategy[twilio_st.BrokenAnswer],
    )
    assert_type(twilio_st.fault_plans(), st.SearchStrategy[faults.Plan])


def faults_are_chosen_by_name(twilio_users: TwilioUsers, plan: faults.Plan) -> None:
    twilio_st.fault_plans(operations="create_user", faults=faults.slow(30), max_faults=1)
    twilio_st.fault_plans(operations=["create_user"], faults=["answer_lost", faults.slow(30)])
    twilio_st.fault_plans(operations="creat_user")  # type: ignore[arg-type]  # a typo
    twilio_st.fault_plans(faults=["answer_los"])  # type: ignore[list-item]  # a typo
    twilio_users.plan(plan)
    twilio_users.plan(faults.answer_lost())  # type: ignore[arg-type]  # which request meets it?


def hazards_are_chosen_by_name() -> None:
    twilio_st.identities(hazards=False)
    twilio_st.identities(hazards=["slash", "dots"])
    twilio_st.identities(["slash"])  # type: ignore[call-arg]  # it says what they are
    twilio_st.identities(hazard=True)  # type: ignore[call-arg]  # it is called hazards


def roles_come_from_a_strategy() -> None:
    twilio_st.create_parameters(role_sids=twilio_st.role_sids())
    twilio_st.update_parameters(role_sids=st.just("RL…"))
    twilio_st.create_parameters(role_sids="RL…")  # type: ignore[arg-type]  # a strategy makes it


def a_near_miss_tells_what_is_wrong(
    invalid: twilio_st.Invalid, broken: twilio_st.BrokenAnswer
) -> None:
    assert_type(invalid.value, str)
    assert_type(invalid.refusal, Refusal)
    assert_type(broken.response, Response)
    assert_type(broken.violation, Violation)
