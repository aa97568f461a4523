"""Which names type checkers know. Never run: mypy and pyright read it."""

from typing import assert_type

from pytest_twilio_users import Journal, ModeName, OperationName, RefusalName, TwilioUsers, faults
from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.transports.routes import OperationRoute


def a_name_that_there_is_is_taken(twilio_users: TwilioUsers, journal: Journal) -> None:
    assert_type(twilio_users.routes["create_user"], OperationRoute)
    assert_type(twilio_users.routes["create_user"].refuse("too_many_requests"), OperationRoute)
    journal.of("create_user")
    journal.sent(OPERATIONS["create_user"])
    journal.count("delete_service_user")
    journal.count(journal.last)
    twilio_st.answers("list_user")
    twilio_st.broken_answers(OPERATIONS["list_user"])


def a_misspelt_operation_is_an_error(twilio_users: TwilioUsers, journal: Journal) -> None:
    twilio_users.routes["creat_user"]  # type: ignore[index]
    journal.of("create_users")  # type: ignore[arg-type]
    journal.sent("createUser")  # type: ignore[arg-type]
    journal.count("user_create")  # type: ignore[arg-type]
    twilio_st.answers("list")  # type: ignore[arg-type]
    twilio_st.broken_answers("lists")  # type: ignore[arg-type]


def a_misspelt_refusal_is_an_error(twilio_users: TwilioUsers) -> None:
    twilio_users.routes["create_user"].refuse("too_many_request")  # type: ignore[arg-type]
    twilio_users.routes["create_user"].refuse(4.29)  # type: ignore[arg-type]


def a_fault_is_planned_by_name(twilio_users: TwilioUsers) -> None:
    busy = faults.refused("too_many_requests", retry_after=2)
    assert_type(busy, faults.Fault)
    twilio_users.routes["create_user"].fail(busy, times=2).fail(faults.slow(30), required=False)
    faults.refused("too_many_request")  # type: ignore[arg-type]
    twilio_users.routes["create_user"].fail("slow")  # type: ignore[arg-type]


def a_mode_is_one_of_four(twilio_users: TwilioUsers) -> None:
    assert_type(twilio_users.mode, ModeName)
    assert twilio_users.mode in ("stub", "live")
    assert twilio_users.mode == "lvie"  # type: ignore[comparison-overlap]


def authors_annotate_what_they_pass_on(
    twilio_users: TwilioUsers, operation: OperationName, refusal: RefusalName, text: str
) -> None:
    twilio_users.routes[operation].refuse(refusal)
    twilio_users.routes[text]  # type: ignore[index]  # it may be anything
