"""state_machine/programs.py: calls as Python."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.adapters import Refused
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine.programs import Program, RecordedClient, Step, literal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada", '"ada"'),
        ("O'Hara", '"O\'Hara"'),
        ('say "ada"', "'say \"ada\"'"),
        ("a\n\\\u202e", '"a\\n\\\\\\u202e"'),
        ("a" * 257, '"a" * 257'),
        ("a" * 81, '"a" * 81'),
        ("a" * 80, f'"{"a" * 80}"'),
        ("ab" * 50, f'"{"ab" * 50}"'),
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
    assert Program().name("US1") == '"US1"'


def a_program():
    """Creates, a refusal, and calls that name who was created; a SID is given twice."""
    program = Program()
    refused = Refused.from_error(SimpleNamespace(status=404, code=20404))
    asked = [
        ("create_user", ("ada",), {"sid": "US1"}, None),
        ("fetch_user", ("US9",), None, refused),
        ("create_service_user", ("IS1", "abel"), SimpleNamespace(sid="US2"), None),
        ("create_user", ("eve",), {"sid": "US1"}, None),
        ("create_user", ("bob",), None, refused),
        ("list_user", (), None, refused),
        ("fetch_user", ("US1",), {"sid": "US1"}, None),
        ("delete_service_user", ("IS1", "US2"), None, refused),
    ]
    for operation, arguments, answer, refusal in asked:
        program.steps.append(
            Step(
                operation=operation,
                arguments=arguments,
                parameters={},
                answer=answer,
                refused=refusal,
            )
        )
    return program


A_PROGRAM = """\
user_1 = adapter.create_user("ada")
with pytest.raises(Exception):  # 404, 20404
    adapter.fetch_user("US9")
user_2 = adapter.create_service_user("IS1", "abel")
adapter.create_user("eve")
with pytest.raises(Exception):  # 404, 20404
    adapter.create_user("bob")
with pytest.raises(Exception):  # 404, 20404
    adapter.list_user()
adapter.fetch_user(user_1["sid"])
adapter.delete_service_user("IS1", user_2.sid)"""


def test_a_program_names_who_was_created_and_expects_refusals():
    """But for the last call: that is the one to look at."""
    program = a_program()
    assert str(program) == A_PROGRAM
    assert [program.name(sid) for sid in ("US1", "US2", "US9")] == [
        'user_1["sid"]',
        "user_2.sid",
        '"US9"',
    ]


def test_a_disagreement_shows_the_program():
    """So a failure that has one needs no note of it."""
    program = a_program()
    assert program.is_shown is False
    assert str(program.disagreement("no refusal", "404, 20404")) == (
        f"The client and the model disagree after these calls:\n\n{A_PROGRAM}\n"
        "# expected: no refusal; got: 404, 20404"
    )
    assert program.is_shown is True


def test_an_operation_that_is_missing_is_told():
    """An adapter may leave one out, if it says so."""
    client = RecordedClient(Manners())
    with pytest.raises(InvalidArgument) as refused:
        client.ask(Action.FETCH, None, "ada")
    client.close()
    assert str(refused.value) == (
        f"{client.adapter!r} has no fetch_user. Write it, or let it raise NotImplementedError: then"
        " it is left out."
    )
    assert client.program.steps == []
