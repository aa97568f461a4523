"""The state machine's parts: what it is given, its tables, and calls as Python."""

import pytest
from hypothesis import settings

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state.admission import refuse_identity
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine
from pytest_twilio_users.state_machine.machine import IDENTITIES, INVALID_IDENTITIES
from pytest_twilio_users.state_machine.programs import Program, RecordedClient, literal

ONE = settings(max_examples=1, stateful_step_count=1)


def test_the_identities_are_those_that_twilio_takes_but_for_the_refused():
    """The stub's judgement is the machine's."""
    for text in IDENTITIES:
        assert refuse_identity({"Identity": text}) == INVALID_IDENTITIES.get(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada", '"ada"'),
        ("O'Hara", '"O\'Hara"'),
        ('say "ada"', "'say \"ada\"'"),
        ("a\n\\\u202e", '"a\\n\\\\\\u202e"'),
        ("a" * 257, '"a" * 257'),
        ("a" * 80, f'"{"a" * 80}"'),
        ({"a": [1, None, {"é": "/"}]}, '{"a": [1, None, {"é": "/"}]}'),
        (3, "3"),
    ],
)
def test_a_value_is_written_as_python(value, expected):
    """In double quotes if that is easy to read; it is the same value again."""
    assert literal(value) == expected
    assert eval(expected) == value  # noqa: S307  # it was written to be run


class Manners:
    """An adapter whose lists come in several ways."""

    def list_user(self, *, limit):
        """A list or an iterator."""
        return [] if limit else iter([])

    async def list_service_user(self, service_sid, *, limit):
        """The same, awaited."""
        return [] if limit else iter([])


def test_a_list_is_asked_for_until_its_end():
    """An iterator asks for nothing unless it is listed; a list is one already."""
    client = RecordedClient(Manners())
    for service_sid in (None, "IS1"):
        for limit in (0, 1):
            client.ask(Action.LIST, service_sid, limit=limit)
    client.close()

    assert str(client.program).splitlines() == [
        "list(adapter.list_user(limit=0))",
        "adapter.list_user(limit=1)",
        'list(await adapter.list_service_user("IS1", limit=0))',
        'await adapter.list_service_user("IS1", limit=1)',
    ]


def test_an_async_iterable_is_listed_by_a_comprehension():
    """That is how Python lists it."""

    class Streams:
        async def list_user(self):
            yield {"sid": "US1", "identity": "ada"}

    client = RecordedClient(Streams())
    assert client.ask(Action.LIST, None) == [{"sid": "US1", "identity": "ada"}]
    client.close()

    assert str(client.program) == "[user async for user in adapter.list_user()]"


def test_a_sid_that_no_call_gave_stands_for_itself():
    """There is no variable to name."""
    assert Program(Manners()).name("US1") == '"US1"'


@pytest.mark.parametrize("services", [(), "IS" + "0" * 32])
def test_services_are_a_list(services):
    """The error shows what to write."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(Manners, services=services, settings=ONE)
    assert str(refused.value) == (
        f"services={services!r} is no list of services: give their SIDs, and None for the"
        " account's default one, such as services=[None]."
    )


def test_a_service_is_a_service_sid():
    """Another SID is noticed before anything is asked."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(Manners, services=["US" + "0" * 32], settings=ONE)
    assert str(refused.value).startswith(
        f"services='US{'0' * 32}' is not a Conversation Service SID"
    )


def test_what_is_no_client_is_an_error():
    """Neither client, nor adapter, nor callable."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine("client")
    assert str(refused.value) == (
        "'client' is no client: give one of the kit's, an adapter with create_user and the other"
        " operations, or a callable without arguments that gives one."
    )


def test_a_test_case_says_which_client():
    """A machine without one prints what to write."""

    class OurMachine(UsersStateMachine):
        pass

    with pytest.raises(InvalidArgument) as refused:
        OurMachine()
    assert str(refused.value) == (
        "OurMachine does not say which client to test. Say it:\n\n"
        "class OurMachine(UsersStateMachine):\n"
        "    def client(self):\n"
        "        return adapter  # of your client, or a UsersClient"
    )
