"""state_machine/programs.py: calls as Python."""

import pytest

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.state_machine.programs import Program, RecordedClient, literal


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
    assert Program().name("US1") == '"US1"'
