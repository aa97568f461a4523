"""An examination asks a client through its adapter, and looks at what was sent."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_twilio_users import TwilioUsers, UsersClient
from pytest_twilio_users.adapters import ClientUnderTest, Refused
from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.suites.client_tests.examination import Examination, empty_page
from pytest_twilio_users.wire.answers import check_response

NOT_FOUND = Refused(status=404, code=20404)


class Adapter:
    """The operations that a test gives it."""

    def __init__(self, **operations: Callable[..., Any]) -> None:
        vars(self).update(operations)


@pytest.fixture
def client(twilio_users: TwilioUsers) -> UsersClient:
    """What the adapters ask with."""
    return twilio_users.client


@pytest.fixture
def examine(twilio_users: TwilioUsers) -> Callable[..., Examination]:
    """An examination of the default service, or of the named one."""

    def examine(*, named: bool = False, **operations: Callable[..., Any]) -> Examination:
        return Examination(
            client=ClientUnderTest(Adapter(**operations)),
            twilio_users=twilio_users,
            service_sid=twilio_users.service_sid if named else None,
        )

    return examine


def _nothing(*_: object) -> Any:
    return None


def _missing(*_: object) -> Any:
    raise NotImplementedError


# What was sent


def test_what_was_sent_is_read(examine, client) -> None:
    """The one request, and what it asks for; the answer does not matter."""
    exchange, call = examine(fetch_user=client.fetch_user).sent(Action.FETCH, "ada")
    assert (exchange.status, call.user) == (404, "ada")


def test_an_operation_that_is_missing_is_skipped(examine) -> None:
    """The adapter says so, and the report names the operation."""
    with pytest.raises(pytest.skip.Exception, match=r"^the adapter has no fetch_service_user$"):
        examine(fetch_service_user=_missing, named=True).sent(Action.FETCH, "ada")


def test_a_client_that_fails_before_it_asks_fails_as_itself(examine) -> None:
    """Its own error says more than an empty journal."""

    def fail(_: str) -> None:
        raise ZeroDivisionError("of the client")

    with pytest.raises(ZeroDivisionError, match=r"^of the client$"):
        examine(fetch_user=fail).sent(Action.FETCH, "ada")


def test_asking_nothing_is_told(examine, twilio_users) -> None:
    """A result from nowhere is no request."""
    user = twilio_users.add_user("ada")
    with pytest.raises(AssertionError) as told:
        examine(fetch_user=lambda _: user).sent(Action.FETCH, "ada")
    assert str(told.value) == "The client did not send exactly one request:\n(no exchanges)"


def test_asking_twice_is_told(examine, client) -> None:
    """One operation is one request."""

    def look_first(sid: str) -> None:
        client.list_user()
        client.fetch_user(sid)

    with pytest.raises(AssertionError) as told:
        examine(fetch_user=look_first).sent(Action.FETCH, "ada")
    assert str(told.value) == (
        "The client did not send exactly one request:\n"
        "1. list_user: GET /v1/Users -> 200\n"
        "2. fetch_user: GET /v1/Users/ada -> 404 20404 The requested resource /Users/ada was"
        " not found"
    )


def test_another_operation_is_told_with_what_was_meant(examine, client) -> None:
    """The request, and the call that it was to be."""
    with pytest.raises(AssertionError) as told:
        examine(fetch_user=lambda _: client.list_user()).sent(Action.FETCH, "ada")
    assert (
        str(told.value)
        == "list_user: GET /v1/Users -> 200\nThe client should have sent fetch_user('ada')"
    )


def test_another_service_is_told_with_what_was_meant(examine, client, twilio_users) -> None:
    """The service is a part of the call."""
    examination = examine(fetch_service_user=lambda _, sid: client.fetch_user(sid), named=True)
    with pytest.raises(AssertionError) as told:
        examination.sent(Action.FETCH, "ada")
    assert str(told.value) == (
        "fetch_user: GET /v1/Users/ada -> 404 20404 The requested resource /Users/ada was not"
        " found\n"
        f"The client should have sent fetch_service_user('{twilio_users.service_sid}', 'ada')"
    )


@pytest.mark.twilio_users(strict=False)
def test_what_is_no_operation_is_told(examine, client) -> None:
    """A path that Twilio does not know is none of the ten."""

    def ask_elsewhere(_: str) -> None:
        client._http.get("https://conversations.twilio.com/v1/Persons")

    with pytest.raises(AssertionError) as told:
        examine(fetch_user=ask_elsewhere).sent(Action.FETCH, "ada")
    assert str(told.value).endswith("The client should have sent fetch_user('ada')")


def test_an_adapter_that_gives_nonsense_is_told(examine) -> None:
    """What comes back is to be a user."""
    with pytest.raises(InvalidArgument) as told:
        examine(fetch_user=_nothing).ask(Action.FETCH, "ada")
    assert str(told.value) == (
        "The adapter's fetch_user returned None. Return an object with Twilio's field names as"
        " attributes, or a mapping with them as keys. It needs at least sid and identity."
    )


# What was refused


def test_an_error_with_status_and_code_tells_a_refusal(examine, client) -> None:
    """That is all that is asked of it."""
    examine(fetch_user=client.fetch_user).refused(Action.FETCH, NOT_FOUND)


def test_without_an_expected_code_the_status_tells(examine, client) -> None:
    """Not every refusal has a code."""
    expected = Refused(status=404, code=None)
    examine(fetch_user=client.fetch_user).refused(Action.FETCH, expected)


def test_an_error_that_tells_something_else_is_told(examine, client) -> None:
    """The exchange, the error, what it tells and what it was to tell."""

    def fail(sid: str) -> None:
        try:
            client.fetch_user(sid)
        except Exception:
            raise KeyError(sid) from None

    with pytest.raises(AssertionError) as told:
        examine(fetch_user=fail).refused(Action.FETCH, NOT_FOUND)
    assert str(told.value) == (
        "fetch_user: GET /v1/Users/ada -> 404 20404 The requested resource /Users/ada was not"
        " found\n"
        "The client raised KeyError('ada')\n"
        "It shows Refused(status=None, code=None), expected Refused(status=404, code=20404)"
    )


# What was listed


def test_pages_that_do_not_end_are_told(examine, client, twilio_users) -> None:
    """A loop is broken off, with the last requests."""
    twilio_users.add_user("ada")

    def loop() -> list[object]:
        while True:
            client.list_user()

    with pytest.raises(AssertionError) as told:
        examine(list_user=loop).listed()
    first, second, *_, last = str(told.value).splitlines()
    assert first == "The pages do not end:"
    assert second == "(15 earlier exchanges not shown)"
    assert last == "20. list_user: GET /v1/Users -> 200"


def test_something_happens_before_each_page_but_the_first(examine, client, twilio_users) -> None:
    """That is how users come and go while they are listed."""
    for _ in range(3):
        twilio_users.add_user()
    happened: list[int] = []
    examination = examine(list_user=lambda: client.iter_users(page_size=1))
    listed = examination.listed(between_pages=lambda: happened.append(len(examination.journal)))
    assert (len(listed), happened) == (3, [1, 2])


def test_an_empty_page_keeps_the_contract() -> None:
    """But for the link that a test wants: nobody is on it, and it is the first one."""
    page = empty_page(next_page_url="https://example.com/v1/Users")
    url = "https://conversations.twilio.com/v1/Users?PageSize=50&Page=0"
    assert (page.status, page.json()) == (
        200,
        {
            "meta": {
                "page": 0,
                "page_size": 50,
                "first_page_url": url,
                "previous_page_url": None,
                "url": url,
                "next_page_url": "https://example.com/v1/Users",
                "key": "users",
            },
            "users": [],
        },
    )
    last = empty_page(next_page_url=None)
    assert not list(check_response(OPERATIONS["list_user"], last))


@pytest.mark.parametrize("named", [False, True])
def test_users_are_added_and_removed_behind_the_clients_back(examine, twilio_users, named) -> None:
    """In the service that is examined."""
    examination = examine(named=named, create_user=_nothing)
    user = examination.add_user("ada")
    in_service = twilio_users.service_sid == user.chat_service_sid
    assert (user.identity, in_service) == ("ada", named)
    assert [each.sid for each in twilio_users.users(service_sid=user.chat_service_sid)] == [
        user.sid
    ]
    examination.remove_user(user)
    assert twilio_users.users(service_sid=user.chat_service_sid) == []
