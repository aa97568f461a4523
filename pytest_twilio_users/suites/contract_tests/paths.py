"""Paths, methods: which of them Twilio knows."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.marks import alone, raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@raw
@promise("path_case")
def test_paths_are_case_sensitive(users: UsersUnderTest) -> None:
    """/users is no /Users."""
    path = users.path.replace("/Users", "/users")
    users.refuse(refusals.NOT_FOUND, users.send, "GET", url=f"{users.client.origin}{path}")


@alone
@raw
@promise("trailing_slash")
def test_a_trailing_slash_is_accepted(users: UsersUnderTest) -> None:
    """List, create and fetch answer as without it."""
    created = users.send("POST", "/", data={"Identity": users.identity()})
    assert created.status_code == 201
    fetched = users.send("GET", f"/{created.json()['sid']}/")
    assert fetched.json()["sid"] == created.json()["sid"]
    assert users.send("GET", "/").json() == users.send("GET").json()


@raw
@promise("method_not_allowed")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_other_methods_are_refused(users: UsersUnderTest, method: str) -> None:
    """The refusal names path and method."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send, method, "/ada")


@pytest.mark.twilio_users(strict=False, modes=("stub",))  # nobody wants to find out live
@promise("method_not_allowed")
def test_a_list_is_not_deleted(users: UsersUnderTest) -> None:
    """DELETE is for one user."""
    users.refuse(refusals.METHOD_NOT_ALLOWED, users.send, "DELETE")
